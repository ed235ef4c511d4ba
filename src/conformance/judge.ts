import { quoted } from '../kernel/printable.js'
import type { CaseResult, CaseStatus } from '../kernel/result.js'
import { canonicalAddress, type Endpoint } from '../proxy-header/index.js'
import type { Belief, ConformanceCase, Outcome } from './types.js'

/** Whom the receiver took for the client, where that can be seen. */
interface Believed {
  readonly address: string
  /** Undefined where the receiver does not say. */
  readonly port: number | undefined
  readonly username: string | undefined
  /** The log line or event that says so. */
  readonly evidence: string
}

/** What came of one case. */
export interface CaseObservation {
  /** `undefined`: the target could not be reached. */
  readonly outcome: Outcome | undefined
  /** How it ended, in words: `CONNACK 0`, `closed`, `reset`, `nothing for 1000 ms`. */
  readonly how: string
  /** Our end of the connection. */
  readonly local: Endpoint | undefined
  /** `undefined`: not seen, or not to be seen. */
  readonly believed: Believed | undefined
  /** Whether the client address that the receiver sees can be read at all. */
  readonly observable: boolean
  /** A good client right afterwards: `served`, or what happened to it. */
  readonly health: string
  readonly ms: number
}

/** The verdict on one case. Pure. */
export function judgeConformance(one: ConformanceCase, seen: CaseObservation): CaseResult {
  const { status, reason } = verdict(one, seen)
  return {
    id: one.id,
    title: one.title,
    status,
    level: one.level,
    requirement: { text: one.requirement, ref: `PP ${one.clause}` },
    expected: expectation(one),
    actual: actual(seen),
    ...(reason !== undefined && { reason }),
    durationMs: seen.ms,
    ...(seen.local && { client: `${seen.local.address}:${seen.local.port}` }),
    ...(seen.believed && { logs: { broker: [seen.believed.evidence] } }),
  }
}

function verdict(one: ConformanceCase, seen: CaseObservation): { status: CaseStatus; reason?: string } {
  const { outcome } = seen
  if (outcome === undefined) return { status: 'unknown', reason: `the target was not reached: ${seen.how}` }
  if (seen.health !== 'served') {
    return { status: 'failed', reason: `good clients are no longer served afterwards: ${seen.health}` }
  }
  if (!one.legal.includes(outcome)) {
    const status = one.level === 'must' ? 'failed' : 'non-strict'
    return {
      status,
      reason: `it ${outcome}; ${one.level === 'must' ? 'must' : 'should'} be: ${one.legal.join(' or ')}`,
    }
  }
  const wrong = outcome === 'accepts' ? wrongBelief(one, seen) : undefined
  if (wrong !== undefined) return { status: 'failed', reason: wrong }
  if (!one.best.includes(outcome))
    return { status: 'non-strict', reason: `it ${outcome}; better: ${one.best.join(' or ')}` }
  return { status: 'passed' }
}

/** Why the address or user that it accepted is wrong: worse than a refusal, because it goes unnoticed. */
function wrongBelief(one: ConformanceCase, seen: CaseObservation): string | undefined {
  const { believed, local } = seen
  if (believed === undefined || one.believes === undefined) return undefined
  if (!fits(one.believes, believed, local)) {
    return `it took ${endText(believed)} for the client instead of ${beliefText(one.believes, local)}`
  }
  if (one.username !== undefined && believed.username !== undefined && believed.username !== one.username) {
    const cut = one.username.startsWith(`${believed.username}\0`) ? ': cut at the NUL, one name passes for another' : ''
    return `it took ${quoted(believed.username)} for the user instead of ${quoted(one.username)}${cut}`
  }
  return undefined
}

function fits(belief: Belief, believed: Believed, local: Endpoint | undefined): boolean {
  if (belief === 'peer') return local === undefined || same(local, believed)
  if ('either' in belief) return same(belief.either, believed) || (local !== undefined && same(local, believed))
  return same(belief, believed)
}

function same(a: Endpoint, b: Believed): boolean {
  return (b.port === undefined || a.port === b.port) && plain(a.address) === plain(b.address)
}

/** One text for every way to write an address; IPv4-mapped addresses and IPv4 are the same client. */
function plain(address: string): string {
  return canonicalAddress(address).replace(/^::ffff:(?=\d+\.)/, '')
}

function endText({ address, port }: Believed): string {
  return port === undefined ? address : `${address}:${port}`
}

function beliefText(belief: Belief, local: Endpoint | undefined): string {
  if (belief === 'peer') return local ? `the real ${local.address}:${local.port}` : 'the real endpoint'
  const endpoint = 'either' in belief ? belief.either : belief
  return `${endpoint.address}:${endpoint.port}`
}

/** `accepts, as 203.0.113.7:40001`, `refuses or waits`. */
export function expectation(one: ConformanceCase): string {
  const legal = one.legal.join(' or ')
  const better = one.best.length < one.legal.length ? ` (better: ${one.best.join(' or ')})` : ''
  const whom = one.legal.includes('accepts') && one.believes ? `, client ${beliefText(one.believes, undefined)}` : ''
  return legal + whom + better
}

function actual({ outcome, how, believed, observable }: CaseObservation): string {
  const whom = believed
    ? `, client ${endText(believed)}${believed.username === undefined ? '' : `, user ${quoted(believed.username)}`}`
    : outcome === 'accepts' && observable
      ? ', client not seen in its log'
      : ''
  return `${outcome ?? 'unknown'} (${how})${whom}`
}
