import { describe, expect, it } from 'vitest'
import { Fault } from '../../src/kernel/errors.js'
import { older } from '../../src/kernel/version.js'
import { derive } from '../../src/scenarios/derive.js'
import { findScenario } from '../../src/scenarios/find.js'
import { type DeriveOptions, settle } from '../../src/scenarios/options.js'

function texts(id: string, options: DeriveOptions) {
  const derived = derive(findScenario(id), options)
  return {
    haproxy: derived.haproxy.map((file) => settings(file.text)),
    broker: derived.brokers.map((one) => settings(one.files[0]?.text ?? '')),
    derived,
  }
}

/** Without comments and indentation. */
function settings(text: string): string[] {
  return text.split('\n').flatMap((line) => (/^\s*(#|$)/.test(line) ? [] : [line.trim()]))
}

function refusal(id: string, options: DeriveOptions): Fault {
  try {
    derive(findScenario(id), options)
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('options of a derived pair', () => {
  it('listen: HAProxy binds it, the broker does not change', () => {
    const { haproxy, broker } = texts('proxy', { listen: { host: '*', port: 2883 } })
    expect(haproxy[0]).toContain('bind *:2883')
    expect(broker).toEqual(texts('proxy', {}).broker)
  })

  it('server: both files follow', () => {
    const { haproxy, broker } = texts('proxy', { server: { host: '10.0.0.5', port: 2884 } })
    expect(haproxy[0]?.join('\n')).toContain('server broker1 10.0.0.5:2884 ')
    expect(broker[0]).toContain('listener 2884 10.0.0.5')
  })

  it('brokerBind: the broker binds another address than HAProxy connects to', () => {
    const { haproxy, broker } = texts('proxy', { server: { host: 'broker', port: 1884 }, brokerBind: '0.0.0.0' })
    expect(haproxy[0]?.join('\n')).toContain('server broker1 broker:1884 ')
    expect(broker[0]).toContain('listener 1884 0.0.0.0')
  })

  it('server with a wildcard: the broker binds every address, HAProxy connects over loopback', () => {
    const { haproxy, broker } = texts('proxy', { server: { host: '*', port: 2884 } })
    expect(haproxy[0]?.join('\n')).toContain('server broker1 127.0.0.1:2884 ')
    expect(broker[0]).toContain('listener 2884 0.0.0.0')
    expect(texts('proxy', { server: { host: '*', port: 2884 } }).derived.brokers[0]?.files[0]?.text).toContain(
      'WARNING',
    )
  })

  it('socket: Mosquitto listens on it, HAProxy connects to it, and no port is left', () => {
    const { haproxy, broker, derived } = texts('proxy', { socket: '/run/mqtt/p.sock' })
    expect(haproxy[0]?.join('\n')).toContain('server broker1 unix@/run/mqtt/p.sock check')
    expect(broker[0]).toContain('listener 0 /run/mqtt/p.sock')
    expect(derived.brokers[0]?.listener).toEqual({ path: '/run/mqtt/p.sock' })
  })

  it('transport: ws is a WebSocket listener, tls and wss are passed through to the broker with its certificate', () => {
    expect(texts('proxy', { transport: 'ws' }).broker[0]).toContain('protocol websockets')
    const { haproxy, broker, derived } = texts('tcp', { transport: 'wss', certs: '/etc/mqtt' })
    expect(haproxy[0]?.join('\n')).not.toContain(' ssl ')
    expect(broker[0]).toEqual(
      expect.arrayContaining([
        'protocol websockets',
        'certfile /etc/mqtt/broker/server.crt',
        'keyfile /etc/mqtt/broker/server.key',
      ]),
    )
    expect(derived.certificates).toEqual({ haproxy: false, clientCa: false, broker: true })
  })

  it('transport: wss of a TLS scenario is WebSocket behind HAProxy', () => {
    const { broker, derived } = texts('proxy-tls', { transport: 'wss' })
    expect(broker[0]).toContain('protocol websockets')
    expect(derived.frontends[0]).toMatchObject({ port: 8443, tls: true, webSocket: true })
  })

  it('ip 6: every default address is ::1', () => {
    const { haproxy, broker } = texts('sticky', { ip: 6 })
    expect(haproxy.flat().filter((line) => line.startsWith('bind'))).toEqual(['bind [::1]:1883', 'bind [::1]:1893'])
    expect(broker.map((lines) => lines.find((line) => line.startsWith('listener')))).toEqual([
      'listener 1884 ::1',
      'listener 1885 ::1',
    ])
  })

  it('inner: the edge connects to it and the inner HAProxy binds it', () => {
    const [edge, inner] = texts('chain', { inner: { host: '127.0.0.1', port: 4001 } }).haproxy
    expect(edge?.join('\n')).toContain('server inner1 127.0.0.1:4001 ')
    expect(inner).toContain('bind 127.0.0.1:4001 accept-proxy')
  })

  it('server2 and listenBySource: the second broker and the second front door', () => {
    const { haproxy, broker } = texts('sticky', {
      server2: { host: '127.0.0.1', port: 5002 },
      listenBySource: { host: '127.0.0.1', port: 5003 },
    })
    expect(haproxy[0]?.filter((line) => line.startsWith('server broker2 127.0.0.1:5002 '))).toHaveLength(2)
    expect(haproxy[0]).toContain('bind 127.0.0.1:5003')
    expect(broker[1]).toContain('listener 5002 127.0.0.1')
  })

  it('deny: the addresses that the inner HAProxy refuses', () => {
    const [, inner] = texts('ip-acl', { deny: ['127.0.0.66', '10.0.0.0/8'] }).haproxy
    expect(inner).toContain('acl denied src 127.0.0.66 10.0.0.0/8')
  })

  it('clientTimeout: overrides what follows from the keepalive', () => {
    expect(texts('proxy', { clientTimeout: 300 }).haproxy[0]).toEqual(
      expect.arrayContaining(['timeout client 300s', 'timeout server 300s']),
    )
  })

  it('clientTimeout: says so when it is too short for the keepalive', () => {
    const text = (clientTimeout: number) => texts('proxy', { clientTimeout }).derived.haproxy[0]?.text
    expect(text(90)).toContain('WARNING: this cuts clients with a keepalive of 60 s; more than 90 s would not.')
    expect(text(91)).not.toContain('WARNING')
  })

  it('tlsProfile modern: TLS 1.3 only', () => {
    const lines = texts('tls', { tlsProfile: 'modern' }).haproxy[0]
    expect(lines).toContain('ssl-default-bind-options ssl-min-ver TLSv1.3 no-tls-tickets')
    expect(lines?.some((line) => line.startsWith('ssl-default-bind-ciphers '))).toBe(false)
  })

  it('certs: the folder as written into the files, quoted where it must be', () => {
    const bind = texts('mtls', { certs: '/srv/my certs' }).haproxy[0]?.find((line) => line.startsWith('bind'))
    expect(bind).toBe(
      "bind 127.0.0.1:8883 ssl crt '/srv/my certs/haproxy/' verify required ca-file '/srv/my certs/client-ca.crt'",
    )
  })

  it('annotate false: the same settings, and no comment but the command', () => {
    for (const id of ['proxy-mtls-cn', 'sticky', 'ip-acl']) {
      const [plain, annotated] = [texts(id, { annotate: false }), texts(id, {})]
      expect(plain.haproxy).toEqual(annotated.haproxy)
      expect(plain.broker).toEqual(annotated.broker)
      for (const file of plain.derived.haproxy) expect(file.text.match(/#/g)).toHaveLength(1)
    }
  })

  it('haproxyVersion: a version older than any that was run is named as untested', () => {
    const text = (haproxyVersion: string) => texts('proxy', { haproxyVersion }).derived.haproxy[0]?.text
    expect(text('2.4')).toContain('UNTESTED on HAProxy 2.4')
    for (const version of ['2.6', '2.6.12', '3.2']) expect(text(version)).not.toContain('UNTESTED')
  })

  it('brokerVersion: RabbitMQ 3.13 has other names for the anonymous user', () => {
    expect(texts('proxy', { broker: 'rabbitmq', brokerVersion: '4.0' }).broker[0]).toContain(
      'anonymous_login_user = guest',
    )
    expect(texts('proxy', { broker: 'rabbitmq', brokerVersion: '3.10' }).broker[0]).toContain(
      'mqtt.default_user = guest',
    )
  })
})

describe('pairs that cannot work', () => {
  it.each<[string, DeriveOptions, string]>([
    ['proxy', { broker: 'mosquitto', brokerVersion: '2.0' }, 'Mosquitto 2.0 has no PROXY protocol support'],
    ['proxy', { broker: 'mosquitto', brokerVersion: '2.0.21' }, 'has no PROXY protocol support'],
    ['proxy', { broker: 'hivemq-ce' }, 'HiveMQ Community Edition reads no PROXY headers (2026; '],
    ['proxy-v1', { broker: 'flashmq' }, 'version 2 headers only'],
    ['proxy-mtls-cn', { broker: 'rabbitmq' }, 'username from the CN'],
    ['proxy-mtls-cn', { broker: 'vernemq', transport: 'ws' }, 'on a WebSocket listener'],
    ['proxy', { broker: 'vernemq', ip: 6 }, 'IPv6'],
    ['proxy', { broker: 'vernemq', socket: '/tmp/s' }, 'unix socket'],
    ['proxy', { haproxyVersion: '2.2' }, 'needs HAProxy 2.4'],
    ['sticky', { haproxyVersion: '2.4.1' }, 'needs HAProxy 2.4.2'],
    ['proxy', { transport: 'tls' }, 'no transport "tls"'],
    ['sticky', { transport: 'ws' }, 'no transport "ws"'],
    ['tcp', { transport: 'tls', broker: 'artemis' }, 'keystore'],
  ])('%s %o is refused with the reason (exit 3)', (id, options, reason) => {
    const fault = refusal(id, options)
    expect(fault.exit).toBe(3)
    expect(fault.message).toContain(reason)
  })

  it('does not offer the broker that was just refused', () => {
    const hints = refusal('proxy', { broker: 'mosquitto', brokerVersion: '2.0' }).hints.join(' ')
    expect(hints).not.toMatch(/\bmosquitto\b/)
    expect(hints).toContain('vernemq')
  })

  it.each<[string, DeriveOptions]>([
    ['proxy', { inner: { host: '127.0.0.1', port: 1 } }],
    ['chain', { deny: ['10.0.0.0/8'] }],
    ['proxy', { server2: { host: '127.0.0.1', port: 1 } }],
    ['proxy', { listenBySource: { host: '127.0.0.1', port: 1 } }],
    ['proxy', { tlsProfile: 'modern' }],
    ['sticky', { socket: '/tmp/s' }],
    ['proxy', { broker: 'embedded', brokerVersion: '2.1' }],
  ])('%s %o: an option without a meaning there is a usage error', (id, options) => {
    expect(refusal(id, options).exit).toBe(2)
  })

  it.each<[string, DeriveOptions]>([
    ['proxy', { listen: { host: '127.0.0.1', port: 1884 } }],
    ['proxy', { listen: { host: '*', port: 1884 } }],
    ['chain', { inner: { host: '127.0.0.1', port: 1883 } }],
    ['sticky', { server2: { host: '127.0.0.1', port: 1884 } }],
  ])('%s %o: two programs on one port are a usage error', (id, options) => {
    expect(refusal(id, options)).toMatchObject({ exit: 2, message: expect.stringContaining('both take port') })
  })

  it('lets one port serve two machines', () => {
    const options = { listen: { host: '*', port: 1883 }, server: { host: '10.0.0.5', port: 1883 } }
    expect(settle(findScenario('proxy'), options).server.port).toBe(1883)
  })
})

describe('older', () => {
  it.each([
    ['2.0', '2.1', true],
    ['2.1', '2.1', false],
    ['2.1', '2.1.2', false],
    ['2.4.1', '2.4.2', true],
    ['2.10', '2.9', false],
    ['3', '2.9', false],
  ])('%s before %s: %s', (version, than, expected) => {
    expect(older(version, than)).toBe(expected)
  })
})
