import { createPrivateKey, X509Certificate } from 'node:crypto'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { makeCertificates } from '../../../src/host/files/certificates.js'
import {
  type CertificateSet,
  clientPair,
  filesOf,
  flaws,
  planCertificates,
} from '../../../src/scenarios/certificates.js'

const now = new Date()
const set = await makeCertificates(planCertificates({ bad: flaws, now }))
const day = 24 * 60 * 60 * 1000

describe('makeCertificates', () => {
  it('signs the server certificate with the server CA and names every SAN', () => {
    const cert = new X509Certificate(set.server.cert)
    expect(cert.verify(new X509Certificate(set.serverCa).publicKey)).toBe(true)
    expect(cert.subject).toBe('CN=localhost')
    expect(cert.checkHost('localhost')).toBe('localhost')
    expect(cert.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(cert.checkIP('::1')).toBe('::1')
    expect(cert.checkIssued(new X509Certificate(set.serverCa))).toBe(true)
  })

  it('gives the good client a CN, the client CA and the planned days', () => {
    const cert = new X509Certificate(pairOf(set, 'alice').cert)
    expect(cert.subject).toBe('CN=alice')
    expect(cert.verify(new X509Certificate(set.clientCa).publicKey)).toBe(true)
    expect(Math.round((Date.parse(cert.validTo) - now.getTime()) / day)).toBe(30)
    expect(cert.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
  })

  it('makes each flaw as it is named', () => {
    const of = (flaw: string) => new X509Certificate(pairOf(set, `bad-${flaw}`).cert)
    const clientCa = new X509Certificate(set.clientCa).publicKey
    expect(Date.parse(of('expired').validTo)).toBeLessThan(now.getTime())
    expect(Date.parse(of('not-yet-valid').validFrom)).toBeGreaterThan(now.getTime())
    expect(of('wrong-ca').verify(clientCa)).toBe(false)
    expect(of('wrong-ca').verify(new X509Certificate(set.otherCa).publicKey)).toBe(true)
    expect(of('no-cn').subject).not.toContain('CN=')
    expect(of('server-auth-only').keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    for (const flaw of ['expired', 'not-yet-valid', 'no-cn', 'server-auth-only', 'revoked']) {
      expect(of(flaw).verify(clientCa), flaw).toBe(true)
    }
  })

  it.each(['ec', 'rsa'] as const)('lists what is revoked, for OpenSSL and with %s keys', async (key) => {
    const made = await makeCertificates(planCertificates({ bad: ['revoked', 'expired'], key, now }))
    expect(await complaint(made, 'bad-revoked')).toBe('CERT_REVOKED')
    expect(await complaint(made, 'alice')).toBe('none')
  })

  it.each(['ec', 'rsa'] as const)('makes %s certificates that a mutual TLS handshake accepts', async (key) => {
    const made = await makeCertificates(planCertificates({ key, clientCns: ['bob'], now }))
    expect(new X509Certificate(made.server.cert).publicKey.asymmetricKeyType).toBe(key)
    expect(await handshake(made, 'bob')).toBe('bob')
  })

  it('never makes the same key twice', async () => {
    const again = await makeCertificates(planCertificates({ now }))
    expect(again.server.key).not.toBe(set.server.key)
  })
})

describe('filesOf', () => {
  it('puts certificate and key of the server in one file, alone in its folder', () => {
    const files = filesOf(set)
    const inFolder = files.filter((file) => file.path.startsWith('haproxy/'))
    expect(inFolder.map((file) => file.path)).toEqual(['haproxy/server.pem'])
    expect(inFolder[0]?.text).toBe(set.server.cert + set.server.key)
  })

  it('marks every file with a private key as secret, and no other', () => {
    for (const file of filesOf(set)) expect(file.secret, file.path).toBe(file.text.includes('PRIVATE KEY'))
  })

  it('keeps no key of a CA', () => {
    const authorities = [set.serverCa, set.clientCa, set.otherCa].map((ca) => new X509Certificate(ca))
    for (const file of filesOf(set).filter((one) => one.secret)) {
      for (const ca of authorities) expect(ca.checkPrivateKey(keyOf(file.text)), file.path).toBe(false)
    }
  })
})

describe('clientPair', () => {
  it('finds the pair for every kind of client', () => {
    expect(clientPair(set, 'none')).toBeUndefined()
    expect(clientPair(set, 'valid')).toBe(set.clients.alice)
    for (const flaw of flaws) expect(clientPair(set, flaw), flaw).toBe(set.clients[`bad-${flaw}`])
  })
})

function pairOf(from: CertificateSet, name: string) {
  const pair = from.clients[name]
  if (pair === undefined) throw new Error(`no client ${name}`)
  return pair
}

function keyOf(text: string) {
  return createPrivateKey(text.slice(text.indexOf('-----BEGIN PRIVATE KEY')))
}

/** The CN that a server saw in a mutual TLS handshake over loopback. */
async function handshake(made: CertificateSet, name: string): Promise<string> {
  const server = createServer({ ...made.server, ca: made.clientCa, requestCert: true, rejectUnauthorized: true })
  const seen = new Promise<string>((resolve, reject) => {
    server.on('secureConnection', (socket: TLSSocket) => {
      resolve(String(socket.getPeerCertificate().subject.CN))
      socket.end()
    })
    server.on('tlsClientError', reject)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const client = connect({ host: '127.0.0.1', port, ca: made.serverCa, ...pairOf(made, name) })
  client.on('error', () => undefined)
  try {
    return await seen
  } finally {
    client.destroy()
    server.close()
  }
}

/** What OpenSSL has against this client where it reads the list of revoked certificates. */
async function complaint(made: CertificateSet, name: string): Promise<string> {
  const options = { ...made.server, ca: made.clientCa, crl: made.revoked, requestCert: true }
  const server = createServer({ ...options, rejectUnauthorized: false })
  const code = new Promise<string>((resolve, reject) => {
    server.on('secureConnection', (socket: TLSSocket) => {
      resolve(socket.authorized ? 'none' : String(socket.authorizationError))
      socket.end()
    })
    server.on('tlsClientError', reject)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const client = connect({ host: '127.0.0.1', port, ca: made.serverCa, ...pairOf(made, name) })
  client.on('error', () => undefined)
  try {
    return await code
  } finally {
    client.destroy()
    server.close()
  }
}
