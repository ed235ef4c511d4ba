import type { Span } from '../../config/span.js'
import { textSpans } from '../../config/text-spans.js'

/** An Erlang term as written in a file; text and binaries are one kind here. */
export type Term = (
  | { readonly kind: 'atom' | 'text' | 'number'; readonly value: string }
  | { readonly kind: 'list' | 'tuple'; readonly items: readonly Term[] }
) & { readonly span: Span }

const word = /[\p{Ll}][\p{L}\p{N}_@]*/uy
const number = /[+-]?\d+(?:#[0-9a-zA-Z]+|\.\d+(?:[eE][+-]?\d+)?)?/y
const quoted = /"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'/y
const blank = /(?:\s|%[^\n]*)+/y
const deepest = 64

/** The classic format begins with a list; no line of a rabbitmq.conf can. */
export function isTerms(text: string): boolean {
  return /^(?:\ufeff|\s|%[^\n]*)*\[/.test(text)
}

/**
 * Reads the one term that a classic configuration file of Erlang holds: `[{application, [{key, value}]}].`
 * `undefined`: it is something else.
 */
export function readTerms(text: string, file: string): Term | undefined {
  const span = textSpans(text, file)
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found === null) return undefined
    at = pattern.lastIndex
    return found
  }
  const skip = () => take(blank)
  const accept = (mark: string): boolean => {
    skip()
    if (!text.startsWith(mark, at)) return false
    at += mark.length
    return true
  }
  const items = (close: string, depth: number): readonly Term[] | undefined => {
    const found: Term[] = []
    if (accept(close)) return found
    for (;;) {
      const one = term(depth + 1)
      if (one === undefined) return undefined
      found.push(one)
      if (accept(close)) return found
      if (!accept(',')) return undefined
    }
  }
  const term = (depth: number): Term | undefined => {
    if (depth > deepest) return undefined
    skip()
    const from = at
    if (accept('<<')) {
      skip()
      const inner = take(quoted)
      if (inner?.[1] === undefined || !accept('>>')) return undefined
      return { kind: 'text', value: unescaped(inner[1]), span: span(from, at) }
    }
    for (const [open, close, kind] of [
      ['[', ']', 'list'],
      ['{', '}', 'tuple'],
    ] as const) {
      if (!text.startsWith(open, at)) continue
      at += 1
      const inside = items(close, depth)
      return inside && { kind, items: inside, span: span(from, at) }
    }
    const string = take(quoted)
    if (string?.[1] !== undefined) return { kind: 'text', value: unescaped(string[1]), span: span(from, at) }
    if (string?.[2] !== undefined) return { kind: 'atom', value: unescaped(string[2]), span: span(from, at) }
    const digits = take(number)
    if (digits !== undefined) return { kind: 'number', value: digits[0], span: span(from, at) }
    const atom = take(word)
    return atom && { kind: 'atom', value: atom[0], span: span(from, at) }
  }
  if (text.startsWith('\ufeff')) at = 1
  const whole = term(0)
  const ended = whole !== undefined && accept('.')
  skip()
  return ended && at === text.length ? whole : undefined
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, '$1')
}

/** The value of a key in a list of `{key, value}`; a bare atom counts as true. A later one wins. */
export function valueIn(list: Term | undefined, key: string): Term | undefined {
  return pairsOf(list).findLast((one) => one.key === key)?.value
}

export function pairsOf(list: Term | undefined): readonly { readonly key: string; readonly value: Term }[] {
  if (list === undefined || !('items' in list)) return []
  return list.items.flatMap((one) => {
    if (one.kind === 'atom')
      return [{ key: one.value, value: { kind: 'atom' as const, value: 'true', span: one.span } }]
    const [key, value] = one.kind === 'tuple' ? one.items : []
    return key?.kind === 'atom' && value !== undefined ? [{ key: key.value, value }] : []
  })
}
