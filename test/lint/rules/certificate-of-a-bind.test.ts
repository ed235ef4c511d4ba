import { beforeAll, describe, expect, it } from 'vitest'
import { makeCertificates } from '../../../src/host/files/certificates.js'
import type { CertificatePath, PemText } from '../../../src/lint/certificates.js'
import { lint } from '../../../src/lint/run.js'
import { readWorkspace } from '../../../src/lint/workspace.js'
import { type CertificateSet, planCertificates } from '../../../src/scenarios/certificates.js'

const day = 86_400_000
const start = Date.parse('2026-05-01T00:00:00Z')
let set: CertificateSet
let other: CertificateSet

beforeAll(async () => {
  const bad = ['no-cn', 'wrong-ca', 'server-auth-only'] as const
  const plan = { clientCns: ['alice'], bad, days: 100, caDays: 200, now: new Date(start) }
  set = await makeCertificates(planCertificates(plan))
  other = await makeCertificates(planCertificates({ ...plan, bad: [] }))
})

type Pem = Readonly<Record<string, string>>

/** What the rules about certificates say, with these files at the paths that the configuration names. */
function said(
  bind: string,
  files: Pem,
  { now = start + day, clients = {} as Pem, broker = '', server = 'send-proxy-v2-ssl-cn' } = {},
) {
  const haproxy = `listen mqtt\n bind :8883 ssl ${bind}\n server b 127.0.0.1:1884 ${server}\n`
  const { input } = readWorkspace([
    { path: 'h.cfg', text: haproxy, dialect: 'haproxy' },
    ...(broker === ''
      ? []
      : [
          {
            path: 'b.conf',
            text: broker,
            dialect: broker.startsWith('listener.') ? ('vernemq' as const) : ('mosquitto' as const),
          },
        ]),
  ])
  const pem = (path: string, text: string): PemText => ({ path, text })
  const at = new Map<string, CertificatePath>(
    Object.entries(files).map(([path, text]) => [path, { kind: 'file', file: pem(path, text) }]),
  )
  const folders = new Set(
    Object.keys(files).flatMap((path) => (path.includes('/') ? [path.slice(0, path.lastIndexOf('/') + 1)] : [])),
  )
  for (const folder of folders) {
    const inside = Object.entries(files).filter(([path]) => path.startsWith(folder))
    at.set(folder, { kind: 'folder', files: inside.map(([path, text]) => pem(path, text)) })
  }
  const clientCertificates = Object.entries(clients).map(([path, text]) => pem(path, text))
  const all = lint({ ...input, certificates: at, clientCertificates, keepalive: 60, now }, [], {
    select: ['MP104', 'MP117', 'MP501', 'MP502', 'MP503', 'MP504'],
  })
  return all.map((one) => `${one.code} ${one.severity} ${one.at.line}:${one.at.column} ${one.message}`)
}

const whole = () => `${set.server.cert}${set.server.key}`
const alice = () => set.clients.alice?.cert ?? ''

describe('the certificate that clients see', () => {
  it('is sound with its key in one file, beside it, and in a folder with other files', () => {
    expect(said('crt s.pem', { 's.pem': whole() })).toEqual([])
    expect(said('crt s.pem', { 's.pem': set.server.cert, 's.pem.key': set.server.key })).toEqual([])
    expect(
      said('crt c/', { 'c/s.pem': whole(), 'c/.hidden': 'x', 'c/s.issuer': set.serverCa, 'c/s.ocsp': 'x' }),
    ).toEqual([])
    expect(said('crt c/', { 'c/s.crt': set.server.cert, 'c/s.crt.key': set.server.key })).toEqual([])
  })

  it('is not judged where it is not at hand', () => {
    expect(said('crt s.pem ca-file ca.pem verify required', {})).toEqual([])
    const { input } = readWorkspace([
      {
        path: 'h.cfg',
        text: 'listen mqtt\n bind :8883 ssl crt s.pem ca-file c.pem\n server b 127.0.0.1:1884 ssl ca-file d.pem\n',
        dialect: 'haproxy',
      },
    ])
    expect(lint({ ...input, keepalive: 60, now: 0 }, [], { select: ['MP104', 'MP117', 'MP5'] })).toEqual([])
  })

  it('has a time, which begins and ends, and two weeks before its end somebody has to know', () => {
    const at = (now: number) => said('crt s.pem', { 's.pem': whole() }, { now })
    const place = '2:17 s.pem'
    const expires = new Date(start + 100 * day).toISOString().slice(0, 10)
    expect(at(start - 2 * day)).toEqual([`MP502 error ${place} is not valid before 2026-04-30`])
    expect(at(start + 85 * day)).toEqual([])
    expect(at(start + 87 * day)).toEqual([`MP502 warning ${place} expires on ${expires}`])
    expect(at(start + 101 * day)).toEqual([`MP502 error ${place} expired on ${expires}`])
  })

  it('has to be for servers, with names', () => {
    expect(said('crt s.pem', { 's.pem': `${alice()}${set.clients.alice?.key}` })).toEqual([
      'MP502 error 2:17 s.pem is not for servers (extended key usage)',
      'MP502 warning 2:17 s.pem has no subject alternative name: most clients refuse it',
    ])
  })

  it('has to have its own key', () => {
    const wrong = 'does not belong to the certificate in'
    expect(said('crt s.pem', { 's.pem': `${set.server.cert}${other.server.key}` })).toEqual([
      `MP504 error 2:17 the private key in s.pem ${wrong} s.pem`,
    ])
    expect(said('crt s.pem', { 's.pem': set.server.cert, 's.pem.key': other.server.key })).toEqual([
      `MP504 error 2:17 the private key in s.pem.key ${wrong} s.pem`,
    ])
    expect(said('crt c/', { 'c/s.crt': set.server.cert, 'c/s.crt.key': other.server.key })).toEqual([
      `MP504 error 2:17 the private key in c/s.crt.key ${wrong} c/s.crt`,
    ])
    expect(said('crt c/', { 'c/a.pem': whole(), 'c/s.crt': set.server.cert, 'c/s.crt.key': set.server.key })).toEqual(
      [],
    )
  })

  it('has to be one', () => {
    expect(said('crt s.pem', { 's.pem': set.server.cert })).toEqual([
      'MP104 error 2:17 s.pem has no private key, and there is no s.pem.key',
    ])
    expect(said('crt s.pem', { 's.pem': 'nothing' })).toEqual([
      'MP104 error 2:17 s.pem holds no certificate: HAProxy does not start',
    ])
    expect(said('crt c/', { 'c/.hidden': 'x', 'c/a.key': set.server.key })).toEqual([
      'MP104 error 2:17 c/ holds no certificate: HAProxy does not start',
    ])
    expect(said('crt s.pem', { 's.pem': set.serverCa })).toEqual([
      expect.stringMatching(/^MP117 error 2:17 s\.pem is a CA/),
    ])
  })
})

describe('the CA of clients', () => {
  const mtls = 'crt s.pem ca-file ca.pem verify required'
  const files = (ca: string) => ({ 's.pem': whole(), 'ca.pem': ca })

  it('is sound where it signed them, also beside others', () => {
    expect(said(mtls, files(set.clientCa), { clients: { 'a.crt': alice() } })).toEqual([])
    expect(
      said(mtls, files(`${set.otherCa}${set.clientCa}`), { clients: { 'a.crt': `${alice()}${set.clientCa}` } }),
    ).toEqual([])
  })

  it('is a CA in its own name, also among others', () => {
    const told = (ca: string) => said(mtls, files(ca)).filter((one) => one.startsWith('MP117'))
    expect(told(`${alice()}${set.clientCa}`)).toEqual([])
    expect(told(`${set.clientCa}${alice()}`)).toEqual([])
    expect(
      said('crt s.pem', { 's.pem': `${set.serverCa}${set.server.cert}${set.server.key}` }).filter((one) =>
        one.startsWith('MP117'),
      ),
    ).toEqual([])
  })

  it('did not sign a client of another one', () => {
    const clients = { 'a.crt': alice(), 'w.crt': set.clients['bad-wrong-ca']?.cert ?? '' }
    expect(said(mtls, files(set.clientCa), { clients })).toEqual([
      'MP503 error 2:27 the client certificate w.crt was not signed by ca.pem',
    ])
  })

  it('is not asked about certificates that are none of clients', () => {
    const clients = {
      's.crt': set.server.cert,
      'ca.crt': set.otherCa,
      'only.crt': set.clients['bad-server-auth-only']?.cert ?? '',
    }
    expect(said(mtls, files(set.clientCa), { clients })).toEqual([])
  })

  it('has a time, and has to be one', () => {
    const expired = said(mtls, files(set.clientCa), { now: start + 201 * day }).filter((one) => one.startsWith('MP503'))
    expect(expired).toEqual([
      `MP503 error 2:27 ca.pem expired on ${new Date(start + 200 * day).toISOString().slice(0, 10)}`,
    ])
    expect(said(mtls, files('nothing'))).toEqual(['MP503 error 2:27 ca.pem holds no certificate'])
    expect(said(mtls, files('nothing'), { clients: { 'a.crt': alice() } })).toEqual([
      'MP503 error 2:27 ca.pem holds no certificate',
    ])
    expect(said(mtls, files(alice()))).toEqual([
      expect.stringMatching(/^MP117 error 2:27 ca\.pem is a certificate \("alice"\), not a CA/),
    ])
  })
})

describe('a client without a CN', () => {
  const mtls = 'crt s.pem ca-file ca.pem verify required'
  const files = () => ({ 's.pem': whole(), 'ca.pem': set.clientCa })
  const clients = () => ({ 'n.crt': set.clients['bad-no-cn']?.cert ?? '', 'a.crt': alice() })
  const listener = 'listener 1884 127.0.0.1\nenable_proxy_protocol 2\nallow_anonymous true\nrequire_certificate true\n'
  const vernemq =
    'listener.tcp.default = 127.0.0.1:1884\nlistener.tcp.default.proxy_protocol = on\nallow_anonymous = on\n'

  it.each([
    ['Mosquitto takes the CN', `${listener}use_identity_as_username true\n`, undefined, ['MP501 error 5:1']],
    ['Mosquitto does not', listener, undefined, []],
    ['VerneMQ takes the CN', vernemq, undefined, ['MP501 error 3:26']],
    ['VerneMQ gets none', vernemq, 'send-proxy-v2-ssl', []],
    ['nobody is there', '', undefined, []],
  ])('matters where %s', (_, broker, server, expected) => {
    const found = said(mtls, files(), { clients: clients(), broker, ...(server !== undefined && { server }) })
    const message = ' the client certificate n.crt has no CN: its client is refused'
    expect(found).toEqual(expected.map((one) => `${one}${message}`))
  })
})
