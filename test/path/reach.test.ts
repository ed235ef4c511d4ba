import { expect, it } from 'vitest'
import { parseAddress } from '../../src/config/haproxy/address.js'
import { meets, placesOf } from '../../src/path/reach.js'

const found = (to: string, ...listening: readonly string[]) =>
  placesOf(listening.map((value) => ({ endpoint: parseAddress(value), value })))
    .at(parseAddress(to))
    .map((one) => one.value)

it.each<[string, readonly string[], readonly string[]]>([
  ['127.0.0.1:1884', [':1884', '10.0.0.1:1884', ':1885'], [':1884', '10.0.0.1:1884']],
  ['127.0.0.1:1884', [':1883-1885', ':1884'], [':1884', ':1883-1885']],
  ['127.0.0.1:1883', [':1883-1885'], [':1883-1885']],
  ['unix@/run/a', ['unix@/run/a', 'unix@/run/b', 'abns@/run/a'], ['unix@/run/a']],
  ['abns@a', ['abns@a', 'abns@b', 'unix@/a'], ['abns@a']],
  ['fd@3', ['fd@3', 'fd@4'], ['fd@3']],
  ['127.0.0.1:1884', [], []],
])('of what listens, %s may be one of these: %j', (to, listening, expected) => {
  expect(found(to, ...listening)).toEqual(expected)
})

it.each([
  ['127.0.0.1:1884', '127.0.0.1:1884', 'exact'],
  ['127.0.0.1:1884', ':1884', 'exact'],
  ['127.0.0.1:1884', '10.0.0.1:1884', 'no'],
  ['127.0.0.1:1884', '127.0.0.1:1885', 'no'],
  ['localhost:1884', ':1884', 'exact'],
  ['10.0.0.1:1884', '10.0.0.1:1884', 'exact'],
  ['10.0.0.1:1884', ':1884', 'likely'],
  ['10.0.0.1:1884', '10.0.0.2:1884', 'no'],
  ['10.0.0.1:1884', '127.0.0.1:1884', 'no'],
  ['10.0.0.1:1884', 'unix@/run/a', 'no'],
  ['broker:1884', ':1884', 'likely'],
  ['broker:1884', '10.0.0.1:1884', 'likely'],
  ['broker:1884', 'broker:1884', 'exact'],
  ['broker:1884', '127.0.0.1:1884', 'no'],
  ['broker:1884', ':1885', 'no'],
  ['broker:1884', 'unix@/run/a', 'no'],
  ['unix@/run/a', 'unix@/run/a', 'exact'],
  ['unix@/run/a', 'unix@/run/b', 'no'],
  ['unix@/run/a', ':1884', 'no'],
])('a server line with %s and what listens at %s: %s', (to, listening, how) => {
  expect(meets(parseAddress(to), parseAddress(listening))).toBe(how)
})
