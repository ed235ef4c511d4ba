import { describe, expect, it } from 'vitest'
import { parseConnectedLine } from '../../../src/brokers/mosquitto/connected-line.js'

describe('parseConnectedLine', () => {
  it.each([
    [
      "1795238307: New client connected from 192.0.2.5:4242 as mp-1 (p5, c1, k60, u'alice').",
      'mp-1',
      '192.0.2.5',
      4242,
      'alice',
    ],
    ['New client connected from 2001:db8::1:4242 as a b (p4, c1, k60).', 'a b', '2001:db8::1', 4242, undefined],
    ["New client connected from 192.0.2.5:1 as id (p2, c0, k0, u'O'Neill').", 'id', '192.0.2.5', 1, "O'Neill"],
  ])('reads %s', (line, clientId, address, port, username) => {
    expect(parseConnectedLine(line)).toMatchObject({ clientId, address, port, username })
  })

  it('reads the level and the keepalive', () => {
    const line = 'New client connected from 192.0.2.5:1 as id (p5, c0, k90).'
    expect(parseConnectedLine(line)).toMatchObject({ level: 5, keepalive: 90 })
  })

  it('leaves other lines alone', () => {
    expect(
      parseConnectedLine('Client a b [2001:db8::1:4242] disconnected: connection closed by client.'),
    ).toBeUndefined()
  })
})
