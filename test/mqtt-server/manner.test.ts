import { describe, expect, it } from 'vitest'
import { hex, World } from './conversation.js'

/** Where MQTT 5.0 and Mosquitto differ. */
describe.each(['standard', 'mosquitto'] as const)('in the manner of %s', (manner) => {
  const standard = manner === 'standard'

  it('overlapping subscriptions of one client', () => {
    const world = new World({ manner })
    const reader = world.client(hex.connect('r', { level: 5 }))
    reader.send(hex.subscribe('0001', 'a/b', '00', '020b02'), hex.subscribe('0002', 'a/#', '01', '020b03'))
    reader.took()
    const source = world.client(hex.connect('s', { level: 5 }))
    source.send(hex.publish('32', 'a/b', '0009 00 6869'))
    const got = reader.took()
    expect(got.match(/6869/g)).toHaveLength(standard ? 1 : 2)
    // QoS 1, as the higher one of the two; both identifiers.
    if (standard) expect(got).toBe('320e 0003 612f62 0001 04 0b02 0b03 6869'.replaceAll(' ', ''))
  })

  it('a shared subscription beside one of its own gets its own message', () => {
    const world = new World({ manner })
    const reader = world.client(hex.connect('r', { level: 5 }))
    reader.send(hex.subscribe('0001', 'a', '00', '00'), hex.subscribe('0002', '$share/g/a', '00', '00'))
    reader.took()
    world.client(hex.connect('s', { level: 5 })).send(hex.publish('30', 'a', '00 6869'))
    expect(reader.took().match(/6869/g)).toHaveLength(2)
  })

  it('more messages at once than the receive maximum', () => {
    const world = new World({ manner, maxInflight: 2 })
    const source = world.client(hex.connect('s', { level: 5 }))
    for (const id of ['0001', '0002', '0003']) source.send(hex.publish('34', 'a', `${id} 00 78`))
    const got = source.took()
    expect([got.endsWith(standard ? 'e00193' : '5003000397'), source.closed]).toEqual([true, standard])
  })

  it('a delayed will whose session ends before', () => {
    const world = new World({ manner })
    const reader = world.client(hex.connect('r'))
    reader.send(hex.subscribe('0001', 'w', '00'))
    reader.took()
    const tail = `05 1800000005 ${hex.text('w')} 0002 6869`.replaceAll(' ', '')
    world.client(hex.connect('x', { level: 5, flags: '06', tail })).drop()
    world.pass(1)
    expect(reader.took()).toBe(standard ? '3005 0001 77 6869'.replaceAll(' ', '') : '')
    world.pass(5)
    expect(reader.took()).toBe(standard ? '' : '3005 0001 77 6869'.replaceAll(' ', ''))
  })
})

describe('a topic filter to be refused', () => {
  it.each([3, 4, 5] as const)('gets SUBACK 0x80, with a line in the log: MQTT version %i', (level) => {
    const world = new World({ refusedFilters: ['no/one'] })
    const reader = world.client(hex.connect('r', { level }))
    const properties = level === 5 ? '00' : ''
    reader.send(hex.packet('82', `0001${properties}${hex.text('no/one')}00${hex.text('yes')}00`))
    expect(reader.took()).toBe(hex.packet('90', `0001${properties}8000`))
    expect(world.lines).toContain('Refusing topic filter no/one of r, as asked for.')
  })
})
