import { describe, expect, it } from 'vitest'
import { brokerKinds, isBrokerKind, isRunnable, ownBroker, runnableKinds } from '../../../src/brokers/index.js'
import type { Machine } from '../../../src/host/process/machine.js'
import type { BrokerFacts, HaproxyFacts } from '../../../src/host/types.js'
import { derive } from '../../../src/scenarios/derive.js'
import { findScenario } from '../../../src/scenarios/find.js'
import { scenarios } from '../../../src/scenarios/table.js'
import { type Diagnosis, isReady, whyNotHere } from '../../../src/stories/doctor/doctor.js'
import { doctorItems } from '../../../src/stories/doctor/items.js'
import { doctorVerdict } from '../../../src/stories/doctor/verdict.js'

const haproxy: HaproxyFacts = { program: '/h', version: '3.2.26', openssl: true, features: ['OPENSSL'] }
const mosquitto: BrokerFacts = {
  kind: 'mosquitto',
  program: '/m',
  version: '2.1.2',
  proxy: [1, 2],
  mqtt: ['3.1', '3.1.1', '5.0'],
  askedBy: 'mosquitto -h',
}

/** Ids of the scenarios that can run. */
function can(facts: Partial<HaproxyFacts>, broker: Partial<BrokerFacts>): string[] {
  const [h, b] = [{ facts: { ...haproxy, ...facts } }, { ...mosquitto, ...broker }]
  return scenarios.filter((one) => whyNotHere(one, h, b) === undefined).map((one) => one.id)
}

describe('whyNotHere', () => {
  it('lets everything run with HAProxy 3.2 and Mosquitto 2.1', () => {
    expect(can({}, {})).toEqual(scenarios.map((one) => one.id))
  })

  it('leaves Mosquitto 2.0 the scenarios without a header', () => {
    expect(can({}, { version: '2.0.21', proxy: [] })).toEqual(['tcp', 'tls', 'mtls'])
  })

  it('leaves HAProxy without OpenSSL the scenarios in which it does not end TLS', () => {
    const ids = can({ openssl: false }, {})
    expect(ids).toContain('proxy')
    expect(ids.filter((id) => id.includes('tls'))).toEqual([])
  })

  it('says that HAProxy is too old, or missing', () => {
    expect(can({ version: '2.2.9' }, {})).toEqual([])
    const [scenario] = scenarios
    expect(scenario && whyNotHere(scenario, { missing: 'x', hints: [], there: false }, mosquitto)).toBe(
      'HAProxy is missing',
    )
  })
})

const machine: Machine = {
  os: 'linux',
  node: '22.0.0',
  root: false,
  openFiles: 1024,
  clientPorts: [32768, 60999],
  loopbackPorts: true,
  secondLoopback: true,
  ipv6: true,
  temp: { path: '/tmp', writable: true },
  cache: { path: '/home/me/.cache/mqtt-proxy', writable: true },
  tshark: undefined,
  apt: true,
}
const absent = { missing: 'nowhere', hints: [], there: false }

function diagnosis(wrong: Omit<Partial<Diagnosis>, 'machine'> & { machine?: Partial<Machine> }): Diagnosis {
  const runs = scenarios.map((one) => ({ id: one.id, number: one.number ?? null, cannot: { embedded: null } }))
  return {
    asked: { haproxy: undefined, cacheDir: undefined },
    cacheFlag: undefined,
    haproxyVariable: undefined,
    haproxy: { facts: haproxy },
    brokers: {
      embedded: { facts: { ...mosquitto, kind: 'embedded' } },
      mosquitto: absent,
      rabbitmq: absent,
      vernemq: absent,
    },
    scenarios: 'haproxy' in wrong ? runs.map((one) => ({ ...one, cannot: { embedded: 'HAProxy is missing' } })) : runs,
    ...wrong,
    machine: { ...machine, ...wrong.machine },
  }
}

/** What the last line says to type. */
function next(wrong: Parameters<typeof diagnosis>[0]): string | undefined {
  const found = diagnosis(wrong)
  const verdict = doctorVerdict(found)
  expect(verdict.startsWith(isReady(found) ? 'Ready: ' : 'Not ready: ')).toBe(true)
  return /Next: (.*)$/.exec(verdict)?.[1]
}

describe('the next step', () => {
  it('is check, with the HAProxy and the folder that were looked at', () => {
    expect(next({})).toBe('mqtt-proxy check')
    expect(next({ asked: { haproxy: '2.6', cacheDir: './my cache' }, cacheFlag: './my cache' })).toBe(
      "MQTT_PROXY_CACHE='./my cache' mqtt-proxy check --haproxy 2.6",
    )
  })

  it('is to fetch HAProxy where that can be done, and a folder for it where there is none', () => {
    expect(next({ haproxy: absent })).toBe('mqtt-proxy tools install haproxy')
    const cache = { path: '/nonexistent', writable: false }
    expect(next({ haproxy: absent, machine: { cache } })).toBe(
      'export MQTT_PROXY_CACHE=$(mktemp -d) && mqtt-proxy tools install haproxy',
    )
    expect(next({ haproxy: absent, machine: { apt: false } })).not.toContain('tools install')
  })

  it('is to take back the name of a program that cannot be run: what is fetched would not be used', () => {
    expect(next({ haproxy: { ...absent, there: true }, haproxyVariable: 'HAPROXY_PROGRAM' })).toBe(
      'unset HAPROXY_PROGRAM && mqtt-proxy doctor',
    )
    const hints = ['mqtt-proxy tools install haproxy@3.0']
    expect(next({ haproxy: { ...absent, hints }, asked: { haproxy: '3.0', cacheDir: undefined } })).toBe(hints[0])
    expect(next({ haproxy: absent, asked: { haproxy: '9.9', cacheDir: undefined } })).toBe('mqtt-proxy doctor')
  })

  it('is what the machine must allow first', () => {
    expect(next({ machine: { openFiles: 64 } })).toContain('prlimit --nofile')
    expect(next({ machine: { openFiles: 64, root: true } })).toContain('ulimit -n 4096')
    expect(next({ machine: { clientPorts: [40000, 40015] } })).toContain('ip_local_port_range')
    expect(next({ machine: { loopbackPorts: false } })).toBe('ip addr show lo')
    const temp = { path: '/ro', writable: false, instead: '/var/tmp' }
    expect(next({ machine: { temp } })).toBe('export TMPDIR=/var/tmp && mqtt-proxy doctor')
  })
})

describe('doctorItems', () => {
  it('tells a broker that is not there from one that was named and is none', () => {
    const wrong = { missing: 'MOSQUITTO_BIN: /x does not answer', hints: ['name another'], there: true }
    const items = doctorItems(diagnosis({ brokers: { ...diagnosis({}).brokers, mosquitto: wrong } }))
    expect(items.find((one) => one.id === 'mosquitto')).toMatchObject({ status: 'warning', text: wrong.missing })
    expect(items.find((one) => one.id === 'rabbitmq')).toMatchObject({ status: '-', text: 'not found (optional)' })
  })

  it('lists every broker there is, and says of those that no driver runs that they are only generated', () => {
    const found = diagnosis({
      brokers: Object.fromEntries(
        runnableKinds.map((kind) => [kind, kind === ownBroker ? { facts: mosquitto } : absent]),
      ),
    })
    const items = doctorItems(found)
    for (const kind of brokerKinds) {
      if (kind === ownBroker) continue
      const [own, ...more] = items.filter((one) => one.id === kind)
      expect([kind, own?.status, more.length]).toEqual([kind, '-', 0])
      expect([kind, own?.text.includes('not run by check')]).toEqual([kind, !isRunnable(kind)])
    }
    expect(items.find((one) => one.id === 'hivemq-ce')?.text).toContain('no PROXY protocol')
    expect(items.find((one) => one.id === 'tbmq')?.text).toContain('only generated')
  })

  it('names a command that writes the files of a broker that is only generated', () => {
    for (const { id, next } of doctorItems(diagnosis({}))) {
      const [, scenario] = /^mqtt-proxy gen broker (\S+) --broker /.exec(next[0] ?? '') ?? []
      if (scenario === undefined || !isBrokerKind(id)) continue
      expect(derive(findScenario(scenario), { broker: id }).brokers[0]?.files.length).toBeGreaterThan(0)
    }
  })
})
