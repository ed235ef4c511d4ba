import { describe, expect, it } from 'vitest'
import { lintFixture, parseFixture } from '../fixture.js'

const head = `global
    log stdout format raw local0

defaults
    mode tcp
    log global
    option tcplog
    timeout connect 5s
    timeout client 120s
    timeout server 120s

frontend mqtt_in
    bind 127.0.0.1:1883
    default_backend mqtt_out

backend mqtt_out
`
function found(code: string, files: Readonly<Record<string, string>>, options = ''): readonly string[] {
  const text = Object.entries(files).map(([name, body]) => `-- ${name} --\n${body}\n`)
  const fixture = parseFixture('own', `options: ${options}\n${text.join('')}`)
  return lintFixture(fixture, (one) => one, fixture.files, [code]).map(
    ({ message, at }) => `${at.file}:${at.line}:${at.column} ${message}`,
  )
}

describe('a server named after a broker that reads no header (MP434)', () => {
  const of = (server: string) => found('MP434', { 'haproxy.cfg': `${head}    server ${server}` })

  it.each([
    ['nanomq1 10.0.0.9:1883 send-proxy', 'NanoMQ'],
    ['s1 my-nats:1883 send-proxy-v2', 'NATS (its MQTT port)'],
    ['hivemq-ce 10.0.0.9:1883 check send-proxy-v2', 'HiveMQ Community Edition'],
    ['a mochi.example.org:1883 send-proxy', 'Mochi MQTT'],
  ])('%s', (server, name) => {
    const column = `    server ${server}`.indexOf('send-proxy') + 1
    const [finding, ...more] = of(server)
    expect(finding).toMatch(new RegExp(`^haproxy\\.cfg:17:${column} by its name this server is `))
    expect(finding).toContain(`this server is ${name}, which reads no PROXY header (`)
    expect(more).toEqual([])
  })

  it.each(['nanomq1 10.0.0.9:1883', 'broker1 10.0.0.9:1883 send-proxy', 'signats 10.0.0.9:1883 send-proxy'])(
    'says nothing of %s',
    (server) => {
      expect(of(server)).toEqual([])
    },
  )
})

describe('a Mosquitto that reads no header (MP416)', () => {
  const conf = 'listener 1884 127.0.0.1\nenable_proxy_protocol 2\nallow_anonymous true'
  const of = (version: string, text = conf) =>
    found('MP416', { 'mosquitto.conf': text }, `mosquitto-version=${version}`)

  it.each([
    ['1.6.9', true],
    ['2.0.0', true],
    ['2.0.21', true],
    ['2.1.0', false],
    ['2.1', false],
    ['2.10.0', false],
    ['3.0.0', false],
    ['3', false],
  ])('%s: %j', (version, says) => {
    expect(of(version)).toEqual(
      says ? [`mosquitto.conf:2:1 Mosquitto ${version} knows nothing of the PROXY protocol: 2.1 does`] : [],
    )
  })

  it('finds every option of it, and no other', () => {
    const text =
      'listener 1884 127.0.0.1\nenable_proxy_protocol 2\nproxy_protocol_v2_require_tls true\nallow_anonymous true'
    expect(of('2.0.21', text).map((line) => line.slice(0, 18))).toEqual(['mosquitto.conf:2:1', 'mosquitto.conf:3:1'])
    expect(of('2.0.21', 'listener 1884 127.0.0.1\nallow_anonymous true')).toEqual([])
  })

  it('says nothing where the version is not known', () => {
    expect(found('MP416', { 'mosquitto.conf': conf })).toEqual([])
  })
})

describe('a health check that sees TCP only (MP414)', () => {
  const conf = 'listener 1884 127.0.0.1\nenable_proxy_protocol 2\nallow_anonymous true'
  const of = (server: string, option = '') =>
    found('MP414', { 'haproxy.cfg': `${head}${option}    server s1 127.0.0.1:1884 ${server}`, 'mosquitto.conf': conf })

  it('is told at its word', () => {
    expect(of('check send-proxy-v2')).toEqual([
      'haproxy.cfg:17:30 the check of s1 (127.0.0.1:1884) sees TCP only, not MQTT',
    ])
  })

  it.each([
    ['send-proxy-v2', ''],
    ['check', ''],
    ['check send-proxy-v2', '    option tcp-check\n'],
    ['check send-proxy-v2', '    option httpchk\n'],
  ])('is none with %j and %j', (server, option) => {
    expect(of(server, option)).toEqual([])
  })
})
