import { describe, expect, test } from 'vitest'
import { paceOf } from '../../src/check/pace.js'
import { defaults, pairOf, wayOf } from './pairs.js'

const open = 'listener 1884 127.0.0.1\nallow_anonymous true\n'

const paced = (listen: string, mosquitto = open, global = '') =>
  paceOf(wayOf(pairOf(`${global}${defaults}listen m\n${listen}`, mosquitto)))
const plain = '    bind *:1883\n    server s 127.0.0.1:1884\n'

/** A frontend and its backend, each with lines of its own. */
const split = (front: string, back = '', bind = '*:1883') =>
  paceOf(
    wayOf(
      pairOf(
        `${defaults}frontend f\n    bind ${bind}\n${front}    default_backend b\nbackend b\n${back}    server s 127.0.0.1:1884\n`,
        open,
      ),
    ),
  )

describe('limits of the frontend, of the backend, and of none', () => {
  test('where no way is known there is none', () => {
    expect(paceOf(undefined)).toEqual({ together: 8, clients: 'two', apart: false, everyMs: 0, because: [] })
  })

  test.each<[string, string, string, string[]]>([
    ['maxconn of the frontend', '    maxconn 3\n', '', ['maxconn of a proxy: 3']],
    ['maxconn of the backend', '', '    maxconn 5\n', ['maxconn of a proxy: 5']],
    ['the same of both', '    maxconn 4\n', '    maxconn 4\n', ['maxconn of a proxy: 4']],
    ['the last of two', '    maxconn 90\n    maxconn 6\n', '', ['maxconn of a proxy: 6']],
    ['one that is no number', '    maxconn many\n', '', []],
    ['one of nothing', '    maxconn\n', '', []],
    ['one of zero, which is none', '    maxconn 0\n', '', []],
    ['one of a half', '    maxconn 1.5\n', '', []],
    ['another rate limit', '    rate-limit nothing\n', '', []],
  ])('%s', (_, front, back, because) => {
    expect(split(front, back).because).toEqual(because)
  })

  test('half of what fits goes at once, and never none', () => {
    expect([15, 16, 17, 3, 2, 1].map((most) => split(`    maxconn ${most}\n`).together)).toEqual([7, 8, 8, 1, 1, 1])
    expect([3, 2, 1].map((most) => split(`    maxconn ${most}\n`).clients)).toEqual(['two', 'two', 'one'])
  })

  test('a bind without a number has none', () => {
    expect(split('', '', '*:1883 maxconn').because).toEqual([])
  })
})

describe('a rule that counts', () => {
  const rule = 'tcp-request connection reject if'

  test.each([
    `${rule} { src_conn_rate gt 3 }`,
    `${rule} { src_conn_cur(table) gt 3 }`,
    `${rule} { sc1_sess_cnt gt 3 }`,
    `${rule} { sc_sess_rate(0) gt 3 }`,
    `${rule} { src,table_bytes_in_rate(t) gt 3 }`,
    `${rule} { src_kbytes_out gt 3 }`,
    `${rule} { sc0_get_gpc0 gt 3 }`,
    `${rule} { sc_get_gpc(0,1) gt 3 }`,
    `${rule} { src_gpc0_rate gt 1 }`,
    `${rule} { src,table_gpc0(t) gt 1 }`,
    `${rule} { sc1_http_fail_rate gt 1 }`,
    `${rule} { be_conn_free(b) lt 1 }`,
    `${rule} { src_inc_gpc0 gt 3 }`,
    `${rule} { sc2_http_req_rate gt 3 }`,
    `${rule} { sc_glitch_cnt(1) gt 3 }`,
    `${rule} { sc0_trackers gt 3 }`,
    `${rule} { fe_conn gt 3 }`,
    `${rule} { be_conn(b) gt 3 }`,
    `${rule} { srv_sess_rate(b/s) gt 3 }`,
    `${rule} { avg_queue(b) gt 3 }`,
    `${rule} { queue(b) gt 3 }`,
    `${rule} { connslots(b) lt 3 }`,
    'tcp-request connection accept unless { src_conn_rate lt 3 }',
    'http-request deny if { sc0_http_err_cnt gt 3 }',
    'use_backend b if { fe_conn gt 3 }',
  ])('%s', (line) => {
    expect(split(`    ${line}\n`)).toMatchObject({ together: 1, apart: true, because: [line] })
  })

  test.each([
    `${rule} { src 10.0.0.1 }`,
    `${rule} { src_port 3 }`,
    `${rule} { my_src_conn_rated gt 3 }`,
    'tcp-request connection track-sc0 src',
    'http-response deny if { src_conn_rate gt 3 }',
    'my-tcp-request connection reject if { src_conn_rate gt 3 }',
    'tcp-request-x connection reject if { src_conn_rate gt 3 }',
    'tcp-request content set-var(txn.a) src_conn_rate if { always_true }',
    'acl src_conn_rate src 10.0.0.1',
    'if { src_conn_rate gt 3 }',
  ])('decides nothing by a count: %s', (line) => {
    expect(split(`    ${line}\n`)).toMatchObject({ together: 8, apart: false, because: [] })
  })

  test.each([
    ['an ACL that counts', 'acl busy src_conn_cur gt 2', 'reject if busy', true],
    ['one that is negated', 'acl busy src_conn_cur gt 2', 'reject if !busy', true],
    ['another ACL', 'acl busy src_conn_cur gt 2', 'reject if other', false],
    ['an ACL of an address', 'acl busy src 10.0.0.1', 'reject if busy', false],
    ['an ACL with a name like a counter', 'acl fe_conn src 10.0.0.1', 'reject if other', false],
    ['an ACL without anything', 'acl', 'reject if undefined', false],
    ['an ACL that is named in no condition', 'acl busy src_conn_cur gt 2', 'busy reject', false],
  ])('%s', (_, acl, action, is) => {
    const pace = split(`    ${acl}\n    acl other src 10.0.0.2\n    tcp-request connection ${action}\n`)
    expect(pace.apart).toBe(is)
  })

  test('in the backend counts as well', () => {
    const line = 'tcp-request content reject if { be_sess_rate gt 10 }'
    expect(split('', `    ${line}\n`)).toMatchObject({ apart: true, everyMs: 100, because: [line] })
  })

  test.each([
    ['{ fe_sess_rate gt 3 }', 334],
    ['{ fe_sess_rate(f) ge 8 }', 125],
    ['{ be_req_rate gt 1 }', 1000],
    ['{ fe_sess_rate gt 0 }', 1000],
    ['{ fe_sess_rate gt 9 } || { fe_req_rate gt 4 }', 250],
    ['{ fe_sess_rate gt many }', 0],
    ['{ fe_sess_rates gt 3 } { fe_conn gt 1 }', 0],
    ['{ my_fe_sess_rate gt 3 } { fe_conn gt 1 }', 0],
    ['{ src_conn_rate gt 3 }', 0],
  ])('at a rate, %s: one each %i ms', (condition, everyMs) => {
    expect(split(`    ${rule} ${condition}\n`).everyMs).toBe(everyMs)
  })
})

describe('the limits of the files bind the clients of check', () => {
  test('without any, several go at once', () => {
    expect(paced(plain)).toMatchObject({ together: 8, clients: 'two', apart: false, everyMs: 0, because: [] })
  })

  test.each([
    ['max_connections', plain, `${open}max_connections 3\n`, ''],
    ['global_max_connections', plain, `global_max_connections 3\n${open}`, ''],
    ['maxconn of the proxy', `${plain}    maxconn 3\n`, open, ''],
    ['maxconn of the bind', '    bind *:1883 maxconn 3\n    server s 127.0.0.1:1884\n', open, ''],
    ['maxconn of the server', '    bind *:1883\n    server s 127.0.0.1:1884 maxconn 3\n', open, ''],
    ['maxconn of the process', plain, open, 'global\n    maxconn 3\n'],
    ['rate-limit sessions', `    rate-limit sessions 3\n${plain}`, open, ''],
    ['VerneMQ', plain, 'listener.tcp.a = 127.0.0.1:1884\nlistener.max_connections = 3\nallow_anonymous = on\n', ''],
  ])('%s', (_, listen, broker, global) => {
    expect(paced(listen, broker, global)).toMatchObject({ together: 1, clients: 'two' })
  })

  test('a limit of one leaves one client, which publishes to itself; a health check takes a place too', () => {
    expect(paced(plain, `${open}max_connections 1\n`)).toMatchObject({ together: 1, clients: 'one' })
    const checked = plain.replace('1884\n', '1884 check\n')
    expect(paced(checked, `${open}max_connections 2\n`)).toMatchObject({ clients: 'one' })
  })

  test('no limit is none: -1 and large ones', () => {
    expect(paced(plain, `${open}max_connections -1\n`).together).toBe(8)
    expect(paced(plain, `${open}max_connections 1000\n`)).toMatchObject({ together: 8, because: [] })
  })

  test.each([
    ['of an address', 'tcp-request connection reject if { src_conn_rate gt 3 }'],
    [
      'of a tracked one',
      'tcp-request connection track-sc0 src\n    tcp-request connection reject if { sc0_conn_cur gt 2 }',
    ],
    ['in brackets', 'tcp-request content reject if { sc_conn_rate(0) gt 3 }'],
    ['by an ACL', 'acl busy src_conn_cur gt 2\n    tcp-request connection reject if busy'],
    ['by an ACL that is negated', 'acl fine src_sess_rate lt 3\n    tcp-request connection reject unless fine'],
  ])('a rule that counts %s: one at a time, each from another address', (_, rules) => {
    expect(
      paced(`    stick-table type ip size 1k expire 1m store conn_rate(10s),conn_cur\n    ${rules}\n${plain}`),
    ).toMatchObject({
      together: 1,
      apart: true,
    })
  })

  test('a table that nobody is refused by bounds nothing', () => {
    const kept = '    stick-table type ip size 1k store conn_rate(10s)\n    tcp-request connection track-sc0 src\n'
    expect(paced(`${kept}${plain}`)).toMatchObject({ together: 8, apart: false })
  })

  test('a rate of a whole frontend is kept to', () => {
    expect(paced(`    tcp-request connection reject if { fe_sess_rate gt 4 }\n${plain}`)).toMatchObject({
      everyMs: 250,
    })
  })
})
