import { type HaproxyLine, type HaproxyWord, word } from '../../config/haproxy/document.js'
import { executing, type Reach, shortened } from '../../config/left-out.js'
import type { Relocation } from './relocation.js'

export function textOf(one: HaproxyLine): string {
  return shortened(one.words.map((each) => each.raw).join(' '))
}

/** The same line of the user's file with other words. */
export function remade(one: HaproxyLine, words: readonly HaproxyWord[]): HaproxyLine {
  const { raw: _, ...rest } = one
  return { ...rest, words }
}

/** A line as written, with its variables replaced by their values: `setenv` is not run. */
export function plain(one: HaproxyLine): HaproxyLine {
  const expanded = (each: HaproxyWord) => each.unresolved === undefined && /\$/.test(each.raw) && !/\$/.test(each.text)
  if (!one.words.some(expanded)) return one
  return remade(
    one,
    one.words.map((each) => (expanded(each) ? word(each.text) : each)),
  )
}

/**
 * Leaves a line out, unless it is code that may run. A keyword that nobody here knows is handed to `haproxy -c` without
 * its arguments: a misspelled one is refused under its own name, a new one does nothing.
 */
export function leave(one: HaproxyLine, reach: Reach | undefined, to: Relocation, instead?: string): HaproxyLine[] {
  if (reach !== undefined && executing.has(reach) && to.options.allowExec) return [plain(one)]
  // The copies have a log of our own, with the same facts.
  if (isOwnLog(one)) return []
  to.leaveOut({
    span: one.span,
    what: textOf(one),
    reach: reach ?? 'is not known to mqtt-proxy',
    ...(instead !== undefined && { instead }),
  })
  if (reach !== undefined || to.options.purpose !== 'judge') return []
  to.unknown(one.span)
  return [remade(one, one.words.slice(0, 1))]
}

function isOwnLog({ words: [first, second] }: HaproxyLine): boolean {
  return first?.text === 'log' && /^(global|stdout|stderr)$/.test(second?.text ?? '')
}

/** A log line whose server is nobody, for `haproxy -c`. */
export function judgedLog(one: HaproxyLine): HaproxyLine {
  const at = one.words[0]?.text === 'log' ? 1 : -1
  if (/^(global|stdout|stderr)$/.test(one.words[at]?.text ?? 'global')) return plain(one)
  return remade(
    one,
    one.words.map((each, index) => (index === at ? word('127.0.0.1') : each)),
  )
}
