import { describe, expect, it } from 'vitest'
import { parseHaproxy } from '../../../src/config/haproxy/parse.js'
import { viewHaproxy } from '../../../src/config/haproxy/view.js'
import { isTcpCheck, stepsOf } from '../../../src/path/health/steps.js'

function backend(...lines: readonly string[]) {
  const text = `backend b\n${lines.map((one) => ` ${one}\n`).join('')}`
  const [proxy] = viewHaproxy([parseHaproxy(text, 'h.cfg').document]).proxies
  if (proxy === undefined) throw new Error('no backend')
  return proxy
}

const step = (rule: string) => stepsOf(backend(`tcp-check ${rule}`))[0]

describe('the kind of check', () => {
  it.each<[readonly string[], boolean]>([
    [['option tcp-check'], true],
    [[], false],
    [['option httpchk'], false],
    [['option tcp-check', 'option httpchk'], false],
    [['option httpchk', 'option tcp-check'], true],
    [['option tcp-check', 'option ssl-hello-chk'], false],
    [['option tcp-check', 'option mysql-check user a'], false],
    [['option tcp-check', 'option dontlognull'], true],
    [['option tcp-check', 'option tcp-check-more'], true],
    [['option tcp-check', 'no option tcp-check'], false],
    [['option tcp-check', 'no option dontlognull'], true],
    [['option tcp-check', 'no log'], true],
    [['option tcp-check', 'option'], true],
    [['option tcp-check', 'http-check send meth GET'], true],
  ])('%j: %s', (lines, is) => {
    expect(isTcpCheck(backend(...lines))).toBe(is)
  })
})

describe('tcp-check connect', () => {
  const none = { asServer: false, sendProxy: false, ssl: false, port: undefined, addr: undefined }

  it.each([
    ['connect', {}],
    ['connect default', { asServer: true }],
    ['connect send-proxy ssl', { sendProxy: true, ssl: true }],
    ['connect port 1884', { port: '1884' }],
    ['connect addr 10.0.0.1 port 1884 default', { addr: '10.0.0.1', port: '1884', asServer: true }],
    ['connect sni ssl', {}],
    ['connect alpn default', {}],
    ['connect proto send-proxy', {}],
    ['connect via-socks4 port', {}],
    ['connect comment ssl port 9', { port: '9' }],
    ['connect linger ssl', { ssl: true }],
    ['connect port', {}],
  ])('%s', (rule, expected) => {
    expect(step(rule)).toMatchObject({ kind: 'connect', ...none, ...expected })
  })
})

describe('what a check sends', () => {
  it.each<[string, string | undefined, boolean]>([
    ['send-binary 1000', '1000', true],
    ['send-binary AbCd', 'abcd', true],
    ['send-binary 100', undefined, true],
    ['send-binary 10x0', undefined, true],
    ['send-binary 0x10', undefined, true],
    ['send-binary-lf 1000', '1000', true],
    ['send-binary-lf 10%[rand(9)]', undefined, true],
    ['send HELO', '48454c4f', false],
    ['send 100%', '31303025', false],
    ['send-lf HELO', '48454c4f', false],
    ['send-lf %[rand(9)]', undefined, false],
    ['send "A\\r\\n"', '410d0a', false],
    ['send \\x41\\x00B', '41', false],
    ['send \u00e9', undefined, false],
    ['send "$X"', undefined, false],
    ['send-binary ""', '', true],
  ])('%s', (rule, hex, binary) => {
    const found = step(rule)
    if (found?.kind !== 'send') throw new Error('it sends nothing')
    expect([found.bytes?.toString('hex'), found.hex]).toEqual([hex, binary])
  })

  it('a rule without bytes, a comment, and what HAProxy sets are no steps', () => {
    for (const rule of ['send-binary', 'send', 'comment "x y"', 'set-var(check.a) int(1)', '']) {
      expect(stepsOf(backend(`tcp-check ${rule}`))).toEqual([])
    }
  })
})

describe('what a check expects', () => {
  const plain = { negated: false, judgedOtherwise: false }

  it.each([
    ['expect binary 2002', { match: 'binary', pattern: '2002' }],
    ['expect rbinary ^20', { match: 'rbinary', pattern: '^20' }],
    ['expect string OK', { match: 'string', pattern: 'OK' }],
    ['expect rstring ^OK', { match: 'rstring', pattern: '^OK' }],
    ['expect ! binary 2002', { match: 'binary', pattern: '2002', negated: true }],
    ['expect binary-lf %[x]', { match: 'other', pattern: '%[x]' }],
    ['expect binary "$X"', { match: 'other' }],
    ['expect binary', { match: 'binary', pattern: '' }],
    ['expect', { match: 'other', pattern: '' }],
    ['expect min-recv 4 binary 20', { match: 'binary', pattern: '20' }],
    ['expect comment "is it" min-recv 4 ! string OK', { match: 'string', pattern: 'OK', negated: true }],
    ['expect on-success fine on-error bad string OK', { match: 'string', pattern: 'OK' }],
    ['expect status-code int(1) string OK', { match: 'string', pattern: 'OK' }],
    ['expect ok-status L7OKC string OK', { match: 'string', judgedOtherwise: true }],
    ['expect error-status L7OKC min-recv 2 string OK', { match: 'string', judgedOtherwise: true }],
    ['expect tout-status L7OKC string OK', { match: 'string', judgedOtherwise: true }],
    ['expect min-recv', { match: 'other', pattern: '' }],
  ])('%s', (rule, expected) => {
    expect(step(rule)).toMatchObject({ kind: 'expect', ...plain, ...expected })
  })
})
