import { describe, expect, it } from 'vitest'
import { Fault } from '../../src/kernel/errors.js'
import { parseTarget } from '../../src/kernel/target.js'
import { targetOf } from '../../src/stories/send/connection.js'

function refusal(work: () => unknown): Fault {
  try {
    work()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('it was taken')
}

describe('a target', () => {
  it('takes a bare number for a port of this machine, never for an address', () => {
    expect(parseTarget('1885')).toMatchObject({ scheme: 'mqtt', host: 'localhost', port: 1885 })
    for (const text of ['0', '65536', '1885:1883', 'mqtt://1885', '0x75d']) {
      expect(refusal(() => parseTarget(text))).toMatchObject({ code: 'MP-TARGET', exit: 2 })
    }
  })

  it.each([
    '10.1:1884',
    '0177.0.0.1',
    '0x7f.1:5',
    'ws://1.2.3:4',
    '127.0.0.1.',
    '127.0.0.256',
    'h.0x',
    '-1',
    '-p',
    ' ',
    'a b:1',
    '*',
    'a=b:1',
    'h.example:1883/mqtt',
    'mqtts://h.example/x',
    'a\u202eb:1',
  ])('takes no host that a resolver reads as another one, and none that is no name: %j', (text) => {
    expect(refusal(() => parseTarget(text))).toMatchObject({ code: 'MP-TARGET', exit: 2 })
  })

  it.each(['4you.example', '1.example', 'h1', 'a_b.example', '1e3', 'h.example.', 'bücher.example', 'fe80::1%lo'])(
    'takes the name %s',
    (host) => expect(parseTarget(host)).toMatchObject({ host }),
  )

  it.each([
    ['tcp://h.example:1', 'mqtt://h.example:1'],
    ['ssl://h.example', 'mqtts://h.example'],
    ['TLS://h.example:7', 'mqtts://h.example:7'],
    ['https://h.example/mqtt', 'wss://h.example/mqtt'],
  ])('says what to write for %s', (text, meant) => {
    expect(refusal(() => parseTarget(text)).hints[0]).toBe(`write ${meant}`)
    expect(parseTarget(meant).host).toBe('h.example')
  })

  it.each(['mqtt://u:s3cret@h', 'u:s3cret@h:1883', 'mqtts://u:s3/cret@h', 'mqtt://u:s3@cret@h', 'tcp://u:s3cret@h'])(
    'repeats no password of %s',
    (text) => {
      const fault = refusal(() => parseTarget(text))
      expect(JSON.stringify([fault.message, fault.hints])).not.toMatch(/s3|cret/)
      expect(fault.hints[0]).toContain('-P -')
    },
  )

  it('is completed by -h and -p, and contradicted by neither', () => {
    expect(targetOf('1885', { host: 'b.example' })).toMatchObject({ host: 'b.example', port: 1885 })
    expect(targetOf('b.example', { port: 7 })).toMatchObject({ host: 'b.example', port: 7 })
    expect(targetOf('[::1]:7', { host: '::1', port: 7 })).toMatchObject({ host: '::1', port: 7 })
    expect(refusal(() => targetOf('b.example:7', { host: 'c.example' }))).toMatchObject({ exit: 2 })
    expect(refusal(() => targetOf('ws://b.example:7/mqtt', { port: 8 }))).toMatchObject({ exit: 2 })
    expect(refusal(() => targetOf('1885', { port: 8 }))).toMatchObject({ exit: 2 })
    for (const host of ['1885', 'mqtts://b.example', 'b.example:7', 'b.example/mqtt']) {
      expect(refusal(() => targetOf('b.example:7', { host }))).toMatchObject({ code: 'MP-TARGET', exit: 2 })
    }
  })
})
