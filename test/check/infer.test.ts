import { expect, test } from 'vitest'
import { inferScenario } from '../../src/check/infer.js'
import { routesOf } from '../../src/check/routes.js'
import { haproxyText, pairOf, strictListener } from './pairs.js'

function inferred(haproxy: string, mosquitto: string) {
  const pair = pairOf(haproxy, mosquitto)
  const [route] = routesOf(pair)
  if (route === undefined) throw new Error('no way in')
  return inferScenario(pair, route)
}

const open = 'listener 1884 127.0.0.1\nallow_anonymous true\n'

test.each([
  ['tcp', '*:1883', '127.0.0.1:1884', open],
  ['tls', '*:8883 ssl crt /c/', '127.0.0.1:1884', open],
  ['mtls', '*:8883 ssl crt /c/ verify required ca-file /ca', '127.0.0.1:1884', open],
  ['proxy', '*:1883', '127.0.0.1:1884 send-proxy-v2', `${open}enable_proxy_protocol 2\n`],
  ['proxy-v1', '*:1883', '127.0.0.1:1884 send-proxy', `${open}enable_proxy_protocol 1\n`],
  [
    'proxy-mtls-cn',
    '*:8883 ssl crt /c/ verify required ca-file /ca',
    '127.0.0.1:1884 send-proxy-v2-ssl-cn',
    strictListener,
  ],
])('%s is recognised from what the files do', (id, bind, server, mosquitto) => {
  expect(inferred(haproxyText({ bind, server }), mosquitto).scenario.id).toBe(id)
})

test('a header that is sent and not read, or read and not sent, is meant', () => {
  const sent = inferred(haproxyText({ bind: '*:1883', server: '127.0.0.1:1884 send-proxy-v2' }), open)
  expect(sent.scenario.id).toBe('proxy')
  const read = inferred(haproxyText({ bind: '*:1883', server: '127.0.0.1:1884' }), `${open}enable_proxy_protocol 2\n`)
  expect(read.scenario.id).toBe('proxy')
  expect(read.assumed).toEqual([expect.stringContaining('HAProxy is meant to send one')])
})

test('what the broker insists on has to come from HAProxy', () => {
  const { scenario } = inferred(
    haproxyText({ bind: '*:8883 ssl crt /c/', server: '127.0.0.1:1884 send-proxy-v2' }),
    strictListener,
  )
  expect(scenario.id).toBe('proxy-mtls-cn')
})

test('an SSL TLV behind a bind without TLS tells no more than v2', () => {
  const text = haproxyText({ bind: '*:1883', server: '127.0.0.1:1884 send-proxy-v2-ssl' })
  expect(inferred(text, `${open}enable_proxy_protocol 2\n`).scenario.header).toBe('v2')
})

test('a combination that is in no table has its own expectations', () => {
  const text = haproxyText({ bind: '*:8883 ssl crt /c/', server: '127.0.0.1:1884 send-proxy-v2' })
  const { scenario } = inferred(text, `${open}enable_proxy_protocol 2\n`)
  expect([scenario.client, scenario.header, scenario.number]).toEqual(['tls', 'v2', undefined])
  expect(scenario.outcomes.map((row) => row.id)).toContain('plain-client')
})

test('every way in is a route, statistics pages are not', () => {
  const more =
    'listen stats\n    bind *:8404\n    mode http\n    stats enable\n    server x 127.0.0.1:1\nfrontend plain\n    bind *:1883\n    default_backend brokers\n'
  const routes = routesOf(pairOf(haproxyText({ more }), strictListener))
  expect(routes.map((route) => route.proxy.name)).toEqual(['plain', 'mqtt'])
})
