import fc from 'fast-check'
import packet from 'mqtt-packet'
import { expect, it } from 'vitest'
import { loadPackets } from '../../../src/host/load/packets.js'

it('makes the CONNECT that mqtt-packet makes of any client id, user and password', async () => {
  const text = fc.string({ maxLength: 200, unit: 'grapheme' })
  const identity = fc.record({
    protocol: fc.constantFrom(4 as const, 5 as const),
    prefix: text,
    username: fc.option(
      text.filter((one) => one !== ''),
      { nil: undefined },
    ),
    keepalive: fc.integer({ min: 0, max: 65_535 }),
  })
  await fc.assert(
    fc.asyncProperty(identity, text, text, async (one, name, password) => {
      const secret = one.username === undefined || password === '' ? undefined : password
      const { connect } = await loadPackets({ ...one, password: secret })
      const wanted = packet.generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: one.protocol,
        clean: true,
        clientId: `${one.prefix}-${name}`,
        keepalive: one.keepalive,
        ...(one.username !== undefined && { username: one.username }),
        ...(secret !== undefined && { password: Buffer.from(secret) }),
      })
      expect(connect(name).equals(wanted)).toBe(true)
    }),
  )
})
