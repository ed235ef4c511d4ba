import { describe, expect, it } from 'vitest'
import { parseHaproxy } from '../../src/config/haproxy/parse.js'
import { viewHaproxy } from '../../src/config/haproxy/view.js'
import {
  bindAuthorities,
  bindCertificates,
  bindRevocations,
  serverAuthorities,
} from '../../src/lint/certificate-paths.js'

function pathsIn(text: string) {
  const haproxy = viewHaproxy([parseHaproxy(text, 'h.cfg').document])
  const named = (all: ReturnType<typeof bindCertificates>) =>
    all.map(({ path, span }) => `${path} ${span.line}:${span.column}`)
  return {
    crt: named(bindCertificates(haproxy)),
    ca: named(bindAuthorities(haproxy)),
    crl: named(bindRevocations(haproxy)),
    serverCa: named(serverAuthorities(haproxy)),
  }
}

const bind = (words: string) => `listen l\n bind :1 ${words}\n server s 10.0.0.1:1\n`
const none = { crt: [], ca: [], crl: [], serverCa: [] }

describe('certificates and authorities that a bind names', () => {
  it.each<[string, Partial<typeof none> | Readonly<Record<string, readonly string[]>>]>([
    ['ssl crt a.pem', { crt: ['a.pem 2:14'] }],
    ['ssl crt a.pem crt /b/', { crt: ['a.pem 2:14', '/b/ 2:24'] }],
    ['crt a.pem', {}],
    ['ssl', {}],
    ['ssl crt "$DIR/a.pem"', {}],
    ['ssl crt @store/a', {}],
    ['ssl crt a.pem ca-file c.pem', { crt: ['a.pem 2:14'], ca: ['c.pem 2:24'] }],
    ['ssl crt a.pem ca-file c.pem verify none', { crt: ['a.pem 2:14'] }],
    ['ssl crt a.pem ca-file c.pem verify optional', { crt: ['a.pem 2:14'], ca: ['c.pem 2:24'] }],
    ['ca-file c.pem crl-file r.pem', {}],
    ['ssl ca-file @system-ca', {}],
    ['ssl crl-file r.pem', { crl: ['r.pem 2:23'] }],
    ['ssl crl-file q.pem crl-file r.pem', { crl: ['r.pem 2:38'] }],
    ['ssl crl-file', {}],
  ])('%s', (words, expected) => {
    expect(pathsIn(bind(words))).toEqual({ ...none, ...expected })
  })
})

describe('authorities that a server line names', () => {
  const server = (words: string) => `backend b\n server s 10.0.0.1:1 ${words}\n`

  it.each<[string, readonly string[]]>([
    ['ssl verify required ca-file c.pem', ['c.pem 2:50']],
    ['ssl ca-file c.pem', ['c.pem 2:34']],
    ['ssl ca-file b.pem ca-file c.pem', ['c.pem 2:48']],
    ['ssl verify none ca-file c.pem', []],
    ['ssl verify required verify none ca-file c.pem', []],
    ['ca-file c.pem', []],
    ['ssl verify required', []],
    ['', []],
  ])('%s', (words, serverCa) => {
    expect(pathsIn(server(words))).toEqual({ ...none, serverCa })
  })
})

it.each([
  ['/etc/certs', 'a.pem', '/etc/certs/a.pem'],
  ['/etc/certs/', 'a.pem', '/etc/certs/a.pem'],
  ['/etc/certs', '/b/a.pem', '/b/a.pem'],
  ['certs', 'b/', 'certs/b/'],
])('relative paths begin at %s: %s is %s', (base, path, full) => {
  const text = `global\n crt-base ${base}\n ca-base ${base}\n${bind(`ssl crt ${path} ca-file ${path} crl-file ${path}`)} server t 10.0.0.1:2 ssl ca-file ${path}\n`
  const found = Object.values(pathsIn(text)).map((all) => all.map((one) => one.split(' ')[0]))
  expect(found).toEqual([[full], [full], [full], [full]])
})
