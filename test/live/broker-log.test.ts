import { describe, expect, it } from 'vitest'
import { BrokerLogReader } from '../../src/live/broker-log.js'
import { mosquittoLog } from './fixtures.js'

function read(...lines: readonly string[]) {
  const reader = new BrokerLogReader()
  for (const line of lines) reader.push(line)
  return reader.result()
}

const ids = (log: ReturnType<typeof read>) => log.sessions.map(({ clientId }) => clientId)

describe("a broker's log", () => {
  it('of Mosquitto 2.1 says who is connected, since when, and who was turned away', () => {
    const lines = mosquittoLog('3.2')
    const until = lines.findIndex((line) => line.includes('disconnected'))
    const log = read(...lines.slice(0, until))
    expect(log.program).toBe('Mosquitto')
    expect(log.sessions).toEqual([
      {
        clientId: 'dev-1',
        username: 'alice',
        address: '127.0.0.1:39334',
        mqtt: '3.1.1',
        keepalive: 60,
        since: '2026-11-27T02:46:24.000Z',
      },
    ])
    expect([...log.rejected.keys()]).toEqual(['127.0.0.1:33334', '[::1]:52284'])
    expect(log.from).toBe('2026-11-27T02:46:22.000Z')
    expect(ids(read(...lines))).toEqual([])
  })

  const came = (id: string, port: number) =>
    `1: New client connected from 192.0.2.1:${port} as ${id} (p4, c1, k60).`.replace('1:', '1795747584:')

  it.each([
    'Client a closed its connection.',
    'Client a disconnected.',
    'Client a has exceeded timeout, disconnecting.',
    'Client a [192.0.2.1:1] disconnected: exceeded timeout.',
    'Socket error on client a, disconnecting.',
  ])('forgets a client at: %s', (text) => {
    expect(ids(read(came('a', 1), came('b', 2), `1795747590: ${text}`))).toEqual(['b'])
  })

  it('keeps a client that came again before its old connection ended', () => {
    const log = read(came('a', 1), came('a', 2), '1795747590: Client a [192.0.2.1:1] disconnected: session taken over.')
    expect(log.sessions.map(({ address }) => address)).toEqual(['192.0.2.1:2'])
  })

  it('forgets everybody when the broker starts again', () => {
    expect(ids(read(came('a', 1), '1795747590: mosquitto version 2.1.2 starting', came('b', 2)))).toEqual(['b'])
  })

  it.each([
    [
      'ISO time',
      '2026-11-27T02:46:24: New client connected from 192.0.2.1:1 as a (p5, c1, k0).',
      '2026-11-27T02:46:24',
    ],
    [
      'syslog',
      'Nov 27 02:46:24 host mosquitto[12]: New client connected from 192.0.2.1:1 as a (p5, c1, k0).',
      'Nov 27 02:46:24',
    ],
    ['no time', 'New client connected from 192.0.2.1:1 as a (p5, c1, k0).', undefined],
  ])('reads lines with %s', (_, line, since) => {
    expect(read(line).sessions).toMatchObject([{ clientId: 'a', mqtt: '5.0', keepalive: 0, since }])
  })

  it('of the embedded broker tells TLS facts and the end of HAProxy', () => {
    const log = read(
      '1795747584: mqtt-proxy version 0.1.0 starting',
      "1795747584: New client connected from 203.0.113.7:56324 as dev-1 (p4, c1, k60, u'alice').",
      '#1 203.0.113.7:56324 via 127.0.0.1:40544  PROXY v2 ssl TLSv1.3 cert-ok cn=alice  CONNECT id=dev-1 v3.1.1 user=alice  ✔',
    )
    expect(log).toMatchObject({
      program: 'the embedded broker',
      sessions: [
        {
          address: '203.0.113.7:56324',
          peer: '127.0.0.1:40544',
          tls: { version: 'TLSv1.3', cn: 'alice', verified: true },
        },
      ],
    })
  })

  it('of the embedded broker is known as that, also behind lines that Mosquitto writes too', () => {
    const shared = 'Connection from 203.0.113.7:56324 rejected, client did not connect using TLS.'
    const own = '#1 203.0.113.7:56324 via 127.0.0.1:40544  PROXY v2  CONNECT id=dev-1 v3.1.1  ✔'
    expect(read('New connection from 192.0.2.1:1 on port 1883.', shared, own).program).toBe('the embedded broker')
    // A client id is no reason to take it for another log.
    const named = 'New client connected from 192.0.2.1:1 as [info] <0.1.0> accepting (p5, c1, k0).'
    expect(read(named)).toMatchObject({ program: 'Mosquitto', sessions: [{ clientId: '[info] <0.1.0> accepting' }] })
  })

  it('takes a client without a client id for itself alone', () => {
    const nameless = 'New client connected from 192.0.2.1:1 as  (p4, c1, k60).'
    const other = '#2 203.0.113.7:56324 via 127.0.0.1:40544  PROXY v2 ssl TLSv1.3  CONNECT id=dev-1 v4  ✔'
    expect(read(nameless, other).sessions).toEqual([expect.objectContaining({ clientId: '', address: '192.0.2.1:1' })])
    expect(read(nameless, other).sessions[0]).not.toHaveProperty('peer')
    expect(ids(read(nameless, 'Client  [192.0.2.1:1] disconnected.'))).toEqual([])
  })

  // Lines of RabbitMQ 3.10.8.
  const accepting =
    '2026-11-21 05:29:41.164946+00:00 [info] <0.691.0> accepting MQTT connection <0.691.0> (198.51.100.7:4242 -> 192.0.2.1:1883, client id: one)'

  it('of RabbitMQ says who is connected, and who went', () => {
    const connect =
      '2026-11-21 05:29:41.162595+00:00 [debug] <0.691.0> Received a CONNECT, client ID: "one" (expanded to "one"), username: "guest", clean session: true, protocol version: 4, keepalive: 60'
    expect(read(connect, accepting)).toMatchObject({
      program: 'RabbitMQ',
      sessions: [{ clientId: 'one', address: '198.51.100.7:4242', username: 'guest' }],
    })
    const gone =
      '2026-11-26 23:55:15.611407+00:00 [debug] <0.691.0> MQTT connection "198.51.100.7:4242 -> 192.0.2.1:1883" will terminate because peer closed TCP connection'
    expect(ids(read(connect, accepting, gone))).toEqual([])
    const closing =
      '2026-11-26 23:55:15.611407+00:00 [info] <0.691.0> closing MQTT connection <0.691.0> (198.51.100.7:4242 -> 192.0.2.1:1883)'
    expect(ids(read(connect, accepting, closing))).toEqual([])
    expect(ids(read(accepting, gone.replace('4242', '4243')))).toEqual(['one'])
  })

  it("is not another program's", () => {
    const haproxy = '127.0.0.1:39334 [27/Nov/2026:02:46:24.490] mqtts~ b/m1 91/10/13764 4 -- 1/1/0/0/0 0/0'
    expect(read(haproxy)).toMatchObject({ program: undefined, haproxy })
    expect(read('Nov 27 sshd[1]: Accepted publickey', 'hello')).toMatchObject({
      program: undefined,
      haproxy: undefined,
    })
    expect(read('', ' ')).toMatchObject({ lines: 0 })
  })
})
