import { describe, expect, test } from 'vitest'
import { plainOptions, portKeys, relocate } from '../../../src/check/sandbox/relocate.js'
import { brokerSource } from '../../../src/stories/check/sources.js'
import { haproxyText, pairOf } from '../pairs.js'

function moved(flashmq: string, haproxy = haproxyText({ server: '127.0.0.1:1884' })) {
  const pair = { ...pairOf(haproxy, ''), brokers: [brokerSource('flashmq.conf', flashmq, [])] }
  const keys = portKeys(pair, 4)
  const portOf = (key: string) => 40_000 + keys.indexOf(key)
  const result = relocate(pair, { ...plainOptions, folder: '/box', ip: 4, portOf })
  const conf = result.brokers[0]?.files[0]?.text ?? ''
  const server = /server one 127\.0\.0\.1:(\d+)/.exec(result.haproxy[0]?.files[0]?.text ?? '')?.[1]
  return {
    ...result,
    conf,
    server,
    left: result.leftOut
      .filter(({ span }) => span.file === 'flashmq.conf')
      .map(({ what, reach }) => `${what}: ${reach}`),
  }
}

describe('a flashmq.conf in the sandbox', () => {
  test('listens on loopback where HAProxy looks for it, in one block as in the file', () => {
    const { conf, server } = moved('listen {\n  port 1884\n  haproxy on\n}\n')
    expect(conf).toBe(`listen {\ninet_protocol ip4\ninet4_bind_address 127.0.0.1\nport ${server}\n  haproxy on\n}\n`)
  })

  test('keeps the families of its addresses', () => {
    const both = moved('listen {\n inet4_bind_address 127.0.0.1\n inet6_bind_address ::1\n port 1884\n}\n')
    expect(both.conf).toMatch(/inet_protocol ip4_ip6\ninet4_bind_address 127\.0\.0\.1\ninet6_bind_address ::1\n/)
    const six = moved('listen {\n inet_protocol ip6\n inet6_bind_address ::1\n port 1884\n}\n')
    expect(six.conf).toMatch(/inet_protocol ip6\ninet6_bind_address ::1\n/)
  })

  test('never takes the real port 1883 when no block names one', () => {
    const { conf } = moved('allow_anonymous true\nwills_enabled true\n')
    expect(conf).toMatch(
      /^allow_anonymous true\nwills_enabled true\nlisten \{\ninet_protocol ip4\ninet4_bind_address 127\.0\.0\.1\n/,
    )
    expect(/port (\d+)/.exec(conf)?.[1]).toMatch(/^400\d\d$/)
  })

  test('has no bridge, no plugin, no folder of its machine', () => {
    const { conf, left } = moved(
      'plugin /usr/lib/evil.so\nstorage_dir /var/lib/flashmq\nbridge {\n  address other\n  publish a/#\n}\nlisten {\n  port 1884\n}\n',
    )
    expect(conf).not.toMatch(/evil|var|bridge|other|publish/)
    expect(left).toEqual([
      'plugin /usr/lib/evil.so: loads code',
      'storage_dir /var/lib/flashmq: writes a file',
      'bridge {: connects elsewhere',
    ])
  })

  test('ends TLS with certificates of the sandbox, and a password file is a copy', () => {
    const { conf } = moved(
      'mosquitto_password_file /etc/p\nlisten {\n  port 8884\n  fullchain /etc/c.pem\n  privkey /etc/k.pem\n}\n',
    )
    expect(conf).not.toContain('/etc/')
    expect(conf).toMatch(/mosquitto_password_file \/box\/files\/1-p\n/)
  })

  test('hands a setting that nobody knows to FlashMQ without its value', () => {
    const { conf } = moved('run_this /bin/rm\nlisten {\n  port 1884\n}\n')
    expect(conf).toMatch(/^run_this on\n/)
  })
})
