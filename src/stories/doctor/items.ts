import {
  type BrokerKind,
  brokerKinds,
  brokerOf,
  isRunnable,
  ownBroker,
  type RunnableKind,
} from '../../brokers/index.js'
import { isTool } from '../../host/tools/catalogue.js'
import type { BrokerFacts } from '../../host/types.js'
import type { DoctorItem } from '../../kernel/result.js'
import { item } from '../../live/doctor/item.js'
import { type Diagnosis, type Examined, examinedBrokers, hasFiles, hasPorts } from './doctor.js'
import { moreFiles, morePorts, otherCache, otherTemp } from './verdict.js'

/** A diagnosis as lines to read, the most needed first. */
export function doctorItems(diagnosis: Diagnosis): DoctorItem[] {
  return [
    item('node', 'ok', diagnosis.machine.node, [diagnosis.machine.os, diagnosis.machine.root ? 'as root' : 'not root']),
    haproxyItem(diagnosis.haproxy),
    ...examinedBrokers(diagnosis.brokers).flatMap(([kind, broker]) =>
      kind === ownBroker ? [] : [brokerItem(kind, broker, diagnosis)],
    ),
    ...brokerKinds.flatMap((kind) => (isRunnable(kind) ? [] : [generatedItem(kind)])),
    diagnosis.machine.tshark === undefined
      ? item('tshark', '-', 'not found (optional)')
      : item('tshark', 'ok', diagnosis.machine.tshark, ['hides the CN of a PROXY header; header decode shows it']),
    ...machineItems(diagnosis),
  ]
}

function haproxyItem(haproxy: Diagnosis['haproxy']): DoctorItem {
  if ('missing' in haproxy) return item('haproxy', 'wrong', haproxy.missing, [], haproxy.hints)
  const { version, program, openssl, features } = haproxy.facts
  const found = `${program}, found by ${haproxy.by ?? 'name'}`
  const details = [found, `features: ${features.join(' ')}`]
  if (!openssl) return item('haproxy', 'warning', `${version}, built without OpenSSL: no TLS scenario can run`, details)
  return item('haproxy', 'ok', `${version} with OpenSSL`, details)
}

function brokerItem(kind: RunnableKind, broker: Examined<BrokerFacts>, diagnosis: Diagnosis): DoctorItem {
  const install = isTool(kind) ? [`mqtt-proxy tools install ${kind}`] : undefined
  if ('missing' in broker) {
    if (broker.there) return item(kind, 'warning', broker.missing, [], broker.hints)
    return item(kind, '-', 'not found (optional)', [broker.missing], install ?? broker.hints)
  }
  const { version, proxy, mqtt, program, askedBy } = broker.facts
  const details = [`${program ?? ''}, asked by ${askedBy}`, `MQTT ${mqtt.join(', ')}`]
  const refused = diagnosis.scenarios.flatMap((one) => {
    const why = one.cannot[kind]
    return why == null ? [] : [`cannot run ${one.id}: ${why}`]
  })
  if (proxy.length > 0) {
    return item(kind, 'ok', `${version} reads PROXY headers v${proxy.join(' and v')}`, [...details, ...refused])
  }
  return item(kind, 'warning', `${version}: no PROXY protocol`, [...details, ...refused], install ?? [])
}

/** A broker whose files are written and that no driver runs. */
function generatedItem(kind: BrokerKind): DoctorItem {
  const { name, support } = brokerOf(kind)
  const none = support.proxySince === false
  const text = `not run by check; ${none ? 'no PROXY protocol' : 'its files are only generated, from its documentation'}`
  return item(kind, '-', text, [name], [`mqtt-proxy gen broker ${none ? 'tcp' : 'proxy'} --broker ${kind}`])
}

function machineItems({ machine }: Diagnosis): DoctorItem[] {
  const { clientPorts, temp, cache } = machine
  const files = String(machine.openFiles ?? 'not known')
  const ports = clientPorts === undefined ? 'not known' : `${clientPorts[0]} to ${clientPorts[1]}`
  return [
    hasFiles(machine)
      ? item('open files', 'ok', files)
      : item('open files', 'wrong', `${files}: too few for HAProxy`, [], [moreFiles(machine)]),
    hasPorts(machine)
      ? item('client ports', 'ok', ports)
      : item('client ports', 'wrong', `${ports}: too few for check`, [], [morePorts]),
    machine.loopbackPorts
      ? item('loopback ports', 'ok', 'free')
      : item(
          'loopback ports',
          'wrong',
          '127.0.0.1 cannot be reached, or has no port left',
          [],
          ['see whether the interface is up: ip addr show lo'],
        ),
    machine.secondLoopback
      ? item('127.0.0.2', 'ok', 'clients can have an address of their own')
      : item('127.0.0.2', 'warning', 'cannot be used: clients are told from HAProxy by their port'),
    machine.ipv6
      ? item('IPv6 loopback', 'ok', '::1')
      : item('IPv6 loopback', 'warning', 'not there: --ip 6 cannot run'),
    temp.writable
      ? item('temporary folder', 'ok', temp.path)
      : item('temporary folder', 'wrong', `${temp.path} cannot be written`, [], [otherTemp(temp.instead)]),
    cache.writable
      ? item('cache', 'ok', cache.path, [
          machine.apt ? 'apt is here: tools install works' : 'no apt: tools install cannot work',
        ])
      : item('cache', 'warning', `${cache.path} cannot be written`, [], [otherCache]),
  ]
}
