import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { driverFor } from '../../../src/host/brokers/index.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { startHaproxy } from '../../../src/host/haproxy/haproxy.js'
import { clientsByApi } from '../../../src/host/net/broker-api.js'
import { mqttOpen } from '../../../src/host/net/mqtt-connect.js'
import { freePorts } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { findProgram } from '../../../src/host/process/programs.js'
import type { RunningBroker } from '../../../src/host/types.js'
import { whoIs } from '../../../src/stories/who/who.js'

let folder = ''
let api = ''
let local = ''
let broker: RunningBroker

/** RabbitMQ with its management plugin behind HAProxy, and one client that stays. */
beforeAll(async () => {
  folder = (await makeWorkdir('test')).path
  const [mqtt = 0, front = 0, http = 0] = await freePorts(3)
  const configFile = join(folder, 'rabbitmq.conf')
  writeFileSync(
    configFile,
    `listeners.tcp = none
mqtt.listeners.tcp.1 = 127.0.0.1:${mqtt}
mqtt.proxy_protocol = true
mqtt.allow_anonymous = true
mqtt.default_user = guest
mqtt.default_pass = guest
loopback_users = none
management.tcp.ip = 127.0.0.1
management.tcp.port = ${http}
`,
  )
  const listening = (port: number) => ({ host: '127.0.0.1', port })
  broker = await (await driverFor('rabbitmq', { program: '3.10' })).start({
    folder,
    configFile,
    listeners: [listening(mqtt), listening(http)],
  })
  const config = join(folder, 'haproxy.cfg')
  writeFileSync(
    config,
    `global
  stats socket ${folder}/s mode 600 level operator
defaults
  mode tcp
  timeout connect 5s
  timeout client 200s
  timeout server 200s
listen mqtt
  bind 127.0.0.1:${front}
  server r1 127.0.0.1:${mqtt} send-proxy-v2
`,
  )
  const { program } = await findProgram('haproxy')
  await startHaproxy({ program, files: [config], folder, listeners: [listening(front)] })
  const target = { scheme: 'mqtt' as const, ...listening(front), path: '' }
  const { observation } = await mqttOpen({ target, timeoutMs: 20_000, mqtt: '3.1.1', clientId: 'dev-1' })
  expect(observation.outcome).toBe('accepted')
  local = observation.local ?? ''
  await broker.saw('dev-1', 10_000)
  api = `http://127.0.0.1:${http}`
}, 120_000)
afterAll(endAll)

const request = {
  about: 'dev-1',
  haproxyConfigs: [],
  haproxyLogs: [],
  timeoutMs: 10_000,
  username: undefined,
  password: undefined,
}

describe('who, with RabbitMQ', () => {
  it('joins by its log', async () => {
    const file = join(folder, 'rabbitmq.log')
    writeFileSync(file, `${broker.log().join('\n')}\n`)
    const { rows } = await whoIs({ ...request, sockets: [join(folder, 's')], brokerLogs: [file], brokerApis: [] })
    expect(rows).toMatchObject([
      { broker: { clientId: 'dev-1', address: local }, hops: [{ client: local, server: 'r1' }], by: 'client address' },
    ])
  })

  it('joins by its API, with a user that may ask', async () => {
    const asked = { ...request, sockets: [join(folder, 's')], brokerLogs: [], brokerApis: [api] }
    // The management plugin learns of connections every few seconds.
    await expect
      .poll(async () => (await whoIs({ ...asked, username: 'guest', password: 'guest' })).rows, { timeout: 30_000 })
      .toMatchObject([
        { broker: { clientId: 'dev-1', username: 'guest', address: local, mqtt: '3.1.1' }, by: 'client address' },
      ])
    await expect(whoIs({ ...asked, username: 'guest', password: 'wrong' })).rejects.toMatchObject({
      code: 'MP-BROKER-API',
      exit: 3,
    })
  }, 60_000)
})

describe('an API', () => {
  const ask = (url: string) => clientsByApi({ url, username: undefined, password: undefined, timeoutMs: 2000 })

  async function serving(answer: (url: string) => unknown): Promise<{ url: string; close(): void }> {
    const server = createServer(({ url = '' }, response) => {
      const body = answer(url)
      response.writeHead(body === undefined ? 404 : 200).end(typeof body === 'string' ? body : JSON.stringify(body))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    const { port } = server.address() as AddressInfo
    return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
  }

  it("of EMQX is read page by page; a stand-in, by EMQX's documentation of release 5", async () => {
    const client = (n: number) => ({
      clientid: `dev-${n}`,
      username: null,
      ip_address: '203.0.113.7',
      port: 40_000 + n,
      proto_ver: 5,
      keepalive: 60,
      connected_at: '2026-11-27T02:46:24.000+00:00',
    })
    const server = await serving((url) => {
      const page = Number(/^\/api\/v5\/clients\?.*\bpage=(\d)/.exec(url)?.[1])
      return page > 0 ? { data: [client(page)], meta: { count: 700, limit: 500, page } } : undefined
    })
    expect(await ask(server.url)).toMatchObject({
      kind: 'EMQX',
      sessions: [
        { clientId: 'dev-1', username: undefined, address: '203.0.113.7:40001', mqtt: '5.0', keepalive: 60 },
        { clientId: 'dev-2' },
      ],
    })
    server.close()
  })

  it('of another program, or none, is told as such', async () => {
    for (const answer of [{ hello: 'world' }, '<html>', undefined, []]) {
      const server = await serving(() => answer)
      await expect(ask(server.url)).rejects.toMatchObject({ code: 'MP-BROKER-API', exit: 2 })
      server.close()
    }
    await expect(ask('http://127.0.0.1:1')).rejects.toMatchObject({ code: 'MP-BROKER-API', exit: 4 })
    await expect(ask('nonsense')).rejects.toMatchObject({ code: 'MP-BROKER-API', exit: 2 })
    const secret = await ask('http://guest:s3cret@127.0.0.1:1').then(String, (error: unknown) => String(error))
    expect(secret).not.toContain('s3cret')
  })
})
