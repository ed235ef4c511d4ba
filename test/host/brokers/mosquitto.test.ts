import { describe, expect, it } from 'vitest'
import { parseConnected } from '../../../src/host/brokers/mosquitto.js'

describe('parseConnected', () => {
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
    expect(parseConnected(line)).toEqual({ clientId, address, port, username })
  })

  it('leaves other lines alone', () => {
    expect(parseConnected('Client a b [2001:db8::1:4242] disconnected: connection closed by client.')).toBeUndefined()
  })
})
