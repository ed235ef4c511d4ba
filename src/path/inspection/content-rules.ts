import type { HaproxyLine } from '../../config/haproxy/document.js'
import { parseDuration } from '../../config/haproxy/duration.js'
import type { ProxyView } from '../../config/haproxy/view.js'
import type { Written } from '../../config/sourced.js'
import { type Condition, evaluate, type Moment, readCondition, testsOf } from './condition.js'
import { expressionsIn, looksAtBytes, type Sample, sampleOf } from './expression.js'

/** One `tcp-request content` rule. */
export interface ContentRule {
  readonly line: HaproxyLine
  readonly action: 'accept' | 'cut' | 'set-var' | 'waits for its value' | 'other'
  readonly condition: Condition | undefined
  /** The expression whose value it takes. */
  readonly value: readonly Sample[]
  /** `txn.cid` of `set-var(txn.cid)`. */
  readonly variable: string | undefined
}

/** The rules in order; those of named defaults come first. */
export function contentRules(proxy: Pick<ProxyView, 'effective'>): readonly ContentRule[] {
  return proxy.effective.flatMap((line) => {
    const [keyword, phase] = line.words
    if (keyword?.text !== 'tcp-request' || phase?.text !== 'content') return []
    return [contentRule(line, proxy)]
  })
}

function contentRule(line: HaproxyLine, proxy: Pick<ProxyView, 'effective'>): ContentRule {
  const words = line.words.slice(2).map((one) => one.text)
  const [action = '', value = ''] = words
  const set = /^set-var(-fmt)?\(([^,)]*)/.exec(action)
  const written =
    set?.[1] !== undefined
      ? expressionsIn(value)
      : set !== null || /^(?:capture|track-sc\d*|track-sc\(.*|set-(?:src|dst|mark|tos|priority).*)$/.test(action)
        ? [value]
        : []
  return {
    line,
    action: actionOf(action),
    condition: readCondition(words, proxy),
    value: written.map(sampleOf),
    variable: set?.[2],
  }
}

function actionOf(word: string): ContentRule['action'] {
  if (word === 'accept') return 'accept'
  if (word === 'reject' || word === 'silent-drop') return 'cut'
  if (word.startsWith('set-var')) return 'set-var'
  // Measured: capture and track-sc wait until their expression has a value; set-var takes what is there.
  return word === 'capture' || word.startsWith('track-sc') ? 'waits for its value' : 'other'
}

/** Milliseconds of `tcp-request inspect-delay` in effect; 0 where there is none. A backend has its own. */
export function inspectDelay(proxy: Pick<ProxyView, 'effective'>): Written<number> | undefined {
  const line = proxy.effective.findLast(
    ({ words }) => words[0]?.text === 'tcp-request' && words[1]?.text === 'inspect-delay',
  )
  const word = line?.words[2]
  return word === undefined ? undefined : { value: parseDuration(word.text) ?? 1, span: word.span }
}

/** Variables whose value comes out of the client's bytes, also by way of another one. */
export function variablesFromBytes(rules: readonly ContentRule[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { variable, value } of rules) {
    const depends = value.some((one) => looksAtBytes(one) || (one.kind === 'variable' && found.has(one.name)))
    if (variable !== undefined && depends) found.add(variable)
  }
  return found
}

/** Whether a rule looks at the client's bytes: in its condition or for its value. */
export function ruleLooks({ condition, value }: Pick<ContentRule, 'condition' | 'value'>): readonly Sample[] {
  return [...testsOf(condition).map((one) => one.sample), ...value]
}

/** What the rules do to a connection of which not all bytes have come. */
export interface RulesOutcome {
  /** A rule makes HAProxy wait for bytes (never so at the last moment). */
  readonly waits: boolean
  /** The rule that ends every connection. */
  readonly cut: ContentRule | undefined
}

/** The rule that ends every connection because one at or above it looks at bytes that are not there. */
export function cutForLooking(rules: readonly ContentRule[], last: boolean): ContentRule | undefined {
  const { cut } = outcomeOf(rules, last)
  if (cut === undefined) return undefined
  const fromBytes = variablesFromBytes(rules)
  const looks = (one: Sample) => looksAtBytes(one) || (one.kind === 'variable' && fromBytes.has(one.name))
  return rules.slice(0, rules.indexOf(cut) + 1).some((one) => ruleLooks(one).some(looks)) ? cut : undefined
}

export function outcomeOf(rules: readonly ContentRule[], last: boolean, bytes = 0): RulesOutcome {
  const moment: Moment = { last, bytes, fromBytes: variablesFromBytes(rules) }
  let waits = false
  let somebodyGoesOn = false
  for (const rule of rules) {
    const truths = evaluate(rule.condition, moment)
    const needsValue =
      rule.action === 'waits for its value' && rule.value.some((one) => looksAtBytes(one) && !isThere(one, bytes))
    if (truths.has('missing') || (needsValue && !last && truths.has('passes'))) waits = true
    if (rule.action === 'accept' && truths.has('passes')) somebodyGoesOn = true
    const everybody = truths.size === 1 && truths.has('passes')
    if (rule.action === 'cut' && everybody) return { waits, cut: waits || somebodyGoesOn ? undefined : rule }
    if (rule.action === 'accept' && everybody) break
    if (truths.size === 1 && truths.has('missing')) break
  }
  return { waits, cut: undefined }
}

/** Whether a look at bytes of a packet that is not whole finds what it looks for. */
export function isThere(sample: Sample, bytes: number): boolean {
  if (sample.kind === 'length') return bytes > 0
  return sample.kind === 'payload' ? sample.need <= bytes : !('need' in sample)
}

/**
 * The fewest bytes of a packet that is not whole with which the rules go on; undefined where they wait for a whole one. A
 * client may send a packet in pieces, and networks cut it as they like.
 */
export function goesOnWith(rules: readonly ContentRule[]): number | undefined {
  const numbers = rules.flatMap(({ condition, value }) => [
    ...testsOf(condition).flatMap(({ sample, against }) =>
      sample.kind === 'payload'
        ? [sample.need]
        : sample.kind === 'length'
          ? against.flatMap((word) => word.split(':').map(Number))
          : [],
    ),
    ...value.flatMap((one) => (one.kind === 'payload' ? [one.need] : [])),
  ])
  const steps = numbers.flatMap((one) => [one, one + 1]).filter((one) => one >= 1 && one <= largestPiece)
  return [...new Set([1, ...steps])].sort((a, b) => a - b).find((bytes) => !outcomeOf(rules, false, bytes).waits)
}

/** Bytes; a rule that wants more means whole packets. */
const largestPiece = 100
