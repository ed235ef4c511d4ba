import type { Support } from '../brokers/broker.js'
import type { Seen } from '../kernel/observed.js'
import type { Scenario } from '../scenarios/types.js'
import { type FaultName, faultKinds, type WayFault } from './fault-kinds.js'
import { readTlvValue } from './tlv-faults.js'

/** How a fault is tried. */
export type FaultTrial =
  /** A client connects while the way is struck. */
  | 'connect'
  /** A client with a will and a short keepalive is struck after its CONNACK. */
  | 'session'
  /** A client publishes at QoS 1, is struck, and sends the message again on a new connection. */
  | 'publish'

const trials: Readonly<Partial<Record<FaultName, FaultTrial>>> = {
  'cut-after-connack': 'session',
  'reset-after-connack': 'session',
  'half-open': 'session',
  'cut-in-publish': 'publish',
  'drop-puback': 'publish',
}

export function trialOf(name: FaultName): FaultTrial {
  return trials[name] ?? 'connect'
}

/** What was seen while the way was struck, and of another client afterwards. */
export interface FaultSeen {
  /** What the fault did; `undefined`: there was nothing that it could strike. */
  readonly did: string | undefined
  /** `accepted`, or how it ended. */
  readonly outcome: NonNullable<Seen['connect']>['outcome']
  readonly sight: { readonly address: string; readonly username: string | undefined } | undefined
  /** Whether the will of the struck client was published. */
  readonly will: boolean | undefined
  /** Times that the message arrived: before it was sent again, and in all. */
  readonly arrived: readonly [number, number] | undefined
  /** Whether a client without a fault gets in afterwards, and both programs run. */
  readonly after: boolean
}

/** What a healthy stack does, in words and as a judgement. */
export interface FaultRule {
  readonly expected: string
  readonly holds: (seen: FaultSeen) => boolean
}

const refused: FaultRule = {
  expected: 'the client is refused',
  holds: ({ outcome }) => outcome !== 'accepted' && outcome !== 'timeout',
}
const letIn: FaultRule = { expected: 'the client is accepted', holds: ({ outcome }) => outcome === 'accepted' }
const either: FaultRule = {
  expected: 'the client is accepted or refused, and does not hang',
  holds: ({ outcome }) => outcome !== 'timeout',
}
const willSent: FaultRule = {
  expected: 'the session ends, and the broker publishes the will',
  holds: ({ outcome, will }) => outcome === 'accepted' && will === true,
}

/** What of a header the broker can insist on. */
export type Insists = Pick<Support, 'requiresTls' | 'cnAsUsername'>

export function faultRule(fault: WayFault, scenario: Scenario, insists: Insists): FaultRule {
  const { name, value = '' } = fault
  const hasHeader = scenario.header !== 'none'
  switch (name) {
    case 'cut-in-header':
    case 'cut-after-header':
    case 'duplicate-header':
    case 'strip-header':
      return refused
    case 'drop-tlv': {
      const demanded = insists.requiresTls && scenario.enforces.requireTls && readTlvValue(value)?.type === 0x20
      return demanded ? refused : either
    }
    case 'cut-after-connack':
    case 'reset-after-connack':
    case 'half-open':
      return willSent
    case 'cut-in-publish':
      return {
        expected: 'nothing arrives of the message that was cut, and it arrives once when it is sent again',
        holds: ({ arrived }) => arrived?.[0] === 0 && arrived[1] === 1,
      }
    case 'drop-puback':
      return {
        expected: 'the message arrives, and is acknowledged when it is sent again',
        holds: ({ arrived }) => arrived !== undefined && arrived[1] >= 1,
      }
    case 'delay':
    case 'trickle':
      return letIn
    case 'duplicate-tlv':
    case 'forge-tlv':
      return either
    case 'swap-header':
      return scenario.topology === 'acl' ? either : letIn
    case 'forge-header': {
      if (!hasHeader) return refused
      if (scenario.topology === 'acl') return either
      const address = value.slice(0, value.lastIndexOf(':')).replace(/^\[|\]$/g, '')
      return {
        expected: `the broker accepts ${address}: only a firewall prevents this`,
        holds: ({ outcome, sight }) => outcome === 'accepted' && sight?.address === address,
      }
    }
    case 'forge-cn': {
      if (!hasHeader) return refused
      if (scenario.header === 'v1') return either
      if (!(scenario.enforces.cnAsUsername && insists.cnAsUsername !== false)) return either
      return {
        expected: `the client is the user ${value}: only a firewall keeps this out`,
        holds: ({ outcome, sight }) => outcome === 'accepted' && sight?.username === value,
      }
    }
  }
}

/** Why it cannot be tried, where the way carries nothing that it could strike. */
export function whyNotStruck(fault: WayFault, scenario: Scenario): string {
  const what = faultKinds[fault.name].what
  return scenario.header === 'none'
    ? `nothing to strike: scenario ${scenario.id} sends no PROXY header (${what})`
    : `nothing to strike: it did not come to that (${what})`
}

export function seenText({ outcome, sight, will, arrived, after }: FaultSeen): string {
  return [
    outcome === 'accepted' ? 'CONNACK 0 (accepted)' : outcome,
    ...(sight === undefined
      ? []
      : [`the broker saw ${sight.address}${sight.username === undefined ? '' : ` as ${sight.username}`}`]),
    ...(will === undefined ? [] : [will ? 'the will was published' : 'no will was published']),
    ...(arrived === undefined ? [] : [`the message arrived ${arrived[0]} times at first, ${arrived[1]} in all`]),
    after ? 'another client is accepted afterwards' : 'no other client is accepted afterwards',
  ].join('; ')
}
