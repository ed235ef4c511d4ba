import { describe, expect, it } from 'vitest'
import { readBroker } from '../../../src/brokers/index.js'
import { applyEdits } from '../../../src/config/edit.js'
import { lint } from '../../../src/lint/run.js'
import { readWorkspace } from '../../../src/lint/workspace.js'

const conf = (text: string) => readBroker('rabbitmq', text, 'rabbitmq.conf')
const classic = (text: string, file = 'rabbitmq.config') => readBroker('rabbitmq', text, file)
const ports = (file: ReturnType<typeof conf>) =>
  file.listeners.map((one) => [one.transport, one.endpoint.kind === 'tcp' ? one.endpoint.port : undefined, one.written])

describe('the listeners that RabbitMQ opens by itself', () => {
  it('is 1883 on every address, whatever else the file speaks of', () => {
    expect(ports(conf('vm_memory_high_watermark.relative = 0.4\n'))).toEqual([['tcp', 1883, false]])
    expect(ports(conf('mqtt.listeners.ssl.default = 8883\n'))).toEqual([
      ['tcp', 1883, false],
      ['tls', 8883, true],
    ])
    expect(ports(conf('mqtt.listeners.tcp = none\n'))).toEqual([])
    expect(ports(conf('mqtt.listeners.tcp.1 = 1999\n'))).toEqual([['tcp', 1999, true]])
  })

  it('is 15675 as well once the file speaks of Web MQTT', () => {
    expect(ports(conf('mqtt.listeners.tcp = none\nweb_mqtt.proxy_protocol = true\n'))).toEqual([['ws', 15675, false]])
    expect(ports(conf('web_mqtt.tcp.port = 8099\nmqtt.listeners.tcp = none\n'))).toEqual([['ws', 8099, true]])
  })

  it('takes the switch of its plugin, not that of the other', () => {
    const { listeners } = conf('web_mqtt.proxy_protocol = true\n')
    expect(listeners.map((one) => [one.transport, one.header.accepts])).toEqual([
      ['tcp', []],
      ['ws', [1, 2]],
    ])
  })
})

describe('who may come in', () => {
  it('are its own users always, nameless clients unless told otherwise, guest from loopback', () => {
    const [open] = conf('mqtt.proxy_protocol = true\n').listeners
    expect(open?.login).toMatchObject({ anonymous: { value: true }, guest: 'by header' })
    expect(open?.login.users).toBeDefined()
    const [closed] = conf('mqtt.allow_anonymous = false\nloopback_users.guest = false\n').listeners
    expect(closed?.login).toMatchObject({ anonymous: { value: false }, guest: undefined })
    expect(conf('anonymous_login_user = none\n').listeners[0]?.login.anonymous.value).toBe(false)
  })

  it('never is the CN of a header', () => {
    const [one] = conf('mqtt.ssl_cert_login = true\nmqtt.proxy_protocol = true\n').listeners
    expect(one).toMatchObject({ cn: 'never', certificateLogin: { line: 1 } })
  })
})

describe('the classic format', () => {
  const text = `%% a comment, with {rabbitmq_mqtt, [{proxy_protocol, true}]}
[
 {rabbit, [{loopback_users, []}, {ssl_options, [{verify, verify_peer}, {fail_if_no_peer_cert, true}]}]},
 {rabbitmq_mqtt, [{tcp_listeners, [{"127.0.0.1", 1884}, {"::", 1885}]}, {ssl_listeners, [8883]},
                  {allow_anonymous, false}, {default_user, <<"iot">>}, {proxy_protocol, true}]},
 {'rabbitmq_web_mqtt', [{tcp_config, [{port, 15680}, {ip, "127.0.0.1"}]}]}
].
`
  it('is read with places', () => {
    const { listeners, problems } = classic(text)
    expect(problems).toEqual([])
    expect(listeners.map((one) => [one.endpoint, one.transport, one.header.accepts, one.span.line])).toEqual([
      [{ kind: 'tcp', host: '127.0.0.1', port: 1884 }, 'tcp', [1, 2], 4],
      [{ kind: 'tcp', host: undefined, port: 1885 }, 'tcp', [1, 2], 4],
      [{ kind: 'tcp', host: undefined, port: 8883 }, 'tls', [1, 2], 4],
      [{ kind: 'tcp', host: '127.0.0.1', port: 15680 }, 'ws', [], 6],
    ])
    expect(listeners[2]?.ownCertificate).toBe('required')
    expect(listeners[0]?.login).toMatchObject({ anonymous: { value: false }, guest: undefined })
  })

  it.each([
    ['[{rabbitmq_mqtt, [{tcp_listeners, [1884]}]}].\n', '[{proxy_protocol, true}, {tcp_listeners, [1884]}]'],
    ['[{rabbitmq_mqtt, []}].\n', '[{proxy_protocol, true}]'],
    ['[{rabbitmq_mqtt, [{proxy_protocol, false}]}].\n', '[{proxy_protocol, true}]'],
  ])('is edited in place: %j', (before, after) => {
    const [listener] = classic(before).listeners
    const edit = listener?.edits.enableHeader(2)
    expect(applyEdits(before, edit?.edits ?? [])).toContain(after)
    expect(classic(applyEdits(before, edit?.edits ?? [])).listeners[0]?.header.accepts).toEqual([1, 2])
  })

  it('makes no default listener of an advanced.config: its rabbitmq.conf says the rest', () => {
    expect(classic('[{rabbit, []}].\n', 'etc/advanced.config').listeners).toEqual([])
    expect(ports(classic('[{rabbit, []}].\n'))).toEqual([['tcp', 1883, false]])
  })

  it.each(['[{rabbit, [}].\n', '[{rabbit, []}]\n', '[{rabbit, []}]. junk', '[', `${'['.repeat(5000)}`])(
    'is said once not to be read where it is broken: %j',
    (broken) => {
      const { problems, unread, listeners } = classic(broken)
      expect(problems.map((one) => one.code)).toEqual(['format-unread'])
      expect(unread.map((one) => one.what)).toEqual(['format'])
      expect(listeners).toEqual([])
    },
  )
})

it('the switch is set on its own line, or above the first one', () => {
  for (const [before, after] of [
    ['mqtt.listeners.tcp.1 = 1884\nx.y = 1\n', 'mqtt.listeners.tcp.1 = 1884\nmqtt.proxy_protocol = true\nx.y = 1\n'],
    ['default_vhost = /\n', 'mqtt.proxy_protocol = true\ndefault_vhost = /\n'],
    [
      'mqtt.proxy_protocol = false\nmqtt.listeners.tcp.1 = 1884\n',
      'mqtt.proxy_protocol = true\nmqtt.listeners.tcp.1 = 1884\n',
    ],
  ] as const) {
    const edit = conf(before).listeners[0]?.edits.enableHeader(2)
    expect(applyEdits(before, edit?.edits ?? [])).toBe(after)
  }
})

describe('guest, who may come from loopback only', () => {
  const guest = (text: string) => readBroker('rabbitmq', text, 'rabbitmq.conf').listeners[0]?.login.guest

  it.each([
    ['mqtt.proxy_protocol = true\n', 'by header'],
    ['mqtt.proxy_protocol = true\nanonymous_login_user = guest\n', 'by header'],
    // With this name nothing newer than 3.12 starts, and 3.10.8 looks at the socket.
    ['mqtt.proxy_protocol = true\nmqtt.default_user = guest\n', 'by socket'],
    ['mqtt.proxy_protocol = true\nloopback_users = none\n', undefined],
    ['mqtt.proxy_protocol = true\nloopback_users.guest = false\n', undefined],
    ['[{rabbitmq_mqtt, [{proxy_protocol, true}]}].\n', 'by header'],
    ['[{rabbitmq_mqtt, [{proxy_protocol, true}, {default_user, <<"guest">>}]}].\n', 'by socket'],
    ['[{rabbit, [{loopback_users, []}]}, {rabbitmq_mqtt, [{proxy_protocol, true}]}].\n', undefined],
  ])('%j: %s', (text, by) => expect(guest(text)).toBe(by))

  it('is told where the listener is open to the network, and only where the header decides', () => {
    const told = (more: string) => {
      const haproxy =
        'frontend f\n mode tcp\n bind :1883\n default_backend b\nbackend b\n mode tcp\n server s 127.0.0.1:1884 send-proxy-v2\n'
      const files = [
        { path: 'haproxy.cfg', dialect: 'haproxy' as const, text: haproxy },
        {
          path: 'rabbitmq.conf',
          dialect: 'rabbitmq' as const,
          text: `mqtt.listeners.tcp.1 = 1884\nmqtt.proxy_protocol = true\n${more}`,
        },
      ]
      const { input } = readWorkspace(files)
      const found = lint({ ...input, keepalive: 60, now: 0 }).find(({ code }) => code === 'MP407')
      return found?.message.includes('guest')
    }
    expect(told('')).toBe(true)
    expect(told('mqtt.default_user = guest\n')).toBe(false)
    expect(told('loopback_users = none\n')).toBe(false)
  })
})
