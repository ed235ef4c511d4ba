import { beforeAll, describe, expect, it } from 'vitest'
import { makeCertificates } from '../../../src/host/files/certificates.js'
import type { CertificateSet } from '../../../src/scenarios/certificates.js'
import { planCertificates } from '../../../src/scenarios/certificates.js'
import { lintFixture, parseFixture } from '../fixture.js'

/** Today, for the rules. */
const now = '2026-06-01'
let good: CertificateSet
let other: CertificateSet
let old: CertificateSet
let early: CertificateSet
let ending: CertificateSet

beforeAll(async () => {
  const make = (date: string, days: number) =>
    makeCertificates(
      planCertificates({ clientCns: ['alice'], bad: ['no-cn', 'server-auth-only'], days, now: new Date(date) }),
    )
  ;[good, other, old, early, ending] = await Promise.all([
    make('2026-05-01T00:00:00Z', 365),
    make('2026-05-01T00:00:00Z', 365),
    make('2025-01-01T00:00:00Z', 30),
    make('2027-01-01T00:00:00Z', 365),
    make('2026-05-10T00:00:00Z', 30),
  ])
})

const haproxy = `global
    log stdout format raw local0

defaults
    mode tcp
    log global
    option tcplog
    timeout connect 5s
    timeout client 120s
    timeout server 120s

frontend mqtt_in
    bind 127.0.0.1:8883 ssl crt certs/server.pem verify required ca-file certs/client-ca.pem
    default_backend mqtt_out

backend mqtt_out
    server broker1 127.0.0.1:1884 send-proxy-v2-ssl-cn
`
const broker = `listener 1884 127.0.0.1
enable_proxy_protocol 2
require_certificate true
use_identity_as_username true
allow_anonymous true
`

/** What is found of certificates, with these files beside a sound pair. */
function found(files: Readonly<Record<string, string>>, bind = haproxy, conf = broker): readonly string[] {
  const all = {
    'haproxy.cfg': bind,
    'mosquitto.conf': conf,
    'certs/server.pem': `${good.server.cert}${good.server.key}`,
    'certs/client-ca.pem': good.clientCa,
    ...files,
  }
  const text = Object.entries(all).map(([name, body]) => `-- ${name} --\n${body}`)
  const fixture = parseFixture('own', ['options: certs=clients\n', ...text].join('\n'))
  return lintFixture(fixture, (one) => one, fixture.files, ['MP50']).map(
    ({ code, severity, message, at }) => `${code} ${severity} ${at.line}:${at.column} ${message}`,
  )
}
const pem = ({ cert, key }: { readonly cert: string; readonly key: string }) => `${cert}${key}`
const clientOf = (set: CertificateSet, name: string) => set.clients[name]?.cert ?? ''

it('finds nothing in a sound set', () => {
  expect(found({ 'clients/alice.crt': clientOf(good, 'alice') })).toEqual([])
})

describe('the certificate that HAProxy shows (MP502)', () => {
  it.each<[string, () => string, readonly string[]]>([
    ['has expired', () => pem(old.server), ['MP502 error 13:29 certs/server.pem expired on 2025-01-31']],
    [
      'is not valid yet',
      () => pem(early.server),
      [expect.stringMatching(/^MP502 error 13:29 certs\/server\.pem is not valid before 202[67]-\d\d-\d\d$/)],
    ],
    [
      `ends within two weeks of ${now}`,
      () => pem(ending.server),
      ['MP502 warning 13:29 certs/server.pem expires on 2026-06-09'],
    ],
  ])('%s', (_, text, findings) => {
    expect(found({ 'certs/server.pem': text() })).toEqual(findings)
  })

  it('is one for clients, without names', () => {
    const alice = good.clients.alice
    if (alice === undefined) throw new Error('no alice')
    expect(found({ 'certs/server.pem': pem(alice) })).toEqual([
      'MP502 error 13:29 certs/server.pem is not for servers (extended key usage)',
      'MP502 warning 13:29 certs/server.pem has no subject alternative name: most clients refuse it',
    ])
  })

  it('is looked for in a folder; what stands beside certificates is none', () => {
    const folder = haproxy.replace('crt certs/server.pem', 'crt certs/haproxy/')
    const [dead, ca] = [pem(old.server), good.clientCa]
    const found502 = (files: Readonly<Record<string, string>>) => found(files, folder)
    expect(found502({ 'certs/haproxy/a.pem': pem(good.server), 'certs/haproxy/b.pem': dead })).toEqual([
      'MP502 error 13:29 certs/haproxy/b.pem expired on 2025-01-31',
    ])
    for (const name of ['a.pem.issuer', 'a.pem.ocsp', 'a.pem.sctl', 'a.pem.key'])
      expect(found502({ 'certs/haproxy/a.pem': pem(good.server), [`certs/haproxy/${name}`]: dead })).toEqual([])
    expect(found502({ 'certs/haproxy/a.pem': pem(good.server), 'certs/haproxy/ca.pem': ca })).toEqual([])
  })

  it('is not judged where it is not here', () => {
    expect(found({}, haproxy.replace('certs/server.pem', '/etc/elsewhere.pem'))).toEqual([])
  })
})

describe('the CA with which clients are verified (MP503)', () => {
  it('has not signed the certificate of a client', () => {
    expect(found({ 'clients/alice.crt': clientOf(other, 'alice') })).toEqual([
      'MP503 error 13:66 the client certificate clients/alice.crt was not signed by certs/client-ca.pem',
    ])
  })

  it('may be one of several in the file', () => {
    const both = `${other.clientCa}${good.clientCa}`
    for (const set of [good, other])
      expect(found({ 'certs/client-ca.pem': both, 'clients/alice.crt': clientOf(set, 'alice') })).toEqual([])
  })

  it('has expired', () => {
    expect(found({ 'certs/client-ca.pem': old.clientCa })).toEqual([
      expect.stringMatching(/^MP503 error 13:66 certs\/client-ca\.pem expired on 2025-\d\d-\d\d$/),
    ])
  })

  it('is not in its file at all', () => {
    expect(found({ 'certs/client-ca.pem': '# nothing\n', 'clients/alice.crt': clientOf(other, 'alice') })).toEqual([
      'MP503 error 13:66 certs/client-ca.pem holds no certificate',
    ])
  })

  it('is asked only about certificates of clients', () => {
    for (const text of [other.clientCa, other.server.cert, clientOf(other, 'bad-server-auth-only'), '# nothing\n'])
      expect(found({ 'clients/x.crt': text })).toEqual([])
  })
})

describe('the name in the certificate of a client (MP501)', () => {
  const client = () => ({ 'clients/nameless.crt': clientOf(good, 'bad-no-cn') })

  it('is missing where it is to be the username', () => {
    expect(found(client())).toEqual([
      'MP501 error 4:1 the client certificate clients/nameless.crt has no CN: its client is refused',
    ])
  })

  it('may be missing where nobody takes it', () => {
    expect(found(client(), haproxy, broker.replace('use_identity_as_username true\n', ''))).toEqual([])
  })
})

describe('the key beside a certificate (MP504)', () => {
  const wrong = () => `${good.server.cert}${other.server.key}`

  it('does not belong to it', () => {
    expect(found({ 'certs/server.pem': wrong() })).toEqual([
      'MP504 error 13:29 the private key in certs/server.pem does not belong to the certificate in certs/server.pem',
    ])
  })

  // HAProxy 2.6.12, 3.0.11, 3.2.26 and 3.4.7, haproxy -c: such a set is accepted, and the reverse refused.
  it('is not looked for beside a file that holds one', () => {
    const beside = (own: string, key: string) => ({
      'certs/server.pem': `${good.server.cert}${own}`,
      'certs/server.pem.key': key,
    })
    expect(found(beside(good.server.key, other.server.key))).toEqual([])
    expect(found(beside(other.server.key, good.server.key))).toHaveLength(1)
  })

  it('is looked for in a file of its own', () => {
    const files = (key: string) => ({ 'certs/server.pem': good.server.cert, 'certs/server.pem.key': key })
    expect(found(files(good.server.key))).toEqual([])
    expect(found(files(other.server.key))).toEqual([
      'MP504 error 13:29 the private key in certs/server.pem.key does not belong to the certificate in certs/server.pem',
    ])
  })

  it('is looked for in a folder, each beside its own certificate', () => {
    const folder = haproxy.replace('crt certs/server.pem', 'crt certs/haproxy/')
    const files = (key: string) => ({
      'certs/haproxy/a.pem': pem(other.server),
      'certs/haproxy/b.pem': good.server.cert,
      'certs/haproxy/b.pem.key': key,
    })
    expect(found(files(good.server.key), folder)).toEqual([])
    expect(found(files(other.server.key), folder)).toEqual([
      'MP504 error 13:29 the private key in certs/haproxy/b.pem.key does not belong to the certificate in certs/haproxy/b.pem',
    ])
  })
})
