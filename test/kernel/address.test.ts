import { expect, it } from 'vitest'
import { type ConfigEndpoint, canonicalHost, clash, hostOf, isLoopback } from '../../src/kernel/address.js'

it.each([
  ['0:0:0:0:0:0:0:1', '::1'],
  ['::0001', '::1'],
  ['2001:DB8::0:1', '2001:db8::1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::ffff:0a00:0001', '10.0.0.1'],
  ['Broker.Local', 'broker.local'],
  ['10.0.0.1', '10.0.0.1'],
])('%s is %s', (text, canonical) => {
  expect(canonicalHost(text)).toBe(canonical)
})

it.each(['::1', '0:0:0:0:0:0:0:1', '127.0.0.1', '127.9.9.9', 'localhost', '::ffff:127.0.0.1'])(
  '%s is loopback',
  (host) => {
    expect(isLoopback(host)).toBe(true)
  },
)

it.each(['10.0.0.1', '::2', '127.example.org', 'host', undefined])('%s is not', (host) => {
  expect(isLoopback(host)).toBe(false)
})

it.each(['*', '', '0.0.0.0', '::', '[::]', '0:0:0:0:0:0:0:0'])('"%s" is every address', (text) => {
  expect(hostOf(text)).toBeUndefined()
})

const at = (host: string | undefined, family?: 4 | 6): ConfigEndpoint => ({
  kind: 'tcp',
  host,
  port: 1883,
  ...(family !== undefined && { family }),
})

/** As HAProxy 3.2.26 and Mosquitto 2.1.2 did on one port, whichever came first. */
it.each([
  ['*', at(undefined, 4), '127.0.0.1', at('127.0.0.1'), true],
  ['*', at(undefined, 4), 'both families', at(undefined), true],
  ['*', at(undefined, 4), '::1', at('::1'), false],
  ['*', at(undefined, 4), ':: of IPv6 alone', at(undefined, 6), false],
  ['127.0.0.1', at('127.0.0.1'), '::1', at('::1'), false],
  ['127.0.0.1', at('127.0.0.1'), '0.0.0.0', at(undefined, 4), true],
  ['::', at(undefined), '127.0.0.1', at('127.0.0.1'), true],
  ['::', at(undefined), ':: of IPv6 alone', at(undefined, 6), true],
  [':: v6only', at(undefined, 6), '127.0.0.1', at('127.0.0.1'), false],
  [':: v6only', at(undefined, 6), '::1', at('::1'), true],
  [':: v6only', at(undefined, 6), '0.0.0.0', at(undefined, 4), false],
])('%s and %s clash: %s', (_, a, __, b, expected) => {
  expect([clash(a, b), clash(b, a)]).toEqual([expected, expected])
})
