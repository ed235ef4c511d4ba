/** What a sample expression of HAProxy depends on, as far as waiting for bytes goes. */
export type Sample =
  /** Bytes of the client: `need` is how many it takes at least. */
  | { readonly kind: 'payload' | 'mqtt' | 'hello' | 'http' | 'rdp'; readonly need: number }
  /** How many bytes are there. */
  | { readonly kind: 'length'; readonly plain: boolean; readonly need: number }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'wait end' | 'true' | 'false' | 'other' }

/** Sample fetches for HTTP that a proxy in mode tcp may use as well (configuration.txt 7.3.6). */
const http =
  /^(?:req[._])?(?:(?:hdr|fhdr|cook|shdr)(?:_\w+)?|hdrs|hdrs_bin|body|body_len|body_size|proto_http|ver|unique_id|method|path|pathq|query|uri|url|base|base32)(?:_(?:beg|dir|dom|end|len|reg|sub|param|port))?$/

/**
 * Reads `req.payload(0,0),mqtt_field_value(connect,username)` (configuration.txt 7.3). Only what waits, or has to be
 * waited for, is distinguished.
 */
export function sampleOf(expression: string): Sample {
  const [first = '', ...converters] = partsOf(expression)
  const { name, args } = callOf(first)
  if (name === 'var') return { kind: 'variable', name: args[0] ?? '' }
  if (name === 'wait_end') return { kind: 'wait end' }
  if (name === 'always_true') return { kind: 'true' }
  if (name === 'always_false') return { kind: 'false' }
  if (/^req[._]len$/.test(name)) return { kind: 'length', plain: converters.length === 0, need: 1 }
  if (/^req[._]ssl_/.test(name)) return { kind: 'hello', need: 1 }
  if (/^(?:req[._])?rdp_cookie/.test(name)) return { kind: 'rdp', need: 1 }
  if (/^(?:req[._])?payload(?:_lv)?$/.test(name)) {
    if (converters.some((one) => /^mqtt_/.test(one))) return { kind: 'mqtt', need: 2 }
    const [offset = 0, length = 0] = args.map((one) => Number.parseInt(one, 10) || 0)
    return { kind: 'payload', need: offset + Math.max(length, 1) }
  }
  return http.test(name) ? { kind: 'http', need: 1 } : { kind: 'other' }
}

/** The expressions inside `%[...]` of a log format. */
export function expressionsIn(format: string): readonly string[] {
  const found: string[] = []
  for (let at = format.indexOf('%['); at >= 0; at = format.indexOf('%[', at + 2)) {
    const end = format.indexOf(']', at)
    if (end > 0) found.push(format.slice(at + 2, end))
  }
  return found
}

/** Whether these are bytes that the client has to send first. */
export function looksAtBytes(sample: Sample): boolean {
  return 'need' in sample
}

/** Splits at the commas outside parentheses. */
function partsOf(expression: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at < expression.length; at++) {
    const char = expression[at]
    if (char === '(') depth++
    else if (char === ')') depth--
    else if (char === ',' && depth === 0) {
      parts.push(expression.slice(from, at))
      from = at + 1
    }
  }
  return [...parts, expression.slice(from)]
}

function callOf(text: string): { readonly name: string; readonly args: readonly string[] } {
  const open = text.indexOf('(')
  if (open < 0) return { name: text, args: [] }
  const inside = text.slice(open + 1, text.endsWith(')') ? -1 : undefined)
  return { name: text.slice(0, open), args: inside.split(',').map((one) => one.trim()) }
}
