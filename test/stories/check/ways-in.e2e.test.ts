import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { casesOf, check } from './request.js'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mqtt-proxy-ways-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function checked(haproxy: string, mosquitto: string, kind: 'embedded' | 'mosquitto' = 'mosquitto') {
  const [cfg, conf] = [join(dir, 'haproxy.cfg'), join(dir, 'mosquitto.conf')]
  await writeFile(cfg, haproxy)
  await writeFile(conf, mosquitto)
  const run = await check({
    haproxyConfigs: [cfg],
    brokerConfigs: [conf],
    brokers: [{ kind, program: undefined }],
    timeoutMs: 3000,
  })
  const failed = casesOf(run, 'failed')
  return { run, failed, ids: failed.map((one) => one.id), likely: failed.flatMap((one) => one.likely ?? []) }
}

const defaults = `defaults
    mode tcp
    timeout connect 5s
    timeout client 2h
    timeout server 2h
`
const v2 = 'listener 1884 127.0.0.1\nenable_proxy_protocol 2\nallow_anonymous true\n'
const cn = `${v2}proxy_protocol_v2_require_tls true\nrequire_certificate true\nuse_identity_as_username true\n`
const tls = 'ssl crt /etc/haproxy/site.pem ca-file /etc/haproxy/ca.pem verify required'

const chain = (bind: string, first: string, inner: string, last: string) => `${defaults}frontend edge
    bind *:8883 ${bind}
    default_backend to_inner
backend to_inner
    server inner 127.0.0.1:9883 ${first}
frontend inner
    bind 127.0.0.1:9883 ${inner}
    default_backend to_broker
backend to_broker
    server broker 127.0.0.1:1884 ${last}
`

describe('an entry that wants a header', () => {
  test.each([
    ['accept-proxy', 'bind *:1883 accept-proxy'],
    ['expect-proxy', 'bind *:1883\n    tcp-request connection expect-proxy layer4'],
    ['accept-proxy in front of TLS', 'bind *:8883 accept-proxy ssl crt /etc/haproxy/site.pem'],
  ])('%s: clients bring one, and the broker sees whom it claims', async (_, bind) => {
    const { run, ids } = await checked(
      `${defaults}frontend f\n    ${bind}\n    default_backend b\nbackend b\n    server s 127.0.0.1:1884 send-proxy-v2\n`,
      v2,
    )
    expect(ids).toEqual([])
    expect(casesOf(run, 'passed').length).toBeGreaterThan(7)
  })
})

describe('a chain in one file', () => {
  test('the inner bind is no way in', async () => {
    const { run, ids } = await checked(chain('', 'send-proxy-v2', 'accept-proxy', 'send-proxy-v2'), v2)
    expect(ids).toEqual([])
    expect(run.result.groups).toHaveLength(1)
  })

  test('a hop that neither reads nor writes passes the header on', async () => {
    const { run, ids } = await checked(chain(tls, 'send-proxy-v2-ssl-cn', '', ''), cn)
    expect(ids).toEqual([])
    expect(run.result.groups.map((group) => group.id)).toEqual(['proxy-mtls-cn'])
  })

  test('a hop that reads the header loses the CN, and that is what is blamed', async () => {
    const { ids, likely } = await checked(
      chain(tls, 'send-proxy-v2-ssl-cn', 'accept-proxy', 'send-proxy-v2-ssl-cn'),
      cn,
    )
    expect(ids).toContain('proxy-mtls-cn/connect-5.0')
    expect(new Set(likely.map((one) => one.line)).size).toBe(1)
    expect(likely[0]?.message).toMatch(/cannot carry the CN/)
  })
})

test('a service beside MQTT is left alone', async () => {
  const beside = 'listen dashboard\n    bind *:18083\n    server d 127.0.0.1:18084\n'
  const { run, ids } = await checked(
    `${defaults}listen m\n    bind *:1883\n    server s 127.0.0.1:1884 send-proxy-v2\n${beside}`,
    v2,
  )
  expect(ids).toEqual([])
  expect(run.result.groups).toHaveLength(1)
})

test('binds of both families of one port are both served', async () => {
  const { run, ids } = await checked(
    `${defaults}frontend f\n    bind 0.0.0.0:1883\n    bind :::1883 v4v6\n    default_backend b\nbackend b\n    server s 127.0.0.1:1884 send-proxy-v2\n`,
    v2,
  )
  expect(ids).toEqual([])
  expect(run.result.groups).toHaveLength(2)
})

test('no more connections are made than the file allows', async () => {
  const { ids } = await checked(
    `${defaults}listen m\n    bind *:1883\n    server s 127.0.0.1:1884\n`,
    'listener 1884 127.0.0.1\nallow_anonymous true\nmax_connections 3\n',
  )
  expect(ids).toEqual([])
})

describe('what HAProxy refuses of the file as it is', () => {
  const good = `${defaults}listen m\n    bind *:1883\n    server s 127.0.0.1:1884 send-proxy-v2\n`
  test.each([
    ['a last line without a line feed', good.trimEnd(), 8],
    ['a keyword that was removed', `global\n    nbproc 2\n${good}`, 2],
    ['a misspelled keyword', good.replace('    bind', '    defualt_backend x\n    bind'), 7],
    ['a misspelled word of a bind', good.replace('*:1883', '*:1883 acept-proxy'), 7],
  ])('%s', async (_, haproxy, line) => {
    const { ids, likely } = await checked(haproxy, v2, 'embedded')
    expect(ids).toEqual([expect.stringMatching(/\/configs-accepted$/)])
    expect(likely[0]).toMatchObject({ file: join(dir, 'haproxy.cfg'), line })
  })
})

test('a branch for other releases, and a port from setenv, are read as HAProxy reads them', async () => {
  const { ids } = await checked(
    `global\n    setenv TO 1884\n${defaults}listen m\n.if version_atleast(2.4)\n    bind *:1883\n.else\n    bind *:1999\n.endif\n    server s 127.0.0.1:\${TO} send-proxy-v2\n`,
    v2,
    'embedded',
  )
  expect(ids).toEqual([])
})

test('a file of another broker is a usage error that names the broker to run', async () => {
  const conf = join(dir, 'rabbitmq.conf')
  await writeFile(conf, 'mqtt.listeners.tcp.1 = 127.0.0.1:1884\nmqtt.proxy_protocol = true\n')
  await writeFile(
    join(dir, 'haproxy.cfg'),
    `${defaults}listen m\n    bind *:1883\n    server s 127.0.0.1:1884 send-proxy-v2\n`,
  )
  const run = check({ haproxyConfigs: [join(dir, 'haproxy.cfg')], brokerConfigs: [conf] })
  await expect(run).rejects.toMatchObject({
    code: 'MP-CONFIG-KIND',
    exit: 2,
    hints: [expect.stringContaining('--broker rabbitmq')],
  })
})
