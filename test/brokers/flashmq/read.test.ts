import { describe, expect, it } from 'vitest'
import { readBroker } from '../../../src/brokers/index.js'
import { recognise } from '../../../src/brokers/recognise.js'
import { applyEdits } from '../../../src/config/edit.js'

const read = (text: string) => readBroker('flashmq', text, 'flashmq.conf').listeners
const listen = (body: string) => read(`listen {\n${body}\n}\n`)

describe('the listeners of FlashMQ', () => {
  it.each([
    ['', 'tcp', 1883],
    ['fullchain a\nprivkey b', 'tls', 8883],
    ['protocol websockets', 'ws', 8080],
    ['protocol websockets\nfullchain a\nprivkey b', 'wss', 4443],
    ['protocol mqtt\nport 1999', 'tcp', 1999],
  ])('%j', (body, transport, port) => {
    expect(listen(body)).toMatchObject([{ transport, endpoint: { kind: 'tcp', host: undefined, port } }])
  })

  it('stand on an address of each family, or on one of them', () => {
    const hosts = (body: string) => listen(body).map((one) => one.endpoint)
    expect(hosts('inet4_bind_address 127.0.0.1\ninet6_bind_address ::1\nport 1884')).toEqual([
      { kind: 'tcp', host: '127.0.0.1', port: 1884 },
      { kind: 'tcp', host: '::1', port: 1884 },
    ])
    expect(hosts('inet_protocol ip4\nport 1884')).toEqual([{ kind: 'tcp', host: undefined, port: 1884, family: 4 }])
    expect(hosts('inet_protocol unix\nunix_socket_path /run/f.sock')).toEqual([{ kind: 'unix', path: '/run/f.sock' }])
  })

  it.each([
    ['off', [], false],
    ['on', [2], false],
    ['yes', [2], false],
    ['client_verification', [2], true],
    ['client_verification_with_authn', [2], true],
  ])('haproxy %s', (mode, accepts, needsCn) => {
    const [one] = listen(`  haproxy ${mode}`)
    expect(one?.header).toMatchObject({ accepts, local: 'closes' })
    expect(one?.cnAsUsername !== undefined).toBe(needsCn)
  })

  it('are not those for other protocols, nor what a bridge says', () => {
    expect(listen('protocol acme\nport 80')).toEqual([])
    expect(read('bridge {\n  address other\n  port 1\n}\nlisten {\n  port 1884\n}\n')).toHaveLength(1)
  })

  it('let nameless clients in where they say so themselves, or the file does', () => {
    const [a, b] = read('allow_anonymous true\nlisten {\n}\nlisten {\n allow_anonymous false\n}\n')
    expect([a?.login.anonymous.value, b?.login.anonymous.value]).toEqual([true, false])
  })
})

it.each(['listen {\n  port 1884\n}\n', 'listen {\n  haproxy off\n}\n'])('an edit turns the header on: %j', (before) => {
  const edit = read(before)[0]?.edits.enableHeader(2)
  expect(read(applyEdits(before, edit?.edits ?? []))[0]?.header.accepts).toEqual([2])
  expect(read(before)[0]?.edits.enableHeader(1)).toBeUndefined()
})

it('is recognised, not taken for Mosquitto or HAProxy', () => {
  expect(recognise('listen {\n  protocol mqtt\n  port 1883\n  haproxy on\n}\n', 'x.conf')).toBe('flashmq')
  expect(recognise('allow_anonymous true\nlog_level debug\nmax_qos 2\nlisten {\n  port 1884\n}\n', 'x.conf')).toBe(
    'flashmq',
  )
})
