import { describe, expect, test } from 'vitest'
import type { RecordedConnection } from '../../src/capture/pcapng.js'
import { headerOf, timelineOf } from '../../src/check/timeline.js'
import { encode } from '../../src/proxy-header/index.js'

const source = { address: '192.0.2.1', port: 4242 }
const destination = { address: '192.0.2.2', port: 1883 }
const v1 = encode({ version: 1, source, destination })
const v2 = encode({ version: 2, source, destination })
const local = encode({ version: 2, command: 'LOCAL' })
const connect = Buffer.from('101000044d5154540402003c000470726f62', 'hex')
const connack = Buffer.from('20020000', 'hex')

type Chunk = readonly ['client' | 'server', number, Uint8Array | string]

/** A connection that opens at `openedAt` and closes 10 ms later. */
function connection(
  openedAt: number,
  chunks: readonly Chunk[],
  more: Partial<RecordedConnection> = {},
): RecordedConnection {
  return {
    client: source,
    server: destination,
    openedAt,
    chunks: chunks.map(([from, at, bytes]) => ({
      from,
      at,
      bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes,
    })),
    closedAt: openedAt + 10,
    closedBy: 'client',
    reset: false,
    ...more,
  }
}

const lines = (...legs: Parameters<typeof timelineOf>[0]) =>
  timelineOf(legs).map(({ ms, from, to, label }) => `${ms} ${from} -> ${to}: ${label}`)

describe('what went over the wire', () => {
  test('stands in the order of time, from the first SYN of all legs', () => {
    const front = { client: 'client', server: 'haproxy' } as const
    const back = { client: 'haproxy', server: 'broker' } as const
    expect(
      lines(
        {
          ...back,
          connections: [
            connection(
              1001.5,
              [
                ['client', 1002.126, Buffer.concat([v2, connect])],
                ['server', 1003, connack],
              ],
              { closedBy: 'server', reset: true },
            ),
          ],
        },
        {
          ...front,
          connections: [
            connection(1000, [
              ['client', 1001, connect],
              ['server', 1004, connack],
            ]),
          ],
        },
      ),
    ).toEqual([
      '0 client -> haproxy: TCP connect',
      '1 client -> haproxy: CONNECT, 18 B',
      '1.5 haproxy -> broker: TCP connect',
      '2.13 haproxy -> broker: PROXY v2 PROXY, 28 B; CONNECT, 18 B',
      '3 broker -> haproxy: CONNACK, 4 B',
      '4 haproxy -> client: CONNACK, 4 B',
      '10 client -> haproxy: FIN',
      '11.5 broker -> haproxy: RST',
    ])
  })

  test('says of a health check that it is one', () => {
    const leg = {
      client: 'haproxy',
      server: 'broker',
      healthChecks: true,
      connections: [connection(0, [['client', 1, local]])],
    } as const
    expect(lines(leg)).toEqual([
      '0 haproxy -> broker: health check: TCP connect',
      '1 haproxy -> broker: health check: PROXY v2 LOCAL, 16 B',
      '10 haproxy -> broker: health check: FIN',
    ])
  })

  test.each<[string, Uint8Array | string]>([
    ['PROXY v1 PROXY, 42 B', v1],
    ['TLS handshake, 4 B', Buffer.from('16030100', 'hex')],
    ['TLS alert, 3 B', Buffer.from('150303', 'hex')],
    ['TLS data, 2 B', Buffer.from('1703', 'hex')],
    ['TLS, 2 B', Buffer.from('1403', 'hex')],
    ['HTTP upgrade, 19 B', 'GET /mqtt HTTP/1.1\n'],
    ['HTTP answer, 12 B', 'HTTP/1.1 101'],
    ['DISCONNECT, 2 B', Buffer.from('e000', 'hex')],
    ['PUBLISH, 2 B', Buffer.from('3203', 'hex')],
    ['AUTH, 2 B', Buffer.from('f000', 'hex')],
    // 0x14 begins a change of the cipher only with version 3 behind it; 0x1* is CONNECT.
    ['CONNECT, 2 B', Buffer.from('1404', 'hex')],
    ['SUBSCRIBE, 2 B', Buffer.from('8203', 'hex')],
    ['1 B', Buffer.from('00', 'hex')],
    ['0 B', Buffer.alloc(0)],
    // Neither a request nor an answer of HTTP: the first four bits are those of a packet.
    ['PUBACK, 4 B', 'GETS'],
    ['PUBACK, 5 B', 'HTTPS'],
  ])('names %s', (label, bytes) => {
    const leg = { client: 'client', server: 'haproxy', connections: [connection(0, [['client', 1, bytes]])] } as const
    expect(lines(leg)[1]).toBe(`1 client -> haproxy: ${label}`)
  })
})

describe('the header that connections begin with', () => {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

  test('is that of the first connection that has one, without what follows it', () => {
    const none = connection(0, [])
    const other = connection(0, [['client', 1, connect]])
    const answered = connection(0, [
      ['server', 1, v1],
      ['client', 2, Buffer.concat([v2, connect])],
    ])
    const second = connection(0, [['client', 1, v1]])
    expect(headerOf([none, other, answered, second])).toBe(hex(v2))
    expect(headerOf([second, answered])).toBe(hex(v1))
  })

  test('is none where no client begins with one', () => {
    expect(
      headerOf([
        connection(0, [
          ['client', 1, connect],
          ['client', 2, v2],
        ]),
      ]),
    ).toBeUndefined()
    expect(headerOf([])).toBeUndefined()
  })
})
