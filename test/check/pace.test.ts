import { describe, expect, test } from 'vitest'
import { paceOf } from '../../src/check/pace.js'
import { defaults, pairOf, wayOf } from './pairs.js'

const open = 'listener 1884 127.0.0.1\nallow_anonymous true\n'

const paced = (listen: string, mosquitto = open, global = '') =>
  paceOf(wayOf(pairOf(`${global}${defaults}listen m\n${listen}`, mosquitto)))
const plain = '    bind *:1883\n    server s 127.0.0.1:1884\n'

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
