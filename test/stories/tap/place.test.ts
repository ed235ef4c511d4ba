import { describe, expect, it } from 'vitest'
import { parsePlace, requireApart } from '../../../src/stories/tap/place.js'
import { runtimePlace } from '../../../src/stories/who/places.js'

const refused = expect.objectContaining({ code: 'MP-TAP-PLACE', exit: 2 })
const thrown = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}

describe('where tap listens and connects to', () => {
  it.each([
    ['1884', { host: '127.0.0.1', port: 1884 }],
    [':1884', { host: '127.0.0.1', port: 1884 }],
    ['[::1]:1884', { host: '::1', port: 1884 }],
    ['0.0.0.0:1884', { host: '0.0.0.0', port: 1884 }],
    ['h.example:1884', { host: 'h.example', port: 1884 }],
    ['./m.sock', { path: './m.sock' }],
    ['unix:/run/m.sock', { path: '/run/m.sock' }],
  ])('%s', (text, at) => expect(parsePlace(text, 'refused')).toEqual(at))

  it.each(['0', '10.1:1884', '*:1884', '0x7f.1:5', '70000', 'h', 'a b:1', 'mqtt://h:1', '-1', ''])(
    'never %j',
    (text) => {
      expect(thrown(() => parsePlace(text, 'refused'))).toEqual(refused)
    },
  )

  it('says how every address is written', () => {
    expect(thrown(() => parsePlace('*:0', 'allowed'))).toMatchObject({
      hints: ['for every address: 0.0.0.0:0 or [::]:0'],
    })
  })

  it.each([
    ['1884', 'localhost:1884'],
    ['0.0.0.0:1884', '127.0.0.5:1884'],
    ['[::1]:1884', '[0:0:0:0:0:0:0:1]:1884'],
    ['/run/m.sock', '/run/../run/m.sock'],
  ])('never in a ring: %s %s', (listen, target) => {
    expect(thrown(() => requireApart(parsePlace(listen, 'allowed'), parsePlace(target, 'refused')))).toEqual(refused)
  })

  it.each([
    ['1885', '1884'],
    ['0', '1884'],
    ['127.0.0.2:1884', '127.0.0.1:1884'],
    ['/run/a.sock', '/run/b.sock'],
    ['[::]:1884', '192.0.2.1:1884'],
  ])('but from %s to %s', (listen, target) => {
    expect(thrown(() => requireApart(parsePlace(listen, 'allowed'), parsePlace(target, 'refused')))).toBeUndefined()
  })
})

describe('a stats socket', () => {
  it('is a port on localhost where it is a bare number', () => {
    expect(runtimePlace('9999')).toEqual({ host: 'localhost', port: 9999 })
    expect(runtimePlace('ipv4@127.0.0.1:9999')).toEqual({ host: '127.0.0.1', port: 9999 })
    expect(runtimePlace('/run/9999')).toEqual({ path: '/run/9999' })
    expect(thrown(() => runtimePlace('70000'))).toMatchObject({ code: 'MP-TARGET', exit: 2 })
  })
})
