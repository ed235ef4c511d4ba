import { describe, expect, test } from 'vitest'
import { plainOptions, portKeys, relocate } from '../../../src/check/sandbox/relocate.js'
import { haproxyText, pairOf, strictListener } from '../pairs.js'

function moved(haproxy: string, mosquitto: string) {
  const pair = pairOf(haproxy, mosquitto)
  const keys = portKeys(pair, 4)
  const result = relocate(pair, {
    ...plainOptions,
    folder: '/box',
    ip: 4,
    portOf: (key) => 40_000 + keys.indexOf(key),
  })
  const text = (files: readonly { text: string }[]) => files.map((file) => file.text).join('')
  return {
    ...result,
    cfg: text(result.haproxy.flatMap((one) => one.files)),
    conf: text(result.brokers.flatMap((one) => one.files)),
  }
}

const portIn = (text: string, pattern: RegExp) => pattern.exec(text)?.[1]

describe('ports', () => {
  test('a server line and the listener it meant meet again', () => {
    const { cfg, conf } = moved(haproxyText(), strictListener)
    const server = portIn(cfg, /server one 127\.0\.0\.1:(\d+)/)
    expect(server).toMatch(/^400\d\d$/)
    expect(portIn(conf, /^listener (\d+) 127\.0\.0\.1$/m)).toBe(server)
    expect(portIn(cfg, /check port (\d+)/)).toBe(server)
  })

  test('a wrong port stays wrong', () => {
    const { cfg, conf } = moved(haproxyText({ server: '127.0.0.1:1999' }), strictListener)
    expect(portIn(cfg, /server one 127\.0\.0\.1:(\d+)/)).not.toBe(portIn(conf, /^listener (\d+)/m))
  })

  test('a clash of HAProxy and broker on one machine stays a clash', () => {
    const { cfg, conf } = moved(haproxyText({ bind: '*:1883', server: '127.0.0.1:1883' }), 'listener 1883\n')
    expect(portIn(cfg, /bind 127\.0\.0\.1:(\d+)/)).toBe(portIn(conf, /^listener (\d+)/m))
  })

  test('the same port on another machine is no clash', () => {
    const { cfg, conf } = moved(haproxyText({ bind: '*:1883', server: 'mosquitto:1883' }), 'listener 1883\n')
    const front = portIn(cfg, /bind 127\.0\.0\.1:(\d+)/)
    const behind = portIn(cfg, /server one 127\.0\.0\.1:(\d+)/)
    expect(front).not.toBe(behind)
    expect(portIn(conf, /^listener (\d+)/m)).toBe(behind)
  })

  test('a broker on another machine that listens on its loopback only is not reached', () => {
    const { cfg, conf } = moved(haproxyText({ server: '10.0.0.5:1884' }), strictListener)
    expect(portIn(cfg, /server one 127\.0\.0\.1:(\d+)/)).not.toBe(portIn(conf, /^listener (\d+)/m))
  })

  test('a server of another address family is not reached', () => {
    const { cfg, conf } = moved(haproxyText({ server: '[::1]:1884' }), strictListener)
    expect(cfg).toMatch(/server one \[::1\]:\d+/)
    expect(conf).toMatch(/^listener \d+ 127\.0\.0\.1$/m)
  })

  test('unix sockets lie in the sandbox, the same one for both', () => {
    const { cfg, conf } = moved(
      haproxyText({ server: 'unix@/run/mosquitto/mqtt.sock' }),
      'listener 0 /run/mosquitto/mqtt.sock\n',
    )
    expect(cfg).toContain('server one unix@/box/s1.sock')
    expect(conf).toContain('listener 0 /box/s1.sock')
  })
})

describe('everything of the original machine', () => {
  test('certificates become those of the sandbox, by role', () => {
    const { cfg } = moved(haproxyText(), strictListener)
    expect(cfg).toContain('ssl crt certs/haproxy/ verify required ca-file certs/client-ca.crt')
  })

  test('users, chroot, sockets, log servers and limits are left out', () => {
    const { cfg } = moved(haproxyText(), strictListener)
    expect(cfg).not.toMatch(/user haproxy|chroot|stats socket|\/dev\/log|maxconn/)
    expect(cfg).toContain('log stdout format raw local0')
  })

  test("broker logs, users, bridges and persistence are left out; listeners' options stay", () => {
    const { conf } = moved(
      haproxyText(),
      `user mosquitto\npersistence true\nlog_dest file /var/log/m.log\n${strictListener}connection out\naddress 10.1.1.1\n`,
    )
    expect(conf).not.toMatch(/^(user|persistence|log_dest|connection|address)/m)
    expect(conf).toContain('use_identity_as_username true')
  })

  test('every frontend logs its traffic, whatever the file says', () => {
    const { cfg } = moved(
      haproxyText({ more: '    log 10.0.0.9:514 local0\n    log-format "%ci"\n    option dontlognull\n' }),
      strictListener,
    )
    expect(cfg).not.toMatch(/10\.0\.0\.9|log-format "%ci"|dontlognull/)
    expect(cfg).toMatch(/frontend mqtt[\s\S]*log global\n\s+log-format '%ci:%cp .* out=%bi:%bp'/)
  })

  test('peers, mail and other programs are not run', () => {
    const { cfg } = moved(`${haproxyText()}peers friends\n    peer a 10.0.0.1:10000\n`, strictListener)
    expect(cfg).not.toContain('10.0.0.1')
  })
})

test('each line knows the line of the original file', () => {
  const haproxy = haproxyText()
  const { haproxy: processes } = moved(haproxy, strictListener)
  const file = processes[0]?.files[0]
  const at = (file?.text.split('\n').findIndex((line) => line.includes('server one')) ?? -1) + 1
  const original = haproxy.split('\n').findIndex((line) => line.includes('server one')) + 1
  expect(file?.originOf(at)?.line).toBe(original)
  const ours = (file?.text.split('\n').findIndex((line) => line.includes('log stdout')) ?? -1) + 1
  expect(file?.originOf(ours)).toBeUndefined()
})
