import { createHash, pbkdf2Sync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Access } from '../../src/mqtt-server/access/access.js'
import { PasswordList } from '../../src/mqtt-server/access/password-list.js'
import { hex, World } from './conversation.js'

/** Topic alias maximum 10, maximum packet size 2,000,000, receive maximum 20. */
const told = '22000a' + '27001e8480' + '210014'

describe('CONNECT', () => {
  it('is answered in 3.1, 3.1.1 and 5.0, each in its own form', () => {
    for (const [level, answer] of [
      [3, '20020000'],
      [4, '20020000'],
      [5, `200e00000b${told}`],
    ] as const) {
      const peer = new World().peer()
      peer.send(hex.connect('a', { level }))
      expect(peer.took()).toBe(answer)
      expect(peer.closed).toBe(false)
    }
  })

  it('announces what is limited, in Mosquitto’s order', () => {
    const world = new World({ retainAvailable: false, maxKeepalive: 30, maxInflight: 5 })
    const peer = world.peer({ maxQos: 1, maxTopicAlias: 0 })
    peer.send(hex.connect('', { level: 5 }))
    const id = hex.text('auto-ABABABAB-ABAB-ABAB-ABAB-ABABABABABAB')
    expect(peer.took()).toBe(hex.packet('20', `0000 3b 13001e 12${id} 2500 27001e8480 210005 2401`))
  })

  it('refuses what the protocol forbids: nothing but the closed connection', () => {
    const bad = {
      'a first packet that is not CONNECT': 'c000',
      'the reserved connect flag': hex.connect('a', { flags: '03' }),
      'a will QoS without a will': hex.connect('a', { flags: '0a' }),
      'will QoS 3': hex.connect('a', { flags: '1e', tail: hex.text('t') + hex.text('m') }),
      'a password without a username in 3.1.1': hex.connect('a', { flags: '42', tail: hex.text('pw') }),
      'bytes left over': hex.connect('a', { tail: '00' }),
      'another protocol name': hex.packet('10', `${hex.text('MQTX')}04 02 003c ${hex.text('a')}`),
      'reserved bits in the first byte': `11${hex.connect('a').slice(2)}`,
    }
    for (const [what, packet] of Object.entries(bad)) {
      const peer = new World().peer()
      peer.send(packet)
      expect([what, peer.took(), peer.closed]).toEqual([what, '', true])
      expect(peer.verdicts).toHaveLength(1)
      expect(peer.verdicts[0]?.accepted).toBe(false)
    }
  })

  it('tells MQTT 5 clients why', () => {
    const reasons = {
      'an unknown protocol version': [hex.packet('10', `${hex.text('MQTT')}06 02 003c ${hex.text('a')}`), '2003008400'],
      'an unknown property': [hex.connect('a', { level: 5, properties: '7f00' }), '2003008100'],
      'a property twice': [hex.connect('a', { level: 5, properties: '210001210001' }), '2003008200'],
      'receive maximum 0': [hex.connect('a', { level: 5, properties: '210000' }), '2003008200'],
      'an authentication method': [hex.connect('a', { level: 5, properties: `15${hex.text('SCRAM')}` }), '2003008c00'],
      'a client id that is no UTF-8': [hex.packet('10', `${hex.text('MQTT')}05 02 003c 00 0001ff`), '2003008500'],
    } as const
    for (const [what, [packet, answer]] of Object.entries(reasons)) {
      const peer = new World().peer()
      peer.send(packet)
      expect([what, peer.took(), peer.closed]).toEqual([what, answer, true])
    }
  })

  it('takes an empty client id only where nobody has to find it again', () => {
    const clean = new World().peer()
    clean.send(hex.connect(''))
    expect(clean.took()).toBe('20020000')
    const lasting = new World().peer()
    lasting.send(hex.connect('', { flags: '00' }))
    expect(lasting.took()).toBe('20020002')
    const old = new World().peer()
    old.send(hex.connect('', { level: 3 }))
    expect(old.took()).toBe('20020002')
  })

  it('asks for a password where there is a list', () => {
    const salt = Buffer.from('twelve bytes')
    const pbkdf2 = pbkdf2Sync('test', salt, 101, 64, 'sha512').toString('base64')
    const sha512 = createHash('sha512').update('test').update(salt).digest('base64')
    const list = new PasswordList(
      `# people
alice:$7$101$${salt.toString('base64')}$${pbkdf2}
bob:$6$${salt.toString('base64')}$${sha512}
`,
    )
    const access = new Access(false, list, undefined)
    const tries = [
      ['c2', hex.text('alice') + hex.text('test'), '20020000'],
      ['c2', hex.text('alice') + hex.text('wrong'), '20020005'],
      ['c2', hex.text('bob') + hex.text('test'), '20020000'],
      ['c2', hex.text('bob') + hex.text(''), '20020005'],
      ['82', hex.text('alice'), '20020005'],
      ['02', '', '20020005'],
    ] as const
    for (const [flags, tail, answer] of tries) {
      const peer = new World().peer({ access })
      peer.send(hex.connect('a', { flags, tail }))
      expect(peer.took()).toBe(answer)
    }
  })

  it('lets a certificate name the user, and refuses where there is none', () => {
    const world = new World()
    const named = world.peer({}, { identity: { username: 'sensor-17', proven: false } })
    named.send(hex.connect('a', { flags: 'c2', tail: hex.text('eve') + hex.text('pw') }))
    expect(named.verdicts[0]).toMatchObject({ accepted: true, username: 'sensor-17' })
    expect(world.lines).toContain("New client connected from 192.0.2.5:4242 as a (p4, c1, k60, u'sensor-17').")
    const nameless = world.peer({}, { identity: { username: undefined, proven: false } })
    nameless.send(hex.connect('b', { level: 5 }))
    expect(nameless.took()).toBe('2003008600')
    expect(world.lines).toContain('Client b [192.0.2.5:4242] disconnected: not authorised.')
  })

  it('closes at a second CONNECT, and forgets the will', () => {
    const world = new World()
    const other = world.client(hex.connect('other'))
    other.send(hex.subscribe('0001', 'w', '00'))
    other.took()
    const peer = world.client(hex.connect('a', { flags: '06', tail: hex.text('w') + hex.text('gone') }))
    peer.send(hex.connect('a'))
    expect(peer.closed).toBe(true)
    expect(other.took()).toBe('')
  })

  it('waits half as long again as the keepalive, then closes', () => {
    const world = new World()
    const peer = world.client(hex.connect('a', { keepalive: '000a' }))
    world.pass(14)
    expect(peer.closed).toBe(false)
    peer.send('c000')
    expect(peer.took()).toBe('d000')
    world.pass(15)
    expect(peer.closed).toBe(false)
    world.pass(1)
    expect(peer.closed).toBe(true)
    expect(world.lines).toContain('Client a [192.0.2.5:4242] disconnected: exceeded timeout.')
  })

  it('keeps line breaks of strangers out of the log', () => {
    const world = new World()
    world.peer({}, { identity: { username: 'a\u2028b', proven: false } }).send(hex.connect('a'))
    const peer = world.peer()
    peer.send(hex.packet('10', `${hex.text('MQTT')}04 02 003c 0003 610a62`))
    expect(world.lines.join('')).not.toContain('\n')
  })

  it('reads packets however they are cut', () => {
    const peer = new World().peer()
    const bytes = `${hex.connect('a')}c000c000`
    for (let at = 0; at < bytes.length; at += 2) peer.send(bytes.slice(at, at + 2))
    expect(peer.took()).toBe('20020000d000d000')
  })
})
