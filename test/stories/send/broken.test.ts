import { afterAll, describe, expect, it } from 'vitest'
import { endAll } from '../../../src/host/process/lifetime.js'
import { send } from '../../../src/stories/send/send.js'
import { listen } from '../../host/listening.js'

afterAll(endAll)

const connack = { '3.1.1': '20020000', '5.0': '2003000000' } as const

/** Answers CONNECT as it should, then the first packet behind it with `hex`; `xxxx` is the packet identifier. */
function server(mqtt: '3.1.1' | '5.0', hex: string, when: 'behind CONNACK' | 'as answer'): Promise<number> {
  return listen((socket) => {
    socket.once('data', () => {
      const now = when === 'behind CONNACK' ? hex : ''
      socket.write(Buffer.from((connack[mqtt] + now).replaceAll(' ', ''), 'hex'))
      if (now !== '') return
      socket.once('data', (packet: Buffer) => {
        const id = packet.subarray(packet[0] === 0x82 ? 2 : 2 + 2 + 1).readUInt16BE()
        const answer = hex.replaceAll('xxxx', id.toString(16).padStart(4, '0')).replaceAll(' ', '')
        socket.write(Buffer.from(answer, 'hex'))
      })
    })
  })
}

async function sent(mqtt: '3.1.1' | '5.0', port: number, subscribe: boolean, qos: 0 | 1 | 2) {
  return await send({
    dial: { target: { scheme: 'mqtt', host: '127.0.0.1', port, path: '' }, timeoutMs: 5000 },
    mqtt,
    clientId: 'c',
    username: undefined,
    password: undefined,
    keepalive: 60,
    header: { kind: 'none', flags: {}, malform: [], split: [], delayMs: 0 },
    publish: subscribe ? undefined : { topic: 't', payload: Buffer.from('hi'), retain: false },
    subscribe: subscribe ? { topic: 't', count: 1 } : undefined,
    qos,
    expect: undefined,
  })
}

describe('send, where the other side breaks the protocol behind the CONNACK', () => {
  it.each([
    ['3.1.1', 'SUBACK', '9003 xxxx 03'],
    ['3.1.1', 'SUBACK', '9002 xxxx'],
    ['3.1.1', 'PUBLISH', '9003 xxxx 00 3003 0001 23'],
    ['5.0', 'SUBACK', '9004 xxxx 05 00'],
    ['5.0', 'PUBLISH', '9004 xxxx 00 00 3006 0001 74 02 01 02'],
    ['5.0', 'DISCONNECT', 'e007 00 05 26 0001 61 00'],
    ['5.0', 'AUTH', 'f000'],
  ] as const)('MQTT %s, subscribing: %s %s', async (mqtt, name, hex) => {
    const { outcome, exit, cause } = await sent(mqtt, await server(mqtt, hex, 'as answer'), true, 0)
    expect({ outcome, exit, cause }).toMatchObject({ outcome: 'rejected', exit: 1, cause: { code: 'MP-BROKEN-MQTT' } })
    expect(cause?.message).toContain(`${name}: `)
  })

  it.each([
    ['3.1.1', 'PUBACK', '4003 xxxx 00', 1],
    ['3.1.1', 'PUBACK', '4002 xxxx', 2],
    ['3.1.1', 'PUBCOMP', '7002 xxxx', 2],
    ['3.1.1', 'DISCONNECT', 'e000', 1],
    ['5.0', 'PUBACK', '4003 xxxx 01', 1],
    ['5.0', 'PUBACK', '4007 xxxx 00 03 21 0001', 1],
    ['5.0', 'PUBREC', '5003 xxxx 92', 2],
    ['5.0', 'packet of type 0', '0000', 1],
  ] as const)('MQTT %s, publishing: %s %s at QoS %i', async (mqtt, name, hex, qos) => {
    const { outcome, exit, cause } = await sent(mqtt, await server(mqtt, hex, 'as answer'), false, qos)
    expect({ outcome, exit, cause }).toMatchObject({ outcome: 'rejected', exit: 1, cause: { code: 'MP-BROKEN-MQTT' } })
    expect(cause?.message).toContain(`${name}: `)
  })

  it('also where nothing is waited for', async () => {
    for (const mqtt of ['3.1.1', '5.0'] as const) {
      const { outcome, cause } = await sent(mqtt, await server(mqtt, '4100', 'behind CONNACK'), false, 0)
      expect([outcome, cause?.code]).toEqual(['rejected', 'MP-BROKEN-MQTT'])
    }
  })
})
