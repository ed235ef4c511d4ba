import { mismatchWords } from '../kernel/mismatch-words.js'
import { nearest } from '../kernel/nearest.js'
import { errorCodes } from './error-codes.js'
import { codesNamed, explainReasonCode } from './reason-codes.js'
import { explainTermination, knownTerminations } from './termination.js'

export interface Explanation {
  /** What kind of code it is. */
  readonly kind:
    | 'termination code'
    | 'log text'
    | 'MQTT 3.1.1 return code'
    | 'MQTT 5.0 reason code'
    | 'error'
    | 'rule'
    | 'finding'
  readonly code: string
  readonly meaning: string
  readonly more: readonly string[]
  /** The program that a log line was taken for. */
  readonly program?: string
  /** Of a log line, most likely first. */
  readonly causes?: readonly string[]
  /** Commands to run next. */
  readonly next?: readonly string[]
  /** How many lines of a log say the same. */
  readonly count?: number
}

const texts: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  '<NOSRV>': [
    'HAProxy found no server for the connection',
    [
      `with the name of a backend before it, or of a "listen" section: ${mismatchWords['servers-disabled'].what}`,
      `with the name of the frontend before it: ${mismatchWords['no-route'].what}`,
    ],
  ],
  '<BADREQ>': [
    'HAProxy in mode http read something that is not an HTTP request',
    [
      `${mismatchWords['mode-http'].what}: ${mismatchWords['mode-http'].remedy}`,
      'TLS or a PROXY header came to a bind in mode http without "ssl" or "accept-proxy"',
    ],
  ],
  'wrong version number': [
    'TLS was expected, and the first bytes are none',
    [
      'a client without TLS reached a TLS port (mqtt:// to the port of mqtts://)',
      mismatchWords['header-before-tls'].what,
      'the server line of HAProxy speaks without TLS to a listener that ends TLS itself',
    ],
  ],
  'SSL handshake failure': [
    'TLS failed before MQTT began',
    [
      'a client without TLS reached a TLS port',
      mismatchWords['header-before-tls'].what,
      'the client does not trust the CA of the server certificate',
      'verify required, and the client certificate is missing, expired, or signed by another CA',
    ],
  ],
}

/**
 * Everything a code can mean: a termination code (`cD`), a text of HAProxy's log (`<NOSRV>`), an error of ours (`MP-NO-CONNACK`), an MQTT code by number
 * (`135`, `0x87`, `rc=5`) or by name (`not authorized`). Several explanations where a number can be meant in both versions of MQTT.
 */
export function explainCode(code: string): readonly Explanation[] {
  const found: Explanation[] = []
  const bare = (name: string) => name.replace(/^<|>$/g, '').toLowerCase()
  const error = errorCodes[code.toUpperCase()]
  if (error !== undefined) found.push({ kind: 'error', code: code.toUpperCase(), meaning: error, more: [] })
  const text = Object.entries(texts).find(([name]) => bare(name) === bare(code))
  if (text) found.push({ kind: 'log text', code: text[0], meaning: text[1][0], more: text[1][1] })
  const termination = explainTermination(code)
  if (termination) {
    const more = termination.mqtt === undefined ? [] : [`with MQTT: ${termination.mqtt}`]
    found.push({ kind: 'termination code', code, meaning: termination.meaning, more })
  }
  const codes = numberedCodes(code) ?? codesNamed(code)
  return [...found, ...codes.flatMap(explainNumber)]
}

interface VersionedCode {
  readonly version: '3.1.1' | '5.0'
  readonly code: number
}

const numbered =
  /^(?:(rc|connack|suback|unsuback|puback|pubrec|pubrel|pubcomp|disconnect|auth|(?:reason |return )?code)[ =:]*)?(\d{1,3}|0x[0-9a-f]{1,2})$/i

/**
 * The versions in which a number can be meant. A CONNACK of 3.1.1 has codes 0 to 5 and one of 5.0 only 0 and those from
 * 128, so its number tells the version; other packets of 3.1.1 carry no code, apart from SUBACK.
 */
function numberedCodes(text: string): readonly VersionedCode[] | undefined {
  const [, what = '', digits] = numbered.exec(text) ?? []
  if (digits === undefined) return undefined
  const code = Number(digits)
  const [old, now] = [
    { version: '3.1.1' as const, code },
    { version: '5.0' as const, code },
  ]
  const word = what.toLowerCase()
  if (['connack', 'rc', 'return code'].includes(word)) return code > 0 && code < 128 ? [old] : [old, now]
  if (word === '' || word === 'code') return [old, now]
  return [now]
}

function explainNumber({ version, code }: VersionedCode): Explanation[] {
  const meaning = explainReasonCode(version, code)
  if (meaning === undefined) return []
  const kind = version === '5.0' ? 'MQTT 5.0 reason code' : 'MQTT 3.1.1 return code'
  return [{ kind, code: `${code} (0x${code.toString(16).padStart(2, '0')})`, meaning, more: [] }]
}

/** The nearest thing that can be explained, for a mistyped code. */
export function nearestCode(code: string, others: readonly string[]): string | undefined {
  return nearest(code, [...knownTerminations, ...Object.keys(texts), ...Object.keys(errorCodes), ...others])
}
