import type { ConnectObservation } from '../../../host/types.js'
import type { Requirement } from '../../../kernel/result.js'
import type { Lab } from './lab.js'

/** How a pair behaves over time: reload, failures, idle clients, load. Each has a sandbox of its own. */
export interface Behaviour {
  /** The case id is `behaviour/id`. */
  readonly id: string
  readonly title: string
  readonly requirement: Requirement
  readonly expected: string
  /** Run HAProxy with a master process. */
  readonly master?: true
  /** Only a broker in a process of its own can do that. */
  readonly needsProcess?: true
  /** HAProxy's file of scenario `proxy`, changed. */
  readonly haproxy?: (text: string) => string
  /** Another listener of the broker, on loopback, that reads no header. */
  readonly plainListener?: number
  /** Our own listener stands at this port of the files, for health checks. */
  readonly ownPort?: number
  /** The broker is not started with the rest. */
  readonly brokerLater?: true
  readonly run: (lab: Lab) => Promise<BehaviourOutcome>
}

/** What came of one behaviour. */
export interface BehaviourOutcome {
  readonly ok: boolean
  readonly actual: string
  /** Why it could not be judged: nothing was wrong, but not everything was seen. */
  readonly unclear?: string
}

/** The facts of a run, each with whether it is as it should be. */
export function outcome(...facts: readonly (readonly [ok: boolean, said: string])[]): BehaviourOutcome {
  const wrong = facts.filter(([ok]) => !ok)
  const told = (wrong.length > 0 ? wrong : facts).map(([, said]) => said)
  return { ok: wrong.length === 0, actual: told.join('; ') }
}

export const ms = (value: number | undefined) => (value === undefined ? 'never' : `after ${Math.round(value)} ms`)
export const refused = (seen: ConnectObservation) => seen.outcome === 'closed' || seen.outcome === 'reset'
