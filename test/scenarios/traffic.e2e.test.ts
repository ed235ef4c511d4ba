import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { driverFor } from '../../src/host/brokers/index.js'
import { makeCertificates } from '../../src/host/files/certificates.js'
import { writeWhole } from '../../src/host/files/generated-files.js'
import { makeWorkdir } from '../../src/host/files/workdir.js'
import { startHaproxy } from '../../src/host/haproxy/haproxy.js'
import { mqttConnect } from '../../src/host/net/mqtt-connect.js'
import { freePorts } from '../../src/host/net/ports.js'
import { endAll } from '../../src/host/process/lifetime.js'
import { findProgram } from '../../src/host/process/programs.js'
import type { RunningBroker } from '../../src/host/types.js'
import { filesOf, planCertificates } from '../../src/scenarios/certificates.js'
import { derive } from '../../src/scenarios/derive.js'
import type { Derived } from '../../src/scenarios/derived.js'
import { findScenario } from '../../src/scenarios/find.js'
import type { ClientTransport, IpFamily } from '../../src/scenarios/types.js'

const set = await makeCertificates(planCertificates({ now: new Date() }))
const haproxy = await findProgram('haproxy', { chosen: '3.2' })
afterEach(endAll)

interface Variant {
  readonly id: string
  readonly transport?: ClientTransport
  readonly ip?: IpFamily
  readonly socket?: boolean
}

/** Writes what is generated, starts the real programs, and nothing else. */
async function start({ id, transport = 'tcp', ip = 4, socket = false }: Variant, kind: 'mosquitto' | 'embedded') {
  const folder = (await makeWorkdir('run')).path
  const scenario = findScenario(id)
  const host = ip === 6 ? '::1' : '127.0.0.1'
  const [a = 0, b = 0, c = 0] = await freePorts(3, host)
  const derived = derive(scenario, {
    broker: kind,
    transport,
    ip,
    listen: { host, port: a },
    ...(socket ? { socket: join(folder, 's') } : { server: { host, port: b } }),
    ...(scenario.topology === 'chain' && { inner: { host, port: c } }),
  })
  for (const file of filesOf(set)) await writeWhole({ ...file, path: join(folder, 'certs', file.path) })
  for (const file of [...derived.haproxy, ...derived.brokers.flatMap((one) => one.files)]) {
    await writeWhole({ path: join(folder, file.name), text: file.text })
  }
  const driver = await driverFor(kind)
  const [broker] = derived.brokers
  if (broker === undefined) throw new Error('no broker')
  const configFile = join(folder, broker.files[0]?.name ?? '')
  const running = await driver.start({ folder, configFile, listeners: [broker.listener] })
  for (const { name, role } of [...derived.haproxy].reverse()) {
    const listeners = derived.frontends.filter((one) => (one.id === 'inner') === (role === 'inner'))
    await startHaproxy({ program: haproxy.program, files: [join(folder, name)], folder, listeners })
  }
  return { derived, running }
}

/** One MQTT 5 client through the front door, and what the broker saw of it. */
async function visit(derived: Derived, running: RunningBroker) {
  const [door] = derived.frontends
  if (door === undefined) throw new Error('no front door')
  const scheme = door.webSocket ? (door.tls ? 'wss' : 'ws') : door.tls ? 'mqtts' : 'mqtt'
  const observation = await mqttConnect({
    target: { scheme, host: door.host, port: door.port, path: door.webSocket ? '/mqtt' : '' },
    mqtt: '5.0',
    clientId: 'visitor',
    timeoutMs: 10_000,
    ...(door.tls && { tls: { ca: set.serverCa, ...(door.certificate && set.clients.alice) } }),
  })
  return { observation, sight: await running.saw('visitor', 5000) }
}

const variants: readonly Variant[] = [
  { id: 'tcp', transport: 'tls' },
  { id: 'tcp', transport: 'wss' },
  { id: 'tls', transport: 'ws' },
  { id: 'proxy', transport: 'ws' },
  { id: 'proxy', ip: 6 },
  { id: 'proxy', socket: true },
  { id: 'proxy-v1', socket: true },
  { id: 'proxy-mtls-cn', transport: 'ws', ip: 6 },
  { id: 'chain', transport: 'ws' },
]

function nameOf({ id, transport = 'tcp', ip = 4, socket = false }: Variant): string {
  return `${id} over ${transport}, IPv${ip}${socket ? ', through a unix socket' : ''}`
}

describe.each(['mosquitto', 'embedded'] as const)('a generated pair of HAProxy and %s carries a client', (kind) => {
  it.each(variants.map((variant) => ({ ...variant, name: nameOf(variant) })))('$name', async (variant) => {
    const { derived, running } = await start(variant, kind)
    const { observation, sight } = await visit(derived, running)
    expect(observation.outcome, observation.detail).toBe('accepted')
    const place = sight && `${sight.address.includes(':') ? `[${sight.address}]` : sight.address}:${sight.port}`
    if (derived.scenario.learns.address === 'client') expect(place).toBe(observation.local)
    else expect(place).not.toBe(observation.local)
    expect(sight?.username).toBe(derived.scenario.learns.username ? 'alice' : undefined)
  })
})
