import { describe, expect, it } from 'vitest'
import { expressionsIn, looksAtBytes, sampleOf } from '../../../src/path/inspection/expression.js'

describe('what a sample fetch depends on (configuration manual, 7.3)', () => {
  it.each<[string, ReturnType<typeof sampleOf>]>([
    ['req.len', { kind: 'length', plain: true, need: 1 }],
    ['req_len', { kind: 'length', plain: true, need: 1 }],
    ['req.len,add(1)', { kind: 'length', plain: false, need: 1 }],
    ['req.length', { kind: 'other' }],
    ['xreq.len', { kind: 'other' }],
    ['req.payload(0,0)', { kind: 'payload', need: 1 }],
    ['req.payload(0,1)', { kind: 'payload', need: 1 }],
    ['req.payload(8,2)', { kind: 'payload', need: 10 }],
    ['req.payload(8,0)', { kind: 'payload', need: 9 }],
    ['req.payload( 8 , 2 )', { kind: 'payload', need: 10 }],
    ['req.payload', { kind: 'payload', need: 1 }],
    ['req.payload(x,y)', { kind: 'payload', need: 1 }],
    ['payload(3,4)', { kind: 'payload', need: 7 }],
    ['payload_lv(3,2)', { kind: 'payload', need: 5 }],
    ['req.payload_lv(3,2),hex', { kind: 'payload', need: 5 }],
    ['req.payload(3,4', { kind: 'payload', need: 7 }],
    ['req.payloads(3,4)', { kind: 'other' }],
    ['res.payload(3,4)', { kind: 'other' }],
    ['req.payload(0,0),mqtt_is_valid', { kind: 'mqtt', need: 2 }],
    ['req.payload(0,0),mqtt_field_value(connect,username)', { kind: 'mqtt', need: 2 }],
    ['req.payload(0,0),hex,mqtt_is_valid', { kind: 'mqtt', need: 2 }],
    ['req.payload(0,4),not_mqtt_is_valid', { kind: 'payload', need: 4 }],
    ['req.ssl_sni', { kind: 'hello', need: 1 }],
    ['req_ssl_hello_type', { kind: 'hello', need: 1 }],
    ['ssl_fc_sni', { kind: 'other' }],
    ['xreq.ssl_sni', { kind: 'other' }],
    ['req.rdp_cookie', { kind: 'rdp', need: 1 }],
    ['rdp_cookie(name)', { kind: 'rdp', need: 1 }],
    ['req_rdp_cookie_cnt', { kind: 'rdp', need: 1 }],
    ['my_rdp_cookie', { kind: 'other' }],
    ['req.hdr(host)', { kind: 'http', need: 1 }],
    ['hdr(host),lower', { kind: 'http', need: 1 }],
    ['hdr_beg(host)', { kind: 'http', need: 1 }],
    ['req.cook_cnt(a)', { kind: 'http', need: 1 }],
    ['req.hdrs', { kind: 'http', need: 1 }],
    ['path', { kind: 'http', need: 1 }],
    ['path_beg', { kind: 'http', need: 1 }],
    ['req.body_len', { kind: 'http', need: 1 }],
    ['url_param(a)', { kind: 'http', need: 1 }],
    ['req.proto_http', { kind: 'http', need: 1 }],
    ['method', { kind: 'http', need: 1 }],
    ['path_more', { kind: 'other' }],
    ['xpath', { kind: 'other' }],
    ['res.hdr(host)', { kind: 'other' }],
    ['var(txn.user)', { kind: 'variable', name: 'txn.user' }],
    ['var(txn.user),lower', { kind: 'variable', name: 'txn.user' }],
    ['var', { kind: 'variable', name: '' }],
    ['wait_end', { kind: 'wait end' }],
    ['always_true', { kind: 'true' }],
    ['always_false', { kind: 'false' }],
    ['src', { kind: 'other' }],
    ['str(a,req.len)', { kind: 'other' }],
    ['', { kind: 'other' }],
  ])('%s', (expression, sample) => {
    expect(sampleOf(expression)).toEqual(sample)
    expect(looksAtBytes(sampleOf(expression))).toBe('need' in sample)
  })
})

it.each<[string, readonly string[]]>([
  ['%[req.len]', ['req.len']],
  ['a %[src] b %[dst] c', ['src', 'dst']],
  ['%[src]%[dst]', ['src', 'dst']],
  ['%ci %[', []],
  ['%[src', []],
  ['] %[src]', ['src']],
  ['plain', []],
  ['', []],
])('expressions in "%s"', (format, found) => {
  expect(expressionsIn(format)).toEqual(found)
})
