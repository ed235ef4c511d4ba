import { Fault } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'
import type { GeneratedBroker, Settled } from './options.js'
import type { Scenario } from './types.js'

/** What a broker can do of a scenario, from running it or from its documentation. */
interface Support {
  readonly name: string
  /** `run`: the file was run on the program; `facts`: written from recorded measurements; `documentation`: never run. */
  readonly basis: 'run' | 'facts' | 'documentation'
  /** First version with PROXY support; undefined: every version that matters; false: none. */
  readonly proxySince?: string | false
  readonly versions: readonly ('v1' | 'v2')[]
  readonly cnAsUsername: boolean | 'not on WebSocket'
  readonly requiresTls: boolean
  readonly requiresCertificate: boolean
  readonly socket: boolean
}

const readers = { versions: ['v1', 'v2'], cnAsUsername: false, requiresTls: false, requiresCertificate: false } as const

export const support: Record<GeneratedBroker, Support> = {
  embedded: {
    name: 'the embedded broker',
    basis: 'run',
    versions: ['v1', 'v2'],
    cnAsUsername: true,
    requiresTls: true,
    requiresCertificate: true,
    socket: true,
  },
  mosquitto: {
    name: 'Mosquitto',
    basis: 'run',
    proxySince: '2.1',
    versions: ['v1', 'v2'],
    cnAsUsername: true,
    requiresTls: true,
    requiresCertificate: true,
    socket: true,
  },
  vernemq: { ...readers, name: 'VerneMQ', basis: 'facts', cnAsUsername: 'not on WebSocket', socket: false },
  rabbitmq: { ...readers, name: 'RabbitMQ', basis: 'run', proxySince: '3.7', socket: false },
  emqx: { ...readers, name: 'EMQX', basis: 'documentation', cnAsUsername: true, socket: false },
  hivemq: { ...readers, name: 'HiveMQ Enterprise', basis: 'documentation', socket: false },
  'hivemq-ce': {
    ...readers,
    name: 'HiveMQ Community Edition',
    basis: 'documentation',
    proxySince: false,
    socket: false,
  },
  flashmq: {
    name: 'FlashMQ',
    basis: 'documentation',
    proxySince: '1.1',
    versions: ['v2'],
    cnAsUsername: true,
    requiresTls: false,
    requiresCertificate: false,
    socket: false,
  },
  artemis: { ...readers, name: 'ActiveMQ Artemis', basis: 'documentation', proxySince: '2.43', socket: false },
  tbmq: { ...readers, name: 'TBMQ', basis: 'documentation', proxySince: '2.1', socket: false },
  rmqtt: { ...readers, name: 'RMQTT', basis: 'documentation', proxySince: '0.15', socket: false },
}

/** Brokers that read certificates from a Java keystore only, as far as their documentation goes. */
const keystores: ReadonlySet<GeneratedBroker> = new Set(['hivemq', 'hivemq-ce', 'artemis'])

/**
 * First HAProxy that is expected to know everything in the generated files (sticky reads MQTT, which was mended in
 * 2.4.2). The oldest that they were run on is another matter.
 */
export const oldestHaproxy = { plain: '2.4', sticky: '2.4.2' } as const
/** Files for older versions say that they were not run. */
export const oldestHaproxyRun = '2.6'

/** @throws Fault MP-GEN-UNSUPPORTED (exit 3) */
export function refusePair(scenario: Scenario, settled: Settled): void {
  const reason = whyImpossible(scenario, settled)
  if (reason === undefined) return
  const able = Object.entries(support)
    .filter(([kind]) => kind !== settled.broker)
    .filter(([kind]) => {
      const other = { ...settled, broker: kind as GeneratedBroker, brokerVersion: undefined }
      return whyImpossible(scenario, other) === undefined
    })
    .map(([kind]) => kind)
  throw new Fault('MP-GEN-UNSUPPORTED', reason, {
    exit: EXIT.environment,
    hints: able.length === 0 ? [] : [`brokers that can: ${able.join(', ')}`],
  })
}

/** Why this broker, HAProxy and scenario cannot work together; undefined when they can. */
export function whyImpossible(scenario: Scenario, settled: Settled): string | undefined {
  const { broker, brokerVersion, haproxyVersion, transport, socket } = settled
  const can = support[broker]
  const oldest = scenario.topology === 'sticky' ? oldestHaproxy.sticky : oldestHaproxy.plain
  if (older(haproxyVersion, oldest)) return `scenario ${scenario.id} needs HAProxy ${oldest} or later`
  if (broker === 'vernemq' && settled.brokerBind.includes(':'))
    return 'VerneMQ 2.2.0 does not start with an IPv6 address in a listener line of vernemq.conf'
  if (socket !== undefined && !can.socket) return `${can.name} has no unix socket listener that HAProxy could use here`
  if (socket !== undefined && (transport === 'tls' || transport === 'wss'))
    return 'TLS passed through and a unix socket do not go together: Mosquitto ends TLS on TCP listeners only'
  if ((transport === 'tls' || transport === 'wss') && keystores.has(broker))
    return `${can.name} ends TLS with a Java keystore, which is not made here`
  if (scenario.header === 'none') return undefined
  if (can.proxySince === false) return `${can.name} has no PROXY protocol support`
  if (brokerVersion !== undefined && can.proxySince !== undefined && older(brokerVersion, can.proxySince))
    return `${can.name} ${brokerVersion} has no PROXY protocol support; ${can.proxySince} has`
  if (scenario.header === 'v1' && !can.versions.includes('v1')) return `${can.name} reads version 2 headers only`
  if (!scenario.enforces.cnAsUsername) return undefined
  if (can.cnAsUsername === false) return `${can.name} cannot take the username from the CN in the header`
  if (can.cnAsUsername === 'not on WebSocket' && transport === 'ws')
    return `${can.name} never takes the username from the CN on a WebSocket listener`
  return undefined
}

/** Numeric comparison of dotted versions, as long as the shorter one: `older('2.1', '2.1.2')` is false. */
export function older(version: string, than: string): boolean {
  const parts = (text: string) => text.split('.').map((part) => Number.parseInt(part, 10))
  const [a, b] = [parts(version), parts(than)]
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}
