import { describe, expect, it } from 'vitest'
import { hex, World } from './conversation.js'

const hi = Buffer.from('hi').toString('hex')
const lasting = { level: 5, flags: '00', properties: '110000000a' } as const

describe('sessions', () => {
  it('keep subscriptions and messages for a client that comes back, and say so', () => {
    const world = new World()
    const first = world.client(hex.connect('a', { flags: '00' }))
    first.send(hex.subscribe('0001', 't', '01'))
    first.send('e000')
    world.client(hex.connect('writer')).send(hex.publish('32', 't', `0001${hi}`), hex.publish('30', 't', hi))
    const second = world.peer()
    second.send(hex.connect('a', { flags: '00' }))
    expect(second.took()).toBe(`20020100${hex.publish('32', 't', `0001${hi}`)}`)
  })

  it('send again what was not acknowledged, marked as duplicate', () => {
    const world = new World()
    const first = world.client(hex.connect('a', { flags: '00' }))
    first.send(hex.subscribe('0001', 't', '02'))
    const writer = world.client(hex.connect('writer'))
    writer.send(hex.publish('32', 't', `0001${hi}`), hex.publish('34', 't', `0002${hi}`), '62020002')
    first.send('50020002')
    first.drop()
    const second = world.peer()
    second.send(hex.connect('a', { flags: '00' }))
    expect(second.took()).toBe(`20020100${hex.publish('3a', 't', `0001${hi}`)}62020002`)
  })

  it('are forgotten by a clean start', () => {
    const world = new World()
    const first = world.client(hex.connect('a', { flags: '00' }))
    first.send(hex.subscribe('0001', 't', '01'))
    const clean = world.peer()
    clean.send(hex.connect('a'))
    expect(clean.took()).toBe('20020000')
    world.client(hex.connect('writer')).send(hex.publish('32', 't', `0001${hi}`))
    expect(clean.took()).toBe('')
  })

  it('are taken over: the older connection is told and closed', () => {
    const world = new World()
    const older = world.client(hex.connect('a', { level: 5 }))
    const newer = world.client(hex.connect('a', { level: 5 }))
    expect([older.took(), older.closed, newer.closed]).toEqual(['e0018e', true, false])
    expect(world.lines).toContain('Client a [192.0.2.5:4242] disconnected: session taken over.')
  })

  it('end after their expiry', () => {
    const world = new World()
    world.client(hex.connect('a', lasting)).drop()
    world.pass(9)
    const soon = world.peer()
    soon.send(hex.connect('a', lasting))
    expect(soon.took().slice(0, 6)).toBe('200e01')
    soon.drop()
    world.pass(10)
    const late = world.peer()
    late.send(hex.connect('a', lasting))
    expect(late.took().slice(0, 6)).toBe('200e00')
  })

  it('cannot be made to last by DISCONNECT when they were to end at once', () => {
    const peer = new World().client(hex.connect('a', { level: 5 }))
    peer.send('e007' + '00' + '05' + '110000000a')
    expect(peer.took()).toBe('e00182')
  })
})

describe('wills', () => {
  const withWill = (id: string, properties = '00') =>
    hex.connect(id, { level: 5, flags: '06', tail: `${properties}${hex.text('w')}${hex.text('gone')}` })
  const will = hex.publish('30', 'w', `00${Buffer.from('gone').toString('hex')}`)
  const watcher = (world: World) => {
    const peer = world.client(hex.connect('watcher', { level: 5 }))
    peer.send(hex.subscribe('0001', 'w', '00', '00'))
    peer.took()
    return peer
  }

  it('go out when the connection breaks, not when the client says goodbye', () => {
    const world = new World()
    const peer = watcher(world)
    world.client(withWill('a')).send('e000')
    expect(peer.took()).toBe('')
    world.client(withWill('a')).drop()
    expect(peer.took()).toBe(will)
  })

  it('go out with DISCONNECT 0x04, and when a client breaks the protocol', () => {
    const world = new World()
    const peer = watcher(world)
    world.client(withWill('a')).send('e00104')
    expect(peer.took()).toBe(will)
    world.client(withWill('a')).send('30ffffffff7f')
    expect(peer.took()).toBe(will)
  })

  it('wait for their delay, unless the client comes back first', () => {
    const world = new World()
    const peer = watcher(world)
    const delayed = hex.connect('a', {
      level: 5,
      flags: '04',
      properties: '1100000064',
      tail: `051800000005${hex.text('w')}${hex.text('gone')}`,
    })
    world.client(delayed).drop()
    world.pass(4)
    expect(peer.took()).toBe('')
    world.pass(1)
    expect(peer.took()).toBe(will)
    world.client(delayed).drop()
    world.client(delayed)
    world.pass(10)
    expect(peer.took()).toBe('')
  })

  it('go out at the end of the session when their delay is longer', () => {
    const world = new World()
    const peer = watcher(world)
    world
      .client(
        hex.connect('a', {
          level: 5,
          flags: '04',
          properties: '1100000002',
          tail: `051800000064${hex.text('w')}${hex.text('gone')}`,
        }),
      )
      .drop()
    world.pass(2)
    expect(peer.took()).toBe(will)
  })
})
