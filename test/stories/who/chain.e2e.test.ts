import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { driverFor } from '../../../src/host/brokers/index.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { startHaproxy } from '../../../src/host/haproxy/haproxy.js'
import { mqttOpen } from '../../../src/host/net/mqtt-connect.js'
import { freePorts } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { findProgram } from '../../../src/host/process/programs.js'
import type { RunningBroker } from '../../../src/host/types.js'
import { whoIs } from '../../../src/stories/who/who.js'

afterAll(endAll)

/** What stands behind `server` at the edge, and behind `bind` and `server` at the inner HAProxy. */
interface Between {
  readonly edge: string
  readonly bind: string
  readonly inner: string
}

/** Two HAProxys in a row before Mosquitto, and clients that stay. */
async function chain({ edge, bind, inner }: Between, unix: boolean) {
  const folder = (await makeWorkdir('chain')).path
  const [front = 0, middle = 0, mqtt = 0] = await freePorts(3)
  const log = join(folder, 'mosquitto.log')
  const conf = join(folder, 'mosquitto.conf')
  const header = inner === '' ? '' : 'enable_proxy_protocol 2\n'
  writeFileSync(conf, `listener ${mqtt} 127.0.0.1\n${header}allow_anonymous true\nlog_dest file ${log}\n`)
  const place = (port: number) => ({ host: '127.0.0.1', port })
  const driver = await driverFor('mosquitto')
  const broker = await driver.start({ folder, configFile: conf, listeners: [place(mqtt)] })
  const between = unix ? `unix@${join(folder, 'between')}` : `127.0.0.1:${middle}`
  const two = async (name: string, release: string, from: string, to: string) => {
    const config = join(folder, `${name}.cfg`)
    writeFileSync(
      config,
      `global
  stats socket ${folder}/${name} mode 600 level operator
defaults
  mode tcp
  timeout connect 5s
  timeout client 100s
  timeout server 100s
listen ${name}
  bind ${from}
  server ${name}-1 ${to}
`,
    )
    const { program } = await findProgram('haproxy', { chosen: release })
    const listeners = [{ path: join(folder, name) }]
    await startHaproxy({ program, files: [config], folder, listeners })
    return join(folder, name)
  }
  // The inner one first: the edge connects to it.
  const innerSocket = await two('inner', '3.4', `${between} ${bind}`, `127.0.0.1:${mqtt} ${inner}`)
  const edgeSocket = await two('edge', '2.6', `127.0.0.1:${front}`, `${between} ${edge}`)
  const locals = await clients(front, broker)
  const request = {
    haproxyConfigs: [],
    haproxyLogs: [],
    brokerLogs: [log],
    brokerApis: [],
    timeoutMs: 5000,
    username: undefined,
    password: undefined,
    about: undefined,
  }
  const { rows } = await whoIs({ ...request, sockets: [innerSocket, edgeSocket] })
  const alone = await whoIs({ ...request, sockets: [edgeSocket] })
  return { rows, alone: alone.rows, locals }
}

async function clients(port: number, broker: RunningBroker): Promise<readonly string[]> {
  const locals: string[] = []
  for (const clientId of ['dev-1', 'dev-2']) {
    const target = { scheme: 'mqtt' as const, host: '127.0.0.1', port, path: '' }
    const { observation } = await mqttOpen({ target, timeoutMs: 10_000, mqtt: '3.1.1', clientId })
    expect(observation.outcome, observation.detail).toBe('accepted')
    await broker.saw(clientId, 5000)
    locals.push(observation.local ?? '')
  }
  return locals
}

const header = { edge: 'send-proxy-v2', bind: 'accept-proxy', inner: 'send-proxy-v2' }

it.each([
  ['a header all the way', header, false, 'client address'],
  ['a header to the inner one only', { ...header, inner: '' }, false, "HAProxy's address"],
  ['no header at all', { edge: '', bind: '', inner: '' }, false, "HAProxy's address"],
] as const)(
  'a session through two HAProxys is one line, with %s',
  async (_, between, unix, by) => {
    const { rows, locals } = await chain(between, unix)
    const told = rows.map(({ hops, broker, by: how }) => ({
      client: hops[0]?.client,
      hops: hops.map(({ frontend }) => frontend),
      id: broker?.clientId,
      how,
    }))
    expect(told.sort((a, b) => String(a.id).localeCompare(String(b.id)))).toEqual(
      ['dev-1', 'dev-2'].map((id, at) => ({ client: locals[at], hops: ['edge', 'inner'], id, how: by })),
    )
  },
  60_000,
)

it('where they are joined by a Unix socket HAProxy names no ends, and the reason is said', async () => {
  const headers = await chain(header, true)
  const told = headers.rows.map(({ hops, broker, missing }) => [
    hops.map((one) => one.frontend),
    broker?.clientId,
    missing,
  ])
  const inner = [['inner'], undefined, [expect.stringMatching(/^it came over a Unix socket/)]]
  expect(told.sort()).toEqual([[['edge'], 'dev-1', []], [['edge'], 'dev-2', []], inner, inner])
  const none = await chain({ edge: '', bind: '', inner: '' }, true)
  expect(none.rows.map(({ hops, broker }) => [hops[0]?.frontend, broker?.clientId]).sort()).toEqual([
    ['edge', undefined],
    ['edge', undefined],
    ['inner', 'dev-1'],
    ['inner', 'dev-2'],
  ])
  expect(none.rows.flatMap(({ missing }) => missing)).toEqual(
    Array(2).fill(expect.stringMatching(/^it goes on over a Unix socket/)),
  )
}, 60_000)

it('where only the edge is asked, sessions without a header to the broker are told apart and not guessed', async () => {
  const { alone } = await chain({ edge: '', bind: '', inner: '' }, false)
  expect(alone.map(({ hops, broker }) => [hops.length, broker?.clientId]).sort()).toEqual([
    [0, 'dev-1'],
    [0, 'dev-2'],
    [1, undefined],
    [1, undefined],
  ])
  expect(alone.flatMap(({ missing }) => missing)).toHaveLength(4)
}, 60_000)
