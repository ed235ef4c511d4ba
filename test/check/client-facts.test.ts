import { describe, expect, test } from 'vitest'
import { type ClientFacts, comparisonOf, conditionHolds, partsOf } from '../../src/check/client-facts.js'
import { parseHaproxy } from '../../src/config/haproxy/parse.js'
import { viewHaproxy } from '../../src/config/haproxy/view.js'

const plain: ClientFacts = {
  protocol: 'mqtt',
  encrypted: false,
  username: 'Alice',
  clientId: 'dev-17',
  serverName: undefined,
  mqtt: '3.1.1',
  port: 1883,
}
const nobody: ClientFacts = { ...plain, username: undefined }
const five: ClientFacts = { ...plain, mqtt: '5.0' }
const web: ClientFacts = { ...plain, protocol: 'websocket' }
const hidden: ClientFacts = { ...plain, encrypted: true, serverName: 'mqtt.example' }
const hiddenWeb: ClientFacts = { ...hidden, protocol: 'websocket', serverName: undefined }
const ended: ClientFacts = { ...plain, serverName: 'mqtt.example' }

const acls = `defaults
 mode tcp
listen m
 bind :1883
 acl mine req.payload(0,0),mqtt_field_value(connect,username) Alice
 acl mine req.payload(0,0),mqtt_field_value(connect,username) Bob
 acl late src 10.0.0.0/8
`
const [proxy] = viewHaproxy([parseHaproxy(acls, 'haproxy.cfg').document]).proxies

function holds(condition: string, client: ClientFacts): string {
  if (proxy === undefined) throw new Error('one proxy')
  return conditionHolds(condition, proxy, client)
}

const field = (name: string) => `req.payload(0,0),mqtt_field_value(connect,${name})`

describe('whether a condition holds for a client', () => {
  test.each<[string, ClientFacts, string]>([
    // Constants, and what holds once there are bytes.
    ['if { always_true }', plain, 'yes'],
    ['if { always_false }', plain, 'no'],
    ['unless { always_true }', plain, 'no'],
    ['unless { always_false }', plain, 'yes'],
    ['if { wait_end }', plain, 'yes'],
    ['if { req.len gt 0 }', plain, 'yes'],
    ['if { req_len gt 0 }', plain, 'yes'],
    ['if { req.len,add(1) gt 0 }', plain, 'unknown'],
    // Negation, and, or.
    ['if !{ always_true }', plain, 'no'],
    ['if !{ always_false }', plain, 'yes'],
    ['if { always_true } { always_false }', plain, 'no'],
    ['if { always_true } { always_true }', plain, 'yes'],
    ['if { always_true } { src 10.0.0.1 }', plain, 'unknown'],
    ['if { src 10.0.0.1 } { always_true }', plain, 'unknown'],
    ['if { always_false } { src 10.0.0.1 }', plain, 'no'],
    ['if { src 10.0.0.1 } { always_false }', plain, 'no'],
    ['if { always_false } || { always_true }', plain, 'yes'],
    ['if { always_false } or { src 10.0.0.1 }', plain, 'unknown'],
    ['if { src 10.0.0.1 } || { always_true }', plain, 'yes'],
    ['if !{ src 10.0.0.1 }', plain, 'unknown'],
    ['unless { src 10.0.0.1 }', plain, 'unknown'],
    // Names of ACLs.
    ['if mine', plain, 'yes'],
    ['if !mine', plain, 'no'],
    ['if mine', nobody, 'no'],
    ['if late', plain, 'unknown'],
    ['if mine or late', plain, 'yes'],
    // HTTP and WebSocket.
    ['if { req.proto_http }', plain, 'no'],
    ['if { req.proto_http }', web, 'yes'],
    ['if { req_proto_http }', web, 'yes'],
    ['if { req.proto_http }', hiddenWeb, 'no'],
    ['if { hdr(Upgrade) -i WebSocket }', web, 'yes'],
    ['if { req.hdr(upgrade) websocket }', web, 'yes'],
    ['if { hdr_beg(upgrade) websocket }', web, 'yes'],
    ['if { hdr(upgrade) h2c }', web, 'no'],
    ['if { hdr(upgrade) websocket }', plain, 'no'],
    ['if { xhdr(upgrade) websocket }', web, 'unknown'],
    ['if { hdr(upgrades) websocket }', web, 'unknown'],
    // TLS.
    ['if { req.ssl_hello_type 1 }', hidden, 'yes'],
    ['if { req_ssl_hello_type 2 }', hidden, 'no'],
    ['if { req.ssl_hello_type 1 }', plain, 'no'],
    ['if { req.ssl_sni mqtt.example }', hidden, 'yes'],
    ['if { req_ssl_sni other.example }', hidden, 'no'],
    ['if { req.ssl_sni -m found }', hiddenWeb, 'no'],
    ['if { req.ssl_sni mqtt.example }', ended, 'no'],
    ['if { ssl_fc_sni -m end .example }', ended, 'yes'],
    ['if { ssl_fc_sni -m end .test }', ended, 'no'],
    ['if { ssl_fc_sni -m found }', plain, 'no'],
    // MQTT.
    ['if { req.payload(0,0),mqtt_is_valid }', plain, 'yes'],
    ['if { payload(0,20),mqtt_is_valid }', plain, 'yes'],
    ['if { req_payload(0,0),mqtt_is_valid }', plain, 'yes'],
    ['if { req.payload(0,0),mqtt_is_valid }', web, 'no'],
    ['if { req.payload(0,0),mqtt_is_valid }', hidden, 'no'],
    ['if { req.payload(0,0),mqtt_is_valid,not }', plain, 'unknown'],
    ['if { req.payload(1,0),mqtt_is_valid }', plain, 'unknown'],
    [`if { ${field('username')} Alice }`, plain, 'yes'],
    [`if { ${field('username')} alice }`, plain, 'no'],
    [`if { ${field('username')} -i alice }`, plain, 'yes'],
    [`if { ${field('username')} Bob Alice }`, plain, 'yes'],
    [`if { ${field('username')} -m beg Al }`, plain, 'yes'],
    [`if { ${field('username')} -m beg ice }`, plain, 'no'],
    [`if { ${field('username')} -m end ice }`, plain, 'yes'],
    [`if { ${field('username')} -m sub lic }`, plain, 'yes'],
    [`if { ${field('username')} -m sub lix }`, plain, 'no'],
    [`if { ${field('username')} -m found }`, plain, 'yes'],
    [`if { ${field('username')} -m found }`, nobody, 'no'],
    [`if { ${field('username')} -m reg ^A }`, plain, 'unknown'],
    [`if { ${field('username')} -f names.lst }`, plain, 'unknown'],
    [`if { ${field('username')},lower alice }`, plain, 'unknown'],
    [`if { ${field('username')} Alice }`, web, 'no'],
    [`if { ${field('username')} Alice }`, hidden, 'no'],
    [`if { ${field('client_identifier')} dev-17 }`, plain, 'yes'],
    [`if { ${field('protocol_name')} MQTT }`, plain, 'yes'],
    [`if { ${field('protocol_name')} MQIsdp }`, plain, 'no'],
    [`if { ${field('protocol_version')} 4 }`, plain, 'yes'],
    [`if { ${field('protocol_version')} 5 }`, plain, 'no'],
    [`if { ${field('protocol_version')} -m int 5 }`, five, 'yes'],
    [`if { ${field('will_topic')} a }`, plain, 'unknown'],
    [`if { req.payload(0,0),mqtt_field_value(connack,reason_code) 0 }`, plain, 'unknown'],
    // The first byte: CONNECT, a TLS handshake, the G of GET.
    ['if { req.payload(0,1) -m bin 10 }', plain, 'yes'],
    ['if { req.payload(0,1) -m bin 16 }', hidden, 'yes'],
    ['if { req.payload(0,1) -m bin 47 }', web, 'yes'],
    ['if { req.payload(0,1) -m bin 16 47 }', plain, 'no'],
    ['if { req.payload(0,1) -m str 10 }', plain, 'unknown'],
    ['if { req.payload(0,1) bin 10 }', plain, 'unknown'],
    ['if { req.payload(0,2) -m bin 1010 }', plain, 'unknown'],
    ['if { req.payload(0,1),hex 10 }', plain, 'unknown'],
    ['if { src 10.0.0.1 }', plain, 'unknown'],
  ])('%s', (condition, client, is) => {
    expect(holds(condition, client)).toBe(is)
  })

  test('no condition is one that always holds', () => {
    expect(holds('', plain)).toBe('yes')
  })
})

describe('an expression', () => {
  test('is a sample, then converters, whose arguments may have commas', () => {
    expect(partsOf('src')).toEqual({ sample: 'src', converters: [] })
    expect(partsOf('req.payload(0,0),mqtt_field_value(connect,username),lower')).toEqual({
      sample: 'req.payload(0,0)',
      converters: ['mqtt_field_value(connect,username)', 'lower'],
    })
  })

  test('is compared as flags say, up to the first pattern', () => {
    const usual = { how: 'str', ignoreCase: false }
    expect(comparisonOf(['a', '-i'])).toEqual({ ...usual, patterns: ['a', '-i'] })
    expect(comparisonOf(['-i', 'a'])).toEqual({ ...usual, ignoreCase: true, patterns: ['a'] })
    expect(comparisonOf(['--', '-i'])).toEqual({ ...usual, patterns: ['-i'] })
    expect(comparisonOf(['-m', 'beg', '-i', '--', 'a', 'b'])).toEqual({
      how: 'beg',
      ignoreCase: true,
      patterns: ['a', 'b'],
    })
    for (const how of ['str', 'beg', 'end', 'sub', 'found', 'int']) expect(comparisonOf(['-m', how])?.how).toBe(how)
    for (const other of [['-m', 'reg', 'a'], ['-m'], ['-f', 'file'], ['-n']])
      expect(comparisonOf(other)).toBeUndefined()
    expect(comparisonOf([])).toEqual({ ...usual, patterns: [] })
  })
})
