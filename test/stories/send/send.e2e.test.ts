import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { driverFor } from '../../../src/host/brokers/index.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { freePorts } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import type { RunningBroker } from '../../../src/host/types.js'
import { parseTarget } from '../../../src/kernel/target.js'
import type { ProxyKind } from '../../../src/stories/header/spec.js'
import { type SendRequest, send } from '../../../src/stories/send/send.js'

let plain: number
let v2: number
let ws: number
let nobody: number
let broker: RunningBroker

beforeAll(async () => {
  const folder = (await makeWorkdir('test')).path
  ;[plain = 0, v2 = 0, ws = 0, nobody = 0] = await freePorts(4)
  const configFile = join(folder, 'mosquitto.conf')
  writeFileSync(
    configFile,
    `allow_anonymous true
listener ${plain} 127.0.0.1
listener ${v2} 127.0.0.1
enable_proxy_protocol 2
listener ${ws} 127.0.0.1
protocol websockets
enable_proxy_protocol 1
`,
  )
  const driver = await driverFor('mosquitto')
  const listeners = [plain, v2, ws].map((port) => ({ host: '127.0.0.1', port }))
  broker = await driver.start({ folder, configFile, listeners })
})
afterAll(endAll)

function request(target: string, kind: ProxyKind = 'none', more: Partial<SendRequest> = {}): SendRequest {
  return {
    dial: { target: parseTarget(target), timeoutMs: 3000 },
    mqtt: '3.1.1',
    clientId: undefined,
    username: undefined,
    password: undefined,
    keepalive: 60,
    header: {
      kind,
      flags: { src: kind === 'none' ? undefined : '203.0.113.9:4242' },
      malform: [],
      split: [],
      delayMs: undefined,
    },
    publish: undefined,
    subscribe: undefined,
    qos: 0,
    expect: undefined,
    ...more,
  }
}

describe('send, at a real Mosquitto', () => {
  it.each([
    ['3.1.1', 0],
    ['3.1.1', 2],
    ['5.0', 1],
  ] as const)('brings a message there and back behind a header, MQTT %s at QoS %i', async (mqtt, qos) => {
    const payload = Buffer.from([0, 1, 0xff, 0x0a])
    const result = await send(
      request(`127.0.0.1:${v2}`, 'v2', {
        mqtt,
        qos,
        clientId: `send-${mqtt}-${qos}`,
        publish: { topic: 'send/t', payload, retain: false },
        subscribe: { topic: 'send/#', count: 1 },
      }),
    )
    expect(result).toMatchObject({ outcome: 'accepted', exit: 0, cause: undefined })
    expect(result.messages).toEqual([{ topic: 'send/t', payload, qos, retain: false }])
    expect(await broker.saw(`send-${mqtt}-${qos}`)).toMatchObject({ address: '203.0.113.9', port: 4242 })
  })

  it('puts the header before the WebSocket upgrade', async () => {
    const result = await send(request(`ws://127.0.0.1:${ws}/mqtt`, 'v1', { clientId: 'send-ws' }))
    expect(result).toMatchObject({ outcome: 'accepted', exit: 0 })
    expect(await broker.saw('send-ws')).toMatchObject({ address: '203.0.113.9', port: 4242 })
  })

  it('tells what a missing header most likely is', async () => {
    const result = await send(request(`127.0.0.1:${v2}`))
    expect(result).toMatchObject({ outcome: 'rejected', exit: 1, cause: { code: 'MP-NO-CONNACK' } })
    expect(result.cause?.likely[0]?.try).toBe(`mqtt-proxy send 127.0.0.1:${v2} --proxy-protocol v2`)
  })

  it('counts a rejection as success where one is expected, and an acceptance not', async () => {
    expect(await send(request(`127.0.0.1:${v2}`, 'v1', { expect: 'reject' }))).toMatchObject({ exit: 0 })
    expect(await send(request(`127.0.0.1:${v2}`, 'v2', { expect: 'reject' }))).toMatchObject({ exit: 1 })
  })

  it('cuts a header, and Mosquitto does not put it together', async () => {
    const good = request(`127.0.0.1:${v2}`, 'v2')
    const result = await send({ ...good, header: { ...good.header, split: [12], delayMs: 30 } })
    expect(result).toMatchObject({ outcome: 'rejected' })
    expect(result.header?.plan.map(({ bytes }) => bytes.length)).toEqual([12, 16])
    await expect(send({ ...good, header: { ...good.header, split: [28] } })).rejects.toMatchObject({ code: 'MP-SPLIT' })
  })

  it('waits no longer than it was told for messages that do not come', async () => {
    const subscribe = { topic: 'send/none', count: 1 }
    const slow = request(`127.0.0.1:${plain}`, 'none', { subscribe })
    const result = await send({ ...slow, dial: { ...slow.dial, timeoutMs: 150 } })
    expect(result).toMatchObject({ outcome: 'unknown', exit: 4, cause: { code: 'MP-TIMEOUT' } })
  })

  it('says that nothing listens, whatever was expected', async () => {
    expect(await send(request(`127.0.0.1:${nobody}`, 'none', { expect: 'reject' }))).toMatchObject({
      outcome: 'unknown',
      exit: 4,
      cause: { code: 'MP-REFUSED' },
    })
  })
})
