import { describe, expect, it } from 'vitest'
import { hex, World } from './conversation.js'

const pingreq = 'c000'
const retained = (topic: string) => hex.publish('31', topic, '6869')
const subscribed = (id: string, ...filters: readonly string[]) =>
  hex.packet('82', id + filters.map((one) => `${hex.text(one)}00`).join(''))

describe('what one client may make the broker keep', () => {
  it('reads no more from a client that does not read its answers, and goes on where it was', () => {
    const world = new World({ maxWaitingBytes: 2000 })
    const peer = world.client(hex.connect('a'))
    peer.reads = false
    peer.send(pingreq.repeat(1000))
    const first = peer.took().length / 4
    expect(first).toBeGreaterThan(0)
    expect(first).toBeLessThan(1000)
    expect(peer.paused).toBe(true)
    peer.send(pingreq)
    expect(peer.took()).toBe('')
    peer.read()
    expect(peer.paused).toBe(false)
    expect(first + peer.took().length / 4).toBe(1001)
    expect(world.lines.filter((line) => line.startsWith('Client a does not read:'))).toHaveLength(1)
  })

  it('ends a client that does not read for too long, and not one that reads again', () => {
    const world = new World({ maxWaitingBytes: 2000, readTimeout: 5 })
    const [lost, back] = ['a', 'b'].map((id) => {
      const peer = world.client(hex.connect(id, { keepalive: '0000' }))
      peer.reads = false
      peer.send(pingreq.repeat(1000))
      return peer
    })
    world.pass(4)
    back?.read()
    world.pass(2)
    expect([lost?.closed, back?.closed]).toEqual([true, false])
    expect(world.lines).toContainEqual(expect.stringMatching(/^Client a .*: does not read what is sent to it\.$/))
  })

  it('drops QoS 0 for a client that does not read, by bytes, and keeps QoS 1 until it does', () => {
    const world = new World({ maxWaitingBytes: 2000 })
    const reader = world.client(hex.connect('r'))
    reader.send(hex.subscribe('0001', 'zero', '00'), hex.subscribe('0002', 'one', '01'))
    reader.took()
    const source = world.client(hex.connect('s'))
    reader.reads = false
    const payload = '00'.repeat(1000)
    for (let n = 0; n < 10; n += 1) source.send(hex.publish('30', 'zero', payload))
    expect(reader.took().length / 2).toBeLessThan(4000)
    for (let n = 1; n <= 5; n += 1) source.send(hex.publish('32', 'one', `000${n}${payload}`))
    expect(reader.took()).toBe('')
    reader.read()
    expect(reader.took().match(/6f6e65/g)).toHaveLength(5)
  })

  it('keeps no more for all clients together than the total says, and gives it back', () => {
    const world = new World({ maxTotalBytes: 5000 })
    const sleeper = world.client(hex.connect('z', { flags: '00' }))
    sleeper.send(hex.subscribe('0001', 'one', '01'))
    sleeper.drop()
    const source = world.client(hex.connect('s'))
    for (let n = 1; n <= 9; n += 1) source.send(hex.publish('32', 'one', `000${n}${'00'.repeat(1000)}`))
    expect(world.broker.budget.bytes).toBe(5000)
    expect(world.lines).toContain('Outgoing messages are being dropped for client z.')
    world.client(hex.connect('z')).drop()
    expect(world.broker.budget.bytes).toBe(0)
  })

  it('refuses the filters of one SUBSCRIBE beyond the limit, in the words of each version', () => {
    const world = new World({ maxFilters: 2 })
    const old = world.client(hex.connect('a'))
    old.send(subscribed('0001', 'a', 'b', 'c'))
    expect(old.took()).toBe('9005 0001 00 00 80'.replaceAll(' ', ''))
    const five = world.client(hex.connect('b', { level: 5 }))
    five.send(subscribed('000100', 'a', 'b', 'c'))
    expect(five.took()).toBe('9006 0001 00 00 00 97'.replaceAll(' ', ''))
    expect(world.lines).toContain('Refusing 1 topic filters of b: more than 2 at once.')
  })

  it('takes retained messages from the store only as fast as the client reads, all of them in the end', () => {
    const world = new World({ maxWaitingBytes: 2000 })
    const source = world.client(hex.connect('s'))
    for (let n = 0; n < 1000; n += 1) source.send(retained(`r/${n}`))
    const reader = world.client(hex.connect('r'))
    reader.reads = false
    reader.send(subscribed('0001', 'r/#'))
    let got = reader.took().match(/6869/g)?.length ?? 0
    expect(got).toBeLessThan(20)
    for (let turns = 0; turns < 1000 && got < 1000; turns += 1) {
      reader.read()
      got += reader.took().match(/6869/g)?.length ?? 0
      reader.reads = false
    }
    expect(got).toBe(1000)
  })
})
