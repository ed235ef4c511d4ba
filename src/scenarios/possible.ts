import { type BrokerKind, brokerKinds, brokerOf } from '../brokers/index.js'
import { noProxySentence } from '../brokers/no-proxy.js'
import { Fault } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'
import { older } from '../kernel/version.js'
import type { ClientTransport, Scenario } from './types.js'

/**
 * First HAProxy that is expected to know everything in the generated files (sticky reads MQTT, which was mended in
 * 2.4.2). The oldest that they were run on is another matter.
 */
export const oldestHaproxy = { plain: '2.4', sticky: '2.4.2' } as const
/** Files for older versions say that they were not run. */
export const oldestHaproxyRun = '2.6'

/** What decides whether a pair can work. */
interface PairWanted {
  readonly broker: BrokerKind
  readonly brokerVersion: string | undefined
  readonly haproxyVersion: string
  readonly transport: ClientTransport
  readonly socket: string | undefined
  readonly brokerBind: string
}

/** @throws Fault MP-GEN-UNSUPPORTED (exit 3) */
export function refusePair(scenario: Scenario, settled: PairWanted): void {
  const reason = whyImpossible(scenario, settled)
  if (reason === undefined) return
  const able = brokerKinds
    .filter((broker) => broker !== settled.broker)
    .filter((broker) => whyImpossible(scenario, { ...settled, broker, brokerVersion: undefined }) === undefined)
  throw new Fault('MP-GEN-UNSUPPORTED', reason, {
    exit: EXIT.environment,
    hints: able.length === 0 ? [] : [`brokers that can: ${able.join(', ')}`],
  })
}

/** Why this broker, HAProxy and scenario cannot work together; undefined when they can. */
export function whyImpossible(scenario: Scenario, settled: PairWanted): string | undefined {
  const { broker, brokerVersion, haproxyVersion, transport, socket } = settled
  const { name, support: can } = brokerOf(broker)
  const oldest = scenario.topology === 'sticky' ? oldestHaproxy.sticky : oldestHaproxy.plain
  if (older(haproxyVersion, oldest)) return `scenario ${scenario.id} needs HAProxy ${oldest} or later`
  const refusal = can.refuses?.({ transport, bind: settled.brokerBind })
  if (socket !== undefined && !can.socket) return `${name} has no unix socket listener that HAProxy could use here`
  if (socket !== undefined && (transport === 'tls' || transport === 'wss'))
    return 'TLS passed through and a unix socket do not go together: Mosquitto ends TLS on TCP listeners only'
  if (refusal !== undefined) return refusal
  if (scenario.header === 'none') return undefined
  if (can.proxySince === false) return noProxySentence(broker) ?? `${name} has no PROXY protocol support`
  if (brokerVersion !== undefined && can.proxySince !== undefined && older(brokerVersion, can.proxySince))
    return `${name} ${brokerVersion} has no PROXY protocol support; ${can.proxySince} has`
  if (scenario.header === 'v1' && !can.versions.includes('v1')) return `${name} reads version 2 headers only`
  if (!scenario.enforces.cnAsUsername) return undefined
  if (can.cnAsUsername === false) return `${name} cannot take the username from the CN in the header`
  if (can.cnAsUsername === 'not on WebSocket' && transport === 'ws')
    return `${name} never takes the username from the CN on a WebSocket listener`
  return undefined
}
