import type { ProxyView } from '../../config/haproxy/view.js'
import { type Sample, sampleOf } from './expression.js'

/** `{ req.len gt 0 }`: an expression with what it is compared to. */
export interface Test {
  readonly sample: Sample
  /** As written: `req.payload(0,0),mqtt_field_value(connect,username)`. */
  readonly expression: string
  /** Words behind the expression: flags and patterns. */
  readonly against: readonly string[]
}

/** One term; an ACL of several lines is true when one of them is. */
interface Term {
  readonly negated: boolean
  readonly anyOf: readonly Test[]
}

/** `if A B or !C`: any of the suites, all terms of one. */
export interface Condition {
  readonly unless: boolean
  readonly suites: readonly (readonly Term[])[]
}

/** ACLs that HAProxy knows without being told (configuration.txt 7.4), as far as they look at bytes. */
const predefined: Readonly<Record<string, string>> = {
  HTTP: 'req.proto_http',
  REQ_CONTENT: 'req.len gt 0',
  RDP_COOKIE: 'req.rdp_cookie_cnt gt 0',
  WAIT_END: 'wait_end',
  TRUE: 'always_true',
  FALSE: 'always_false',
}

/** Reads the words from `if` or `unless` on. */
export function readCondition(words: readonly string[], proxy: Pick<ProxyView, 'effective'>): Condition | undefined {
  const at = words.findIndex((one) => one === 'if' || one === 'unless')
  if (at < 0) return undefined
  const suites: Term[][] = [[]]
  const rest = words.slice(at + 1)
  let negated = false
  for (let i = 0; i < rest.length; i++) {
    let word = rest[i] ?? ''
    if (word === 'or' || word === '||') {
      suites.push([])
      continue
    }
    while (word.startsWith('!')) {
      negated = !negated
      word = word.slice(1)
    }
    if (word === '') continue
    let anyOf: readonly Test[]
    if (word === '{') {
      const end = rest.indexOf('}', i)
      anyOf = [testOf(rest.slice(i + 1, end < 0 ? undefined : end))]
      i = end < 0 ? rest.length : end
    } else anyOf = named(word, proxy)
    suites.at(-1)?.push({ negated, anyOf })
    negated = false
  }
  return { unless: rest.length > 0 && words[at] === 'unless', suites }
}

/** All tests that a condition may come to. */
export function testsOf(condition: Condition | undefined): readonly Test[] {
  return condition?.suites.flatMap((suite) => suite.flatMap((term) => term.anyOf)) ?? []
}

function named(name: string, proxy: Pick<ProxyView, 'effective'>): readonly Test[] {
  const lines = proxy.effective.filter((line) => line.words[0]?.text === 'acl' && line.words[1]?.text === name)
  if (lines.length > 0) return lines.map((line) => testOf(line.words.slice(2).map((one) => one.text)))
  const known = predefined[name] ?? (/^(?:METH_|HTTP_)/.test(name) ? 'method' : 'unknown')
  return [testOf(known.split(' '))]
}

function testOf(words: readonly string[]): Test {
  const [expression = '', ...against] = words
  return { sample: sampleOf(expression), expression, against }
}

/** What may come of a test: several where it depends on what we cannot know. `missing`: HAProxy waits for more. */
export type Truth = 'fails' | 'missing' | 'passes'

/** How far a connection has come. `last`: the time to wait for bytes is over. */
export interface Moment {
  readonly last: boolean
  /** Bytes of the client that are there, never a whole packet; absent: none. */
  readonly bytes?: number
  /** Names of variables that are set from bytes. */
  readonly fromBytes: ReadonlySet<string>
}

const rank: Readonly<Record<Truth, number>> = { fails: 0, missing: 1, passes: 2 }
const negation: Readonly<Record<Truth, Truth>> = { fails: 'passes', missing: 'missing', passes: 'fails' }

/**
 * A condition before all bytes are there. HAProxy's logic has three values: of terms that all have to hold the least counts, of
 * alternatives the most, and "missing" makes it wait while there is time.
 */
export function evaluate(condition: Condition | undefined, moment: Moment): ReadonlySet<Truth> {
  if (condition === undefined) return new Set(['passes'])
  const all = condition.suites.map((suite) =>
    suite
      .map((term) => negate(term.negated, most(term.anyOf.map((one) => truthOf(one, moment)))))
      .reduce((a, b) => pairwise(a, b, (x, y) => (rank[x] < rank[y] ? x : y)), only('passes')),
  )
  return negate(condition.unless, most(all))
}

function truthOf({ sample, against }: Test, { last, bytes = 0, fromBytes }: Moment): ReadonlySet<Truth> {
  switch (sample.kind) {
    case 'true':
      return only('passes')
    case 'false':
      return only('fails')
    case 'wait end':
      return only(last ? 'passes' : 'missing')
    case 'variable':
      return fromBytes.has(sample.name) ? only('fails') : new Set(['fails', 'passes'])
    case 'other':
      return new Set(['fails', 'passes'])
    case 'length':
      if (sample.plain && takes(against, bytes)) return only('passes')
      if (!sample.plain && bytes > 0) return new Set(['fails', 'passes'])
      return only(last ? 'fails' : 'missing')
    case 'payload':
      if (sample.need <= bytes) return new Set(['fails', 'passes'])
      return only(last ? 'fails' : 'missing')
    case 'hello':
    case 'http':
    case 'rdp':
      // The first byte may show that it is something else.
      if (bytes > 0) return new Set(['fails', last ? 'fails' : 'missing'])
      return only(last ? 'fails' : 'missing')
    default:
      return only(last ? 'fails' : 'missing')
  }
}

/** Whether a number matches integer patterns: `gt 0`, `-m int 5:10`, `0`. */
function takes(against: readonly string[], number: number): boolean {
  let operator = 'eq'
  return against.some((word, at) => {
    if (/^(?:eq|ge|gt|le|lt)$/.test(word)) {
      operator = word
      return false
    }
    if (word.startsWith('-') || against[at - 1] === '-m') return false
    const [low, high] = word.split(':').map((one) => (one === '' ? undefined : Number(one)))
    if (word.includes(':')) return (low ?? 0) <= number && (high === undefined || high >= number)
    const value = low ?? 0
    if (operator === 'gt') return value < number
    if (operator === 'lt') return value > number
    return operator === 'le' ? value >= number : operator === 'ge' ? value <= number : value === number
  })
}

function only(one: Truth): ReadonlySet<Truth> {
  return new Set([one])
}

function most(sets: readonly ReadonlySet<Truth>[]): ReadonlySet<Truth> {
  return sets.reduce((a, b) => pairwise(a, b, (x, y) => (rank[x] > rank[y] ? x : y)), only('fails'))
}

function negate(really: boolean, truths: ReadonlySet<Truth>): ReadonlySet<Truth> {
  return really ? new Set([...truths].map((one) => negation[one])) : truths
}

function pairwise(
  a: ReadonlySet<Truth>,
  b: ReadonlySet<Truth>,
  choose: (x: Truth, y: Truth) => Truth,
): ReadonlySet<Truth> {
  return new Set([...a].flatMap((x) => [...b].map((y) => choose(x, y))))
}
