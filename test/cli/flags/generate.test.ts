import { Parser } from '@oclif/core'
import { describe, expect, it } from 'vitest'
import GenBroker from '../../../src/cli/commands/gen/broker.js'
import GenHaproxy from '../../../src/cli/commands/gen/haproxy.js'
import { parseFlaws } from '../../../src/cli/flags/certificates.js'
import { deriveOptions } from '../../../src/cli/flags/generate.js'
import { parseHostPort, parseNetwork, parsePath, parseSeconds, parseSocket } from '../../../src/cli/flags/values.js'
import { derive } from '../../../src/scenarios/derive.js'
import { findScenario } from '../../../src/scenarios/find.js'
import type { DeriveOptions } from '../../../src/scenarios/options.js'

/** The first line of a generated file, read as the command line that it is. */
async function again(kind: 'haproxy' | 'broker', line: string): Promise<string> {
  const argv = line
    .replace(/^# mqtt-proxy gen \w+ /, '')
    .split(' ')
    .map((word) => word.replaceAll("'", ''))
  if (kind === 'haproxy') {
    const { args, flags } = await Parser.parse(argv, { args: GenHaproxy.args, flags: GenHaproxy.flags, strict: true })
    const { haproxy } = derive(findScenario(args.scenario), deriveOptions(flags))
    const file = flags.role === 'inner' ? haproxy[1] : haproxy[0]
    return file?.text ?? ''
  }
  const { args, flags } = await Parser.parse(argv, { args: GenBroker.args, flags: GenBroker.flags, strict: true })
  return derive(findScenario(args.scenario), deriveOptions(flags)).brokers[flags.instance - 1]?.files[0]?.text ?? ''
}

describe('the first line of a generated file', () => {
  const place = (port: number) => ({ host: '127.0.0.1', port })
  it.each<[string, DeriveOptions]>([
    ['proxy-mtls-cn', {}],
    ['tcp', { transport: 'wss', certs: '/etc/certs' }],
    ['proxy-tls', { transport: 'ws', tlsProfile: 'modern', keepalive: 300, annotate: false }],
    ['proxy', { listen: { host: '*', port: 1883 }, server: { host: '10.0.0.5', port: 1890 }, clientTimeout: 500 }],
    ['proxy', { ip: 6, haproxyVersion: '3.2', brokerVersion: '2.1.2' }],
    ['proxy', { server: { host: 'broker', port: 1884 }, brokerBind: '0.0.0.0' }],
    ['proxy', { server: { host: '*', port: 1900 } }],
    ['proxy', { socket: '/run/m.sock', keepalive: 0 }],
    ['proxy', { broker: 'rabbitmq', brokerVersion: '4.0' }],
    ['proxy', { broker: 'embedded' }],
    ['chain', { inner: place(4000) }],
    ['sticky', { server2: place(4001), listenBySource: place(4002) }],
    ['ip-acl', { deny: ['10.0.0.0/8', '192.0.2.1'] }],
  ])('of %s %o makes the same file again', async (id, options) => {
    const derived = derive(findScenario(id), options)
    for (const file of derived.haproxy) {
      expect(await again('haproxy', file.text.split('\n')[0] ?? '')).toBe(file.text)
    }
    for (const broker of derived.brokers) {
      const text = broker.files[0]?.text ?? ''
      expect(await again('broker', text.split('\n')[0] ?? '')).toBe(text)
    }
  })
})

describe('parseHostPort', () => {
  it.each([
    ['127.0.0.1:1884', { host: '127.0.0.1', port: 1884 }],
    ['[::1]:1884', { host: '::1', port: 1884 }],
    ['*:8883', { host: '*', port: 8883 }],
    [':8883', { host: '*', port: 8883 }],
    ['broker.example:1883', { host: 'broker.example', port: 1883 }],
  ])('reads %s', (text, expected) => {
    expect(parseHostPort(text)).toEqual(expected)
  })

  it.each([
    '1883',
    '127.0.0.1',
    '127.0.0.1:0',
    '127.0.0.1:65536',
    '::1:1883',
    '[127.0.0.1]:1883',
    'a b:1',
    'x:1:2',
    '',
  ])('refuses "%s" as usage', (text) => {
    expect(() => parseHostPort(text)).toThrow(expect.objectContaining({ exit: 2 }))
  })
})

describe('parseSeconds', () => {
  it.each([
    ['90', 90],
    ['90s', 90],
    ['5m', 300],
    ['1h', 3600],
    ['24d', 2_073_600],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseSeconds(text)).toBe(seconds)
  })

  it.each(['0', '25d', '1.5h', '-1', 'soon', '10ms'])('refuses "%s" as usage', (text) => {
    expect(() => parseSeconds(text)).toThrow(expect.objectContaining({ exit: 2 }))
  })
})

describe('parseNetwork', () => {
  it.each(['192.0.2.1', '10.0.0.0/8', '0.0.0.0/0', '::1', '2001:db8::/32', '2001:db8::1/128'])('takes %s', (text) => {
    expect(parseNetwork(text)).toBe(text)
  })

  it.each(['', 'host', '10.0.0.0/33', '10.0.0.0/', '10.0.0/8', '::/129', '10.0.0.0/8/8', '10.0.0.0/-1'])(
    'refuses "%s" as usage',
    (text) => {
      expect(() => parseNetwork(text)).toThrow(expect.objectContaining({ exit: 2 }))
    },
  )
})

describe('parsePath and parseSocket', () => {
  it('take what can stand in a configuration file', () => {
    expect(parsePath('/srv/my certs')).toBe('/srv/my certs')
    expect(parseSocket('/run/mqtt.sock')).toBe('/run/mqtt.sock')
  })

  it('refuse what would end the line, and sockets that the system or Mosquitto could not take', () => {
    for (const text of ['', 'a\nb', 'a\u0000b']) {
      expect(() => parsePath(text)).toThrow(expect.objectContaining({ exit: 2 }))
    }
    for (const text of ['/a b', `/${'x'.repeat(107)}`]) {
      expect(() => parseSocket(text)).toThrow(expect.objectContaining({ exit: 2 }))
    }
  })
})

describe('flags that can be given more than once', () => {
  it('leave the scenario behind them alone', async () => {
    const argv = ['--deny', '10.0.0.0/8', '--deny', '192.0.2.1', 'ip-acl']
    const { args, flags } = await Parser.parse(argv, { args: GenHaproxy.args, flags: GenHaproxy.flags, strict: true })
    expect(args.scenario).toBe('ip-acl')
    expect(flags.deny).toEqual(['10.0.0.0/8', '192.0.2.1'])
  })
})

describe('parseFlaws', () => {
  it('reads a list, once each, and all', () => {
    expect(parseFlaws('expired, no-cn,expired')).toEqual(['expired', 'no-cn'])
    expect(parseFlaws('all')).toEqual(expect.arrayContaining(['expired', 'no-cn', 'revoked']))
  })

  it('names the nearest', () => {
    expect(() => parseFlaws('expird')).toThrow(
      expect.objectContaining({ exit: 2, hints: expect.arrayContaining(['did you mean expired?']) }),
    )
  })
})
