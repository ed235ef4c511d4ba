import { describe, expect, it } from 'vitest'
import { parseLoggedIn } from '../../../src/brokers/flashmq/logged-in-line.js'
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

describe('what was measured on FlashMQ 1.26.2', () => {
  const faults = (body: string) => listen(body)[0]?.faults.map(({ kind, message }) => `${kind}: ${message}`)

  it('off does not take back an on above it, and the other way round the last one counts', () => {
    expect(listen('haproxy on\nhaproxy off')[0]?.header.accepts).toEqual([2])
    expect(listen('haproxy off\nhaproxy on')[0]?.header.accepts).toEqual([2])
    expect(listen('haproxy on\nhaproxy client_verification')[0]?.cnOption).toBe('haproxy client_verification')
  })

  it.each([
    ['haproxy on # headers', '"# headers" is too much'],
    ['allow_anonymous yes please', '"please" is too much'],
    ['proxy on', 'there is no setting "proxy" in a listen block'],
    ['port 65535', '"65535" is not a port'],
    ['allow_anonymous maybe', '"maybe" is neither true nor false'],
    ['client_verification_ca_file ca.pem', 'needs fullchain and privkey'],
    ['haproxy client_verification\nclient_verification_ca_file ca\nfullchain a\nprivkey b', 'cannot stand together'],
    ['inet_protocol unix\nunix_socket_path /run/f.sock\ninet4_bind_address 127.0.0.1', 'beside inet_protocol unix'],
  ])('%j keeps it from starting', (body, why) => {
    expect(faults(body)).toEqual([expect.stringContaining(why)])
    expect(faults(body)?.[0]).toMatch(/^cannot-be: .*FlashMQ does not start$/)
  })

  it('a value of haproxy that is none is refused', () => {
    expect(listen('haproxy maybe')[0]?.header).toMatchObject({ accepts: [], invalid: true })
  })

  it.each(['haproxy on', 'haproxy client_verification_with_authn', 'port 65534', 'allow_anonymous ON', 'max_qos 1'])(
    '%s is sound',
    (body) => expect(faults(body)).toEqual([]),
  )

  it.each([
    [
      "[2026-11-27 15:28:41.001] [NOTICE] [T 0] Client '[ClientID='one', username='', fd=15, keepalive=60s, transport='TCP/HAProxy/Non-SSL', address='203.0.113.9', prot=3.1.1, clean=1]' logged in successfully",
      { clientId: 'one', username: undefined, address: '203.0.113.9' },
    ],
    [
      "[2026-11-27 15:28:41.001] [NOTICE] [T 1] Client '[ClientID='o', username='x'', username='bob', fd=15, keepalive=60s, transport='TCP/HAProxy/SSL (TLSv1.3)', address='2001:db8::7', prot=5, clean=0]' logged in successfully",
      { clientId: "o', username='x'", username: 'bob', address: '2001:db8::7' },
    ],
    [
      "[2026-11-27 15:28:41.001] [NOTICE] [T 0] Removing client '[ClientID='one', username='', fd=15, keepalive=60s, transport='TCP/Non-SSL', address='203.0.113.9', prot=3.1.1, clean=1]'. Reason(s): socket disconnect detected",
      undefined,
    ],
  ])('who logged in stands in its log', (line, found) => expect(parseLoggedIn(line)).toEqual(found))
})
