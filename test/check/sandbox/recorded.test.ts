import { describe, expect, test } from 'vitest'
import { clashes, plainOptions, portKeys, relocate } from '../../../src/check/sandbox/relocate.js'
import type { SandboxOptions } from '../../../src/check/sandbox/relocation.js'
import { leftOutText } from '../../../src/config/left-out.js'
import { formatSocketAddress } from '../../../src/kernel/socket-address.js'
import { recordedIn } from '../../recorded-text.js'
import { pairOf } from '../pairs.js'
import { haproxyFiles } from './files.js'

const recorded = recordedIn(new URL('recorded/files.txt', import.meta.url))
const broker = 'listener 1884 127.0.0.1\nallow_anonymous true\n'

function moved(haproxy: string, more: Partial<SandboxOptions> = {}, mosquitto = broker) {
  const pair = pairOf(haproxy, mosquitto)
  const options = { ...plainOptions, folder: '/box', ip: 4, ...more } as const
  const keys = portKeys(pair, options.ip)
  return relocate(pair, { ...options, portOf: (key) => 40_000 + keys.indexOf(key) })
}

function copyText(haproxy: string, more: Partial<SandboxOptions>): string {
  const { haproxy: sources, brokers, leftOut, relocation } = moved(haproxy, more)
  const files = sources.flatMap((one) => one.files.map(({ name, text }) => `--- ${name}\n${text}`))
  const data = brokers.flatMap((one) =>
    one.files.slice(1).map(({ name, text }) => `--- ${name}: ${JSON.stringify(text)}`),
  )
  return [
    ...files,
    ...data,
    '---',
    `listens at ${sources.map((one) => `${one.listeners.map(formatSocketAddress).join(' ')} stats ${one.stats}`).join()}`,
    ...leftOut.map((one) => leftOutText(one)),
    ...relocation.unknownLines.map((span) => `only HAProxy can judge line ${span.line}`),
  ].join('\n')
}

describe.each(Object.entries(haproxyFiles))('the copy of a file: %s', (name, haproxy) => {
  test('to run', () => {
    recorded.expect(`${name}, to run`, copyText(haproxy, {}))
  })

  test('to be judged by haproxy -c', () => {
    recorded.expect(`${name}, to be judged`, copyText(haproxy, { purpose: 'judge' }))
  })
})

describe('the copy of the user’s own files', () => {
  const own: readonly (readonly [string, string, Partial<SandboxOptions>])[] = [
    ['with code that may run', 'global', { allowExec: true, stats: true }],
    ['with other sections, and code that may run', 'other sections', { allowExec: true }],
    ['over IPv6', 'binds', { ip: 6 }],
    ['where there is no IPv6', 'binds', { ipv6: false }],
    [
      'with certificates that are to be used',
      'binds',
      { certificate: (path) => (/dir/.test(path) ? undefined : `/mine${path}`) },
    ],
    ['with health checks that are asked', 'servers', { stats: true }],
    [
      'with lists that are here, and an address that is denied',
      'rules',
      { denied: '127.0.0.66', read: (path, from) => (path.endsWith('.lst') ? `${path} of ${from}\n` : undefined) },
    ],
    ['with a socket that is asked where there is no global', 'no global', { stats: true }],
  ]

  test.each(own)('%s', (name, file, more) => {
    recorded.expect(name, copyText(haproxyFiles[file] ?? '', more))
  })
})

test('a clash of two programs is told, once for each place that a second one wants', () => {
  const front = 'defaults\n    mode tcp\nlisten m\n    bind 127.0.0.1:1884\n    server s 127.0.0.1:1884\n'
  expect(clashes(moved(front))).toEqual(['127.0.0.1:40000'])
  expect(clashes(moved(front.replace('bind 127.0.0.1:1884', 'bind :1883')))).toEqual([])
})
