import { describe, expect, it } from 'vitest'
import { hex, World } from './conversation.js'

const hi = Buffer.from('hi').toString('hex')

describe('delivery', () => {
  it('takes and gives messages at QoS 0, 1 and 2, packet identifiers from 1', () => {
    const world = new World()
    const reader = world.client(hex.connect('reader'))
    reader.send(hex.subscribe('0007', 't', '02'))
    expect(reader.took()).toBe('9003000702')
    const writer = world.client(hex.connect('writer'))
    writer.send(hex.publish('30', 't', hi))
    expect(reader.took()).toBe(hex.publish('30', 't', hi))
    writer.send(hex.publish('32', 't', `0009${hi}`))
    expect(writer.took()).toBe('40020009')
    expect(reader.took()).toBe(hex.publish('32', 't', `0001${hi}`))
    reader.send('40020001')
    writer.send(hex.publish('34', 't', `000a${hi}`))
    expect(writer.took()).toBe('5002000a')
    expect(reader.took()).toBe('')
    writer.send('6202000a')
    expect(writer.took()).toBe('7002000a')
    expect(reader.took()).toBe(hex.publish('34', 't', `0002${hi}`))
    reader.send('50020002')
    expect(reader.took()).toBe('62020002')
    reader.send('70020002')
    expect(reader.closed).toBe(false)
  })

  it('sends what came in together in one write to each client, in its order, and no more than 16 kB at once', () => {
    const world = new World()
    const reader = world.client(hex.connect('reader'))
    reader.send(hex.subscribe('0001', 't', '00'))
    reader.took()
    const writer = world.client(hex.connect('writer'))
    const three = ['1', '2', '3'].map((body) => hex.publish('30', 't', Buffer.from(body).toString('hex'))).join('')
    writer.send(three + hex.publish('32', 't', `0009${hi}`))
    expect([reader.writes, writer.writes]).toEqual([1, 1])
    expect(reader.took()).toBe(three + hex.publish('30', 't', hi))
    writer.send(hex.publish('30', 't', '00'.repeat(6000)).repeat(4))
    expect(reader.writes).toBe(2)
    reader.took()
    writer.send(hex.publish('30', 't', hi) + hex.publish('30', 't', '00'.repeat(20_000)))
    expect(reader.took()).toBe(hex.publish('30', 't', hi) + hex.publish('30', 't', '00'.repeat(20_000)))
  })

  it('gathers what the chunks of many clients bring, and sends it when they are done', () => {
    const world = new World({}, { gathers: true })
    const enter = (id: string) => {
      const peer = world.client(hex.connect(id))
      world.inputDone()
      peer.took()
      return peer
    }
    const [reader, first, second] = [enter('reader'), enter('first'), enter('second')]
    reader.send(hex.subscribe('0001', 't', '00'))
    world.inputDone()
    reader.took()
    const message = (body: string) => hex.publish('32', 't', `0001${body}`)
    first.send(message('31'))
    second.send(message('32'))
    expect([reader.writes, first.writes, second.writes]).toEqual([0, 0, 0])
    expect(world.inputDone()).toBe(1)
    expect([reader.writes, first.writes, second.writes]).toEqual([1, 1, 1])
    expect(reader.took()).toBe(hex.publish('30', 't', '31') + hex.publish('30', 't', '32'))
    expect(first.took()).toBe('40020001')
    second.took()
    // The end of a connection comes behind what it was still to get.
    first.send(hex.publish('30', 't', '33'))
    reader.connection.lost()
    expect([reader.writes, reader.closed]).toEqual([1, true])
    expect(world.inputDone()).toBe(1)
    expect(reader.took()).toBe(hex.publish('30', 't', '33'))
    expect(world.inputDone()).toBe(0)
  })

  it('delivers at the lower of both QoS levels', () => {
    const world = new World()
    const reader = world.client(hex.connect('reader'))
    reader.send(hex.subscribe('0001', 't', '01'))
    reader.took()
    world.client(hex.connect('writer')).send(hex.publish('34', 't', `0001${hi}`), '62020001')
    expect(reader.took()).toBe(hex.publish('32', 't', `0001${hi}`))
  })

  it('tells an MQTT 5 publisher when nobody listens', () => {
    const peer = new World().client(hex.connect('a', { level: 5 }))
    peer.send(hex.publish('32', 'nobody', `000100${hi}`))
    expect(peer.took()).toBe('4003000110')
  })

  it('never sends more than the client’s receive maximum, and goes on when it acknowledges', () => {
    const world = new World()
    const reader = world.client(hex.connect('reader', { level: 5, properties: '210001' }))
    reader.send(hex.subscribe('0001', 't', '01', '00'))
    reader.took()
    const writer = world.client(hex.connect('writer'))
    for (const id of ['0001', '0002']) writer.send(hex.publish('32', 't', id + hi))
    expect(reader.took()).toBe(hex.publish('32', 't', `000100${hi}`))
    reader.send('40020001')
    expect(reader.took()).toBe(hex.publish('32', 't', `000200${hi}`))
  })

  it('gives a message an identifier when it is sent: one still in flight is never given again', () => {
    const world = new World({ maxQueuedMessages: 0, maxQueuedBytes: 0 })
    const returning = hex.connect('reader', { level: 5, flags: '00', properties: '110000000a210002' })
    const before = world.client(returning)
    before.send(hex.subscribe('0001', 't', '01', '00'))
    before.drop()
    const writer = world.client(hex.connect('writer'))
    const messages = 0x10002
    for (let n = 0; n < messages; n++) writer.send(hex.publish('32', 't', '0001'))
    const reader = world.client(returning)
    const ids: number[] = []
    // The first is never acknowledged, every other one is.
    for (let id = 2, n = 2; n < messages; n++) {
      reader.send(`4002${id.toString(16).padStart(4, '0')}`)
      id = Number.parseInt(reader.took().slice(10, 14), 16)
      ids.push(id)
    }
    expect(ids.slice(-4)).toEqual([0xffff, 2, 3, 4])
    expect(ids).not.toContain(1)
  })

  it('does not send what is larger than the client takes', () => {
    const world = new World()
    const reader = world.client(hex.connect('reader', { level: 5, properties: '2700000014' }))
    reader.send(hex.subscribe('0001', 't', '00', '00'))
    reader.took()
    const writer = world.client(hex.connect('writer'))
    writer.send(hex.publish('30', 't', '00'.repeat(20)), hex.publish('30', 't', '01'))
    expect(reader.took()).toBe(hex.publish('30', 't', '0001'))
  })

  it('uses topic aliases both ways', () => {
    const world = new World()
    const reader = world.client(hex.connect('reader', { level: 5, properties: '220001' }))
    reader.send(hex.subscribe('0001', 'long/topic', '00', '00'))
    reader.took()
    const writer = world.client(hex.connect('writer', { level: 5 }))
    writer.send(hex.publish('30', 'long/topic', `0323000a${hi}`), hex.publish('30', '', `0323000a${hi}`))
    expect(reader.took()).toBe(
      hex.publish('30', 'long/topic', `03230001${hi}`) + hex.publish('30', '', `03230001${hi}`),
    )
    writer.send(hex.publish('30', 't', `0323000b${hi}`))
    expect(writer.took()).toBe('e00194')
  })

  it('passes on properties in their order, counts the expiry down, adds the subscription identifier', () => {
    const world = new World()
    const reader = world.client(hex.connect('reader', { level: 5, flags: '00', properties: '110000003c' }))
    reader.send(hex.subscribe('0001', 't', '01', '020b07'))
    reader.drop()
    const writer = world.client(hex.connect('writer', { level: 5 }))
    const user = (name: string, value: string) => `26${hex.text(name)}${hex.text(value)}`
    const forwarded = `${user('b', '1')}0101${user('a', '2')}03${hex.text('text')}`
    const size = (bytes: string) => (bytes.length / 2).toString(16).padStart(2, '0')
    const sent = `020000000a${forwarded}`
    writer.send(hex.publish('32', 't', `0001${size(sent)}${sent}${hi}`))
    world.pass(4)
    const again = world.peer()
    again.send(hex.connect('reader', { level: 5, flags: '00', properties: '110000003c' }))
    const got = `${forwarded}02000000060b07`
    expect(again.took().slice(32)).toBe(hex.publish('32', 't', `0001${size(got)}${got}${hi}`))
  })

  it('drops what expired while it waited', () => {
    const world = new World()
    const reader = world.client(hex.connect('reader', { flags: '00' }))
    reader.send(hex.subscribe('0001', 't', '01'))
    reader.drop()
    const writer = world.client(hex.connect('writer', { level: 5 }))
    writer.send(hex.publish('32', 't', `000105020000000a${hi}`), hex.publish('32', 't', `000200${hi}`))
    world.pass(11)
    const again = world.peer()
    again.send(hex.connect('reader', { flags: '00' }))
    expect(again.took()).toBe(`20020100${hex.publish('32', 't', `0001${hi}`)}`)
  })

  it('refuses broken PUBLISH packets with the fitting code', () => {
    const bad = {
      'QoS 3': [hex.publish('36', 't', '0001'), 'e00181'],
      'DUP with QoS 0': [hex.publish('38', 't', '00'), 'e00181'],
      'a wildcard in the topic': [hex.publish('30', 't/#', '00'), 'e00181'],
      'packet identifier 0': [hex.publish('32', 't', '000000'), 'e00182'],
      'an empty topic without an alias': [hex.publish('30', '', '00'), 'e00181'],
      'a topic that is no UTF-8': [hex.packet('30', '0001ff00'), 'e00181'],
      'a subscription identifier': [hex.publish('30', 't', '020b01'), 'e00182'],
      'an alias nobody set': [hex.publish('30', '', '03230001'), 'e00182'],
    } as const
    for (const [what, [packet, answer]] of Object.entries(bad)) {
      const peer = new World().client(hex.connect('a', { level: 5 }))
      peer.send(packet)
      expect([what, peer.took(), peer.closed]).toEqual([what, answer, true])
    }
  })

  it('acknowledges a repeated QoS 2 message once more and delivers it once', () => {
    const world = new World()
    const reader = world.client(hex.connect('reader'))
    reader.send(hex.subscribe('0001', 't', '00'))
    reader.took()
    const writer = world.client(hex.connect('writer'))
    writer.send(hex.publish('34', 't', `0001${hi}`), hex.publish('3c', 't', `0001${hi}`), '62020001', '62020001')
    expect(writer.took()).toBe('50020001' + '50020001' + '70020001' + '70020001')
    expect(reader.took()).toBe(hex.publish('30', 't', hi))
  })

  it('refuses a QoS 2 message beyond our receive maximum', () => {
    const peer = new World({ maxInflight: 1 }).client(hex.connect('a', { level: 5 }))
    peer.send(hex.publish('34', 't', `000100${hi}`), hex.publish('34', 't', `000200${hi}`))
    expect(peer.took()).toBe('50020001' + '5003000297')
  })

  it('refuses packets that are too large before reading them', () => {
    const peer = new World({ maxPacketSize: 100 }).client(hex.connect('a', { level: 5 }))
    peer.send('30c801')
    expect(peer.took()).toBe('e00195')
    expect(peer.closed).toBe(true)
  })
})
