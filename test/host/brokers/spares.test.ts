import { describe, expect, it } from 'vitest'
import { mayOutlive, Spares, shapeOf } from '../../../src/host/brokers/spares.js'
import type { RunningBroker, Spare } from '../../../src/host/types.js'

function spare(): Spare & { stopped: number } {
  const one = {
    stopped: 0,
    listeners: [{ host: '127.0.0.1', port: 1 }],
    alive: () => one.stopped === 0,
    stop: async () => {
      one.stopped++
    },
    lend: (): RunningBroker => {
      throw new Error('not lent here')
    },
  }
  return one
}

describe('Spares', () => {
  it('gives a broker to the next who brings the same file, and to nobody else', async () => {
    const spares = new Spares()
    const one = spare()
    expect(await spares.take('a', true)).toBeUndefined()
    await spares.give('a', one)
    expect(await spares.take('b', true)).toBeUndefined()
    expect(await spares.take('a', true)).toBe(one)
    expect(await spares.take('a', true)).toBeUndefined()
  })

  it('gives none that has ended', async () => {
    const spares = new Spares()
    const one = spare()
    await spares.give('a', one)
    await one.stop()
    expect(await spares.take('a', true)).toBeUndefined()
  })

  it('makes the third wait for one of two, but not who needs several', async () => {
    const spares = new Spares()
    await spares.take('a', true)
    await spares.take('a', true)
    expect(await spares.take('a', false)).toBeUndefined()
    spares.left('a')
    const third = spares.take('a', true)
    const one = spare()
    await spares.give('a', one)
    expect(await third).toBe(one)
  })

  it('lets the waiting start their own when one that was in use has ended', async () => {
    const spares = new Spares()
    await spares.take('a', true)
    await spares.take('a', true)
    const third = spares.take('a', true)
    spares.left('a')
    expect(await third).toBeUndefined()
  })

  it('ends the oldest of too many, and all at the close', async () => {
    const spares = new Spares()
    const all = Array.from({ length: 5 }, spare)
    for (const [index, one] of all.entries()) await spares.give(`shape ${index}`, one)
    expect(all.map((one) => one.stopped)).toEqual([1, 0, 0, 0, 0])
    await spares.close()
    const late = spare()
    await spares.give('a', late)
    expect([...all, late].map((one) => one.stopped)).toEqual([1, 1, 1, 1, 1, 1])
  })
})

describe('shapeOf', () => {
  it('is the same for files that differ in comments and their own ports', () => {
    const one = '# gen proxy\nmqtt.listeners.tcp.1 = 127.0.0.1:41883\nlisteners.tcp = none\n'
    const two = '# another\n\nmqtt.listeners.tcp.1 = 127.0.0.1:1883\nlisteners.tcp = none\n'
    const at = (port: number) => [{ host: '127.0.0.1', port }]
    expect(shapeOf(one, at(41883))).toBe(shapeOf(two, at(1883)))
    expect(shapeOf(`${one}mqtt.proxy_protocol = true\n`, at(41883))).not.toBe(shapeOf(two, at(1883)))
    expect(shapeOf('mqtt.listeners.tcp.1 = 127.0.0.1:41883', at(1883))).not.toBe(shapeOf(two, at(1883)))
  })
})

describe('mayOutlive', () => {
  it.each([
    ['mqtt.listeners.tcp.1 = 127.0.0.1:1\n', true],
    ['ssl_options.certfile = certs/server.crt\n', false],
    ['# certfile = certs/server.crt\n', true],
    ['x = /tmp/folder/list\n', false],
  ])('%j: %s', (config, may) => {
    expect(mayOutlive(config, '/tmp/folder')).toBe(may)
  })
})
