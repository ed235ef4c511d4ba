import { beforeAll, describe, expect, it } from 'vitest'
import { makeCertificates } from '../../src/host/files/certificates.js'
import { certificatesIn, hasPrivateKey, keyMatches, signed } from '../../src/lint/certificates.js'
import { type CertificateSet, planCertificates } from '../../src/scenarios/certificates.js'

let set: CertificateSet

beforeAll(async () => {
  const bad = ['no-cn', 'wrong-ca', 'server-auth-only'] as const
  const now = new Date('2026-05-01T00:00:00Z')
  set = await makeCertificates(planCertificates({ clientCns: ['alice'], bad, days: 365, caDays: 700, now }))
})

const file = (text: string) => ({ path: 'f.pem', text })
const client = (name: string) => set.clients[name] ?? { cert: '', key: '' }

describe('what a certificate says', () => {
  it('of a server: its names, its time, what it is for', () => {
    const [one] = certificatesIn(file(set.server.cert))
    expect(one).toMatchObject({ file: 'f.pem', cn: 'localhost', ca: false, serverAuth: true, clientAuth: false })
    expect(one?.names).toEqual(expect.arrayContaining(['DNS:localhost', 'IP Address:127.0.0.1']))
    // A year, from a day before it was made.
    expect(new Date(one?.notBefore ?? 0).toISOString()).toMatch(/^2026-04-30T/)
    expect(new Date(one?.notAfter ?? 0).toISOString()).toMatch(/^2027-05-01T/)
  })

  it('of a client, with its issuer', () => {
    const [alice] = certificatesIn(file(client('alice').cert))
    const [ca] = certificatesIn(file(set.clientCa))
    expect(alice).toMatchObject({ cn: 'alice', issuer: ca?.cn, ca: false, serverAuth: false, clientAuth: true })
    expect(alice?.names).toEqual([])
  })

  it('of one that is for servers only, of one without a CN, and of a CA, which is for everything', () => {
    expect(certificatesIn(file(client('bad-server-auth-only').cert))[0]).toMatchObject({
      serverAuth: true,
      clientAuth: false,
    })
    expect(certificatesIn(file(client('bad-no-cn').cert))[0]?.cn).toBeUndefined()
    const [ca] = certificatesIn(file(set.clientCa))
    expect(ca).toMatchObject({ ca: true, serverAuth: true, clientAuth: true })
    expect(ca?.issuer).toBe(ca?.cn)
  })
})

describe('a file', () => {
  it('holds its certificates in order, whatever stands between them', () => {
    const text = `# mine\n${set.server.cert}${set.server.key}\nnot this\n${set.clientCa}`
    expect(certificatesIn(file(text)).map((one) => one.ca)).toEqual([false, true])
    expect(certificatesIn(file(set.server.key))).toEqual([])
    expect(certificatesIn(file(''))).toEqual([])
  })

  it('that is broken in one place is read in the others', () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
    expect(certificatesIn(file(`${broken}${set.clientCa}`)).map((one) => one.ca)).toEqual([true])
  })

  it.each([
    ['-----BEGIN PRIVATE KEY-----', true],
    ['-----BEGIN EC PRIVATE KEY-----', true],
    ['-----BEGIN RSA PRIVATE KEY-----', true],
    ['-----BEGIN ENCRYPTED PRIVATE KEY-----', true],
    ['-----BEGIN PUBLIC KEY-----', false],
    ['-----BEGIN CERTIFICATE-----', false],
    ['PRIVATE KEY', false],
  ])('with "%s" has a key: %s', (text, has) => {
    expect(hasPrivateKey(file(`${text}\nAAAA\n`))).toBe(has)
  })
})

it('a key belongs to its certificate, and where there is none nothing is said', () => {
  const { cert, key } = set.server
  expect(keyMatches(file(cert), file(key))).toBe(true)
  expect(keyMatches(file(`${cert}${set.clientCa}`), file(key))).toBe(true)
  expect(keyMatches(file(cert), file(client('alice').key))).toBe(false)
  expect(keyMatches(file(cert), file(cert))).toBeUndefined()
  expect(keyMatches(file(key), file(key))).toBeUndefined()
  expect(keyMatches(file(cert), file('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'))).toBeUndefined()
})

it('a CA signed its own certificates only', () => {
  const [ca] = certificatesIn(file(set.clientCa))
  const [other] = certificatesIn(file(set.otherCa))
  const [alice] = certificatesIn(file(client('alice').cert))
  const [stranger] = certificatesIn(file(client('bad-wrong-ca').cert))
  if (!ca || !other || !alice || !stranger) throw new Error('no certificates')
  expect([signed(ca, alice), signed(ca, stranger), signed(other, stranger), signed(alice, ca)]).toEqual([
    true,
    false,
    true,
    false,
  ])
})

it('a CA of the same name and another key did not', async () => {
  const plan = planCertificates({ clientCns: ['alice'], now: new Date('2026-05-01T00:00:00Z') })
  const again = await makeCertificates(plan)
  const [twin] = certificatesIn(file(again.clientCa))
  const [alice] = certificatesIn(file(client('alice').cert))
  if (!twin || !alice) throw new Error('no certificates')
  expect(signed(twin, alice)).toBe(false)
})
