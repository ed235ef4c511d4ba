import { describe, expect, it } from 'vitest'
import { Access } from '../../src/mqtt-server/access/access.js'
import { AccessList } from '../../src/mqtt-server/access/access-list.js'
import { hex, World } from './conversation.js'

const hi = Buffer.from('hi').toString('hex')

describe('subscriptions', () => {
  it('send the retained message after SUBACK, as the options ask', () => {
    const world = new World()
    world.client(hex.connect('writer')).send(hex.publish('31', 't', hi))
    const peer = world.client(hex.connect('a', { level: 5 }))
    const retained = hex.publish('31', 't', `00${hi}`)
    peer.send(hex.subscribe('0001', 't', '00', '00'))
    expect(peer.took()).toBe(`900400010000${retained}`)
    // 1: only when new; 2: never.
    peer.send(hex.subscribe('0002', 't', '10', '00'))
    expect(peer.took()).toBe('900400020000')
    peer.send(hex.subscribe('0003', 't', '20', '00'))
    expect(peer.took()).toBe('900400030000')
  })

  it('clear the retained flag on live messages, unless they are to keep it', () => {
    const world = new World()
    const peer = world.client(hex.connect('a', { level: 5 }))
    peer.send(hex.subscribe('0001', 'plain', '00', '00'), hex.subscribe('0002', 'kept', '08', '00'))
    peer.took()
    const writer = world.client(hex.connect('writer'))
    writer.send(hex.publish('31', 'plain', hi), hex.publish('31', 'kept', hi))
    expect(peer.took()).toBe(hex.publish('30', 'plain', `00${hi}`) + hex.publish('31', 'kept', `00${hi}`))
  })

  it('do not send a client its own messages with no-local', () => {
    const peer = new World().client(hex.connect('a', { level: 5 }))
    peer.send(hex.subscribe('0001', 't', '04', '00'))
    peer.took()
    peer.send(hex.publish('30', 't', `00${hi}`))
    expect(peer.took()).toBe('')
  })

  it('share messages in turn', () => {
    const world = new World()
    const [one, two] = ['one', 'two'].map((id) => world.client(hex.connect(id, { level: 5 })))
    for (const peer of [one, two]) peer?.send(hex.subscribe('0001', '$share/g/t/+', '00', '00'))
    one?.took()
    two?.took()
    const writer = world.client(hex.connect('writer'))
    writer.send(hex.publish('30', 't/1', hi), hex.publish('30', 't/2', hi))
    expect(one?.took()).toBe(hex.publish('30', 't/1', `00${hi}`))
    expect(two?.took()).toBe(hex.publish('30', 't/2', `00${hi}`))
  })

  it('end with UNSUBSCRIBE, which says whether there was one', () => {
    const world = new World()
    const peer = world.client(hex.connect('a', { level: 5 }))
    peer.send(hex.subscribe('0001', 't', '00', '00'))
    peer.took()
    peer.send(hex.packet('a2', `0002 00 ${hex.text('t')}${hex.text('other')}`))
    expect(peer.took()).toBe('b0050002000011')
    world.client(hex.connect('writer')).send(hex.publish('30', 't', hi))
    expect(peer.took()).toBe('')
  })

  it('refuse broken filters and options', () => {
    const bad = {
      'no filter': [hex.packet('82', '000100'), 'e00181'],
      'a # in the middle': [hex.subscribe('0001', 'a/#/b', '00', '00'), 'e00181'],
      'a + beside letters': [hex.subscribe('0001', 'a+', '00', '00'), 'e00181'],
      'QoS 3': [hex.subscribe('0001', 't', '03', '00'), 'e00181'],
      'reserved option bits': [hex.subscribe('0001', 't', '40', '00'), 'e00181'],
      'subscription identifier 0': [hex.subscribe('0001', 't', '00', '020b00'), 'e00181'],
      'no-local on a shared one': [hex.subscribe('0001', '$share/g/t', '04', '00'), 'e00182'],
      'a share without a filter': [hex.subscribe('0001', '$share/g', '00', '00'), 'e00182'],
      'reserved bits in the first byte': [`80${hex.subscribe('0001', 't', '00', '00').slice(2)}`, 'e00181'],
    } as const
    for (const [what, [packet, answer]] of Object.entries(bad)) {
      const peer = new World().client(hex.connect('a', { level: 5 }))
      peer.send(packet)
      expect([what, peer.took(), peer.closed]).toEqual([what, answer, true])
    }
  })

  it('match $ topics only when they name them, and nobody writes $SYS', () => {
    const world = new World()
    world.broker.announce('$SYS/broker/version', 'x')
    const peer = world.client(hex.connect('a', { level: 5 }))
    peer.send(hex.subscribe('0001', '#', '00', '00'))
    expect(peer.took()).toBe('900400010000')
    peer.send(hex.publish('32', '$SYS/broker/version', `000200${hi}`))
    expect(peer.took()).toBe('4003000287')
    peer.send(hex.subscribe('0003', '$SYS/#', '00', '00'))
    expect(peer.took()).toContain(Buffer.from('$SYS/broker/version').toString('hex'))
  })

  it('obey the access list for reading and writing', () => {
    const list = new AccessList(
      'topic read news/#\nuser alice\ntopic readwrite own/#\ntopic deny own/secret\npattern readwrite at/%u/%c',
    )
    const access = new Access(true, undefined, list)
    const world = new World()
    const alice = hex.connect('c1', { level: 5, flags: '82', tail: hex.text('alice') })
    const peer = world.client(alice, { access })
    peer.send(hex.subscribe('0001', '#', '00', '00'))
    peer.took()
    const tries = { 'own/x': '00', 'own/secret': '87', 'news/x': '87', 'at/alice/c1': '00', 'at/bob/c1': '87' }
    for (const [topic, code] of Object.entries(tries)) {
      peer.send(hex.publish('32', topic, `000900${hi}`))
      const answer = peer.took()
      expect([topic, answer.endsWith(code === '00' ? '40020009' : `40030009${code}`)]).toEqual([topic, true])
    }
  })

  it('live under the mount point of their listener', () => {
    const world = new World()
    const inside = world.client(hex.connect('in'), { mountPoint: 'm/' })
    const outside = world.client(hex.connect('out'))
    inside.send(hex.subscribe('0001', '#', '00'))
    outside.send(hex.subscribe('0001', '#', '00'))
    inside.took()
    outside.took()
    inside.send(hex.publish('30', 't', hi))
    expect(inside.took()).toBe(hex.publish('30', 't', hi))
    expect(outside.took()).toBe(hex.publish('30', 'm/t', hi))
  })

  it('refuses a topic that its prefix makes longer than a topic can be', () => {
    const world = new World()
    const outside = world.client(hex.connect('out'))
    outside.send(hex.subscribe('0001', '#', '00'))
    outside.took()
    const longest = 'a'.repeat(65535)
    const inside = world.client(hex.connect('in'), { mountPoint: 'm/' })
    inside.send(hex.publish('30', longest, '00'))
    expect([inside.closed, outside.closed, outside.took()]).toEqual([true, false, ''])
    const dying = world.peer({ mountPoint: 'm/' })
    dying.send(hex.connect('will', { flags: '06', tail: hex.text(longest) + hex.text('gone') }))
    expect([dying.closed, dying.took()]).toEqual([true, ''])
    dying.drop()
    expect([outside.closed, outside.took()]).toEqual([false, ''])
    expect(world.lines.filter((line) => line.includes('defect'))).toEqual([])
  })
})
