import { describe, expect, test } from 'vitest'
import { copy } from '../../../src/brokers/emqx/copy.js'
import { readBroker } from '../../../src/brokers/index.js'
import { plainOptions, portKeys, relocate } from '../../../src/check/sandbox/relocate.js'
import { haproxyText, pairOf } from '../pairs.js'

function moved(emqx: string, env: Record<string, string> = {}) {
  const context = { env: (name: string) => env[name] }
  const copyable = copy(emqx, 'emqx.conf', context)
  if ('cannot' in copyable) throw new Error(copyable.cannot)
  const meaning = readBroker('emqx', emqx, 'emqx.conf', context)
  const pair = {
    ...pairOf(haproxyText({ server: '127.0.0.1:1884' }), ''),
    brokers: [{ copy: copyable, others: [], meaning }],
  }
  const keys = portKeys(pair, 4)
  const portOf = (key: string) => 40_000 + keys.indexOf(key)
  const result = relocate(pair, { ...plainOptions, folder: '/box', ip: 4, portOf })
  const conf = result.brokers[0]?.files[0]?.text ?? ''
  const server = /server one 127\.0\.0\.1:(\d+)/.exec(result.haproxy[0]?.files[0]?.text ?? '')?.[1]
  const left = result.leftOut.filter(({ span }) => span.file === 'emqx.conf')
  return { file: result.brokers[0]?.files[0], conf, server, left: left.map(({ what, reach }) => `${what}: ${reach}`) }
}

describe('an emqx.conf in the sandbox', () => {
  test('is one line a setting, and listens where HAProxy looks for it', () => {
    const { conf, server, file } = moved(
      'listeners.tcp.default {\n  bind = "127.0.0.1:1884"\n  proxy_protocol = true\n  proxy_protocol_timeout = 3s\n}\n',
    )
    expect(conf).toContain('listeners.tcp.default.proxy_protocol = true\n')
    expect(conf).toContain('listeners.tcp.default.proxy_protocol_timeout = 3s\n')
    expect(conf).toContain(`listeners.tcp.default.bind = "127.0.0.1:${server}"\n`)
    expect(file?.originOf(1)).toMatchObject({ file: 'emqx.conf', line: 3 })
  })

  test('means the same when it is read again', () => {
    const { conf } = moved(
      'listeners { tcp { default { bind = 1884, proxy_protocol = true } } }\nmqtt { peer_cert_as_username = cn, max_packet_size = 2MB }\n',
    )
    const [one] = readBroker('emqx', conf, 'emqx.conf').listeners
    expect(one).toMatchObject({ cn: 'believed', header: { accepts: [1, 2] }, limits: { packet: { value: 2_097_152 } } })
  })

  test('never takes a real port: listeners that nobody wrote are moved, those turned off stay off', () => {
    const { conf } = moved(
      'listeners.ws.default.enable = false\nlisteners.wss.default = marked_for_deletion\nlisteners.quic.default { bind = 14567 }\n',
    )
    expect(
      [...conf.matchAll(/listeners\.(\w+)\.default\.bind = "127\.0\.0\.1:400\d\d"/g)].map((one) => one[1]),
    ).toEqual(['tcp', 'ssl'])
    expect(conf).toMatch(/ws\.default\.enable = false\n/)
    expect(conf).toMatch(/wss\.default = marked_for_deletion\n/)
    expect(conf).not.toContain('quic')
  })

  test('has no node, no cluster, no bridge, no plugin, no dashboard of its machine', () => {
    const { conf, left } = moved(
      'node { name = "emqx@10.0.0.1", cookie = secret, data_dir = "/var/lib/emqx" }\ncluster.discovery_strategy = dns\nbridges.mqtt.x { server = "other:1883" }\nplugins.states = [{ name_vsn = evil, enable = true }]\ndashboard.listeners.http.bind = 18083\n',
    )
    expect(conf).not.toMatch(/secret|var|dns|other|evil|18083/)
    expect(left.map((one) => one.replace(/.*: /, ''))).toEqual([
      'belongs to its machine',
      'belongs to its machine',
      'belongs to its machine',
      'connects elsewhere',
      'connects elsewhere',
      'loads code',
      'belongs to its machine',
    ])
  })

  test('ends TLS with certificates of the sandbox', () => {
    const { conf } = moved(
      'listeners.ssl.default {\n  bind = 8884\n  ssl_options { certfile = "/etc/c.pem", keyfile = "/etc/k.pem", cacertfile = "/etc/ca.pem" }\n}\n',
    )
    expect(conf).not.toContain('/etc/')
    expect(conf).toMatch(/ssl_options\.certfile = ".*certs\/.*"\n/)
  })

  test('asks no database of others, and says so', () => {
    const { conf, left } = moved(
      'authentication = [\n  { mechanism = password_based, backend = mysql, server = "db:3306" }\n]\n',
    )
    expect(conf).not.toContain('mysql')
    expect(left).toEqual([expect.stringMatching(/^authentication = .*: connects elsewhere$/)])
    const own = moved('authentication = [{ mechanism = password_based, backend = built_in_database }]\n')
    expect(own.conf).toMatch(/^authentication = \[\{mechanism = password_based, backend = built_in_database\}\]\n/)
  })

  test('has in it what the environment says', () => {
    const { conf } = moved('listeners.tcp.default.proxy_protocol = false\n', {
      EMQX_LISTENERS__TCP__DEFAULT__PROXY_PROTOCOL: 'true',
      EMQX_MQTT__PEER_CERT_AS_USERNAME: '"cn"',
    })
    expect(conf).toContain('listeners.tcp.default.proxy_protocol = true\n')
    expect(conf).toContain('mqtt.peer_cert_as_username = cn\n')
  })

  test('is refused where EMQX cannot read it either', () => {
    const copyable = copy('listeners.tcp.default {\n', 'emqx.conf')
    expect('refused' in copyable && copyable.refused).toMatchObject([{ code: 'hocon' }])
  })
})
