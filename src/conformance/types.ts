import type { Level } from '../kernel/result.js'
import type { Endpoint, Version, WritePlan } from '../proxy-header/index.js'

/**
 * What a receiver did with a header. `accepts`: it went on to the protocol behind it and answered; `refuses`: it ended the
 * connection; `waits`: neither, for as long as we waited.
 */
export type Outcome = 'accepts' | 'refuses' | 'waits'

/** Whom the receiver must take for the client: an endpoint of the header, the other end of the socket, or either. */
export type Belief = Endpoint | 'peer' | { readonly either: Endpoint }

/** One test of a receiver of PROXY headers: what is sent, and which reactions the specification allows. */
export interface ConformanceCase {
  /** Stable: `pp2/local/accepted`. */
  readonly id: string
  /** What is sent, a few words. */
  readonly title: string
  readonly level: Level
  /** What the specification asks of the receiver, in our own words. */
  readonly requirement: string
  /** `2.2.3`, of `doc/proxy-protocol.txt`. */
  readonly clause: string
  /** A receiver that does not read this version is not asked. `undefined`: everybody is. */
  readonly version: Version | undefined
  readonly plan: WritePlan
  /** Whether an MQTT CONNECT follows: in a write of its own, in the last write of the header, or not at all. */
  readonly connect: 'after' | 'same' | 'none'
  /** Milliseconds before that CONNECT. */
  readonly connectPauseMs: number
  readonly legal: readonly Outcome[]
  /** The recommended ones among them. */
  readonly best: readonly Outcome[]
  readonly believes: Belief | undefined
  /** When the receiver takes its user from the header, it must be exactly this. */
  readonly username: string | undefined
}

/** The sections in the order of the report. */
export const sections = ['pp1', 'pp2', 'pp2/tlv', 'pp2/ssl', 'split', 'limits', 'time'] as const
export type Section = (typeof sections)[number]

export function sectionOf(id: string): Section {
  const [first, second] = id.split('/')
  const both = `${first}/${second}`
  return sections.find((section) => section === both) ?? sections.find((section) => section === first) ?? 'pp2'
}
