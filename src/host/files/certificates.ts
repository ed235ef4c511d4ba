import { X509Certificate as Certificate, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import type { X509Certificate } from '@peculiar/x509'
import type {
  CertificatePair,
  CertificatePlan,
  CertificateSet,
  KeptAuthorities,
  KeptAuthority,
  PlannedClient,
} from '../../scenarios/certificates.js'

type Library = typeof import('@peculiar/x509')

const algorithms = {
  ec: {
    keys: { name: 'ECDSA', namedCurve: 'P-256' },
    sign: { name: 'ECDSA', hash: 'SHA-256' },
  },
  rsa: {
    keys: {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
    },
    sign: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  },
} as const

const day = 24 * 60 * 60 * 1000
/** Clocks of client and server differ a little. */
const skew = 5 * 60 * 1000

interface Authority {
  readonly cert: X509Certificate
  readonly key: webcrypto.CryptoKey
  readonly sign: (typeof algorithms)[keyof typeof algorithms]['sign']
}

/** Carries a plan out, in memory and without any other program; keys are made in parallel. */
export async function makeCertificates(plan: CertificatePlan): Promise<CertificateSet> {
  return (await makeWithAuthorities(plan)).set
}

/** The same, with the keys of the CAs: anyone who has them can sign more. */
export async function makeWithAuthorities(
  plan: CertificatePlan,
): Promise<{ readonly set: CertificateSet; readonly authorities: KeptAuthorities }> {
  const library = await load()
  const [serverCa, clientCa, otherCa] = await Promise.all(
    ['server CA', 'client CA', 'other CA'].map((name) => authority(library, plan, `mqtt-proxy ${name}`)),
  )
  if (!serverCa || !clientCa || !otherCa) throw new Error('no authority')
  const [server, ...clients] = await Promise.all([
    serverPair(library, plan, serverCa),
    ...plan.clients.map((client) => clientPair(library, plan, client, client.flaw === 'wrong-ca' ? otherCa : clientCa)),
  ])
  const [serverKey, clientKey] = await Promise.all([serverCa, clientCa].map((one) => keyText(one.key)))
  const client = { cert: pem(clientCa.cert), key: clientKey ?? '' }
  const revoked = clients
    .filter((_, index) => plan.clients[index]?.flaw === 'revoked')
    .map(({ cert }) => serialOf(cert))
  const set = {
    serverCa: pem(serverCa.cert),
    clientCa: client.cert,
    otherCa: pem(otherCa.cert),
    revoked: await makeRevocations(client, revoked, { before: undefined, now: plan.now, days: plan.caDays }),
    server,
    clients: Object.fromEntries(clients.map((pair, index) => [plan.clients[index]?.name ?? String(index), pair])),
  }
  return {
    set,
    authorities: {
      server: { cert: set.serverCa, key: serverKey ?? '' },
      client,
    },
  }
}

/** Client certificates of a CA whose key was kept, by the names of the plan. */
export async function makeClients(plan: CertificatePlan, kept: KeptAuthority): Promise<CertificateSet['clients']> {
  const library = await load()
  const ca = await authorityOf(library, kept)
  const made = plan.clients.map(async (one) => [one.name, await clientPair(library, plan, one, ca)] as const)
  return Object.fromEntries(await Promise.all(made))
}

/** A server certificate of a CA whose key was kept. */
export async function makeServer(plan: CertificatePlan, kept: KeptAuthority): Promise<CertificatePair> {
  const library = await load()
  return await serverPair(library, plan, await authorityOf(library, kept))
}

/**
 * A list of revoked certificates (RFC 5280, section 5) that takes the place of `before`: what was on it stays on it.
 * @param serials hexadecimal, as `X509Certificate.serialNumber` has them
 * @returns PEM
 */
export async function makeRevocations(
  kept: KeptAuthority,
  serials: readonly string[],
  { before, now, days }: { readonly before: string | undefined; readonly now: Date; readonly days: number },
): Promise<string> {
  const library = await load()
  const ca = await authorityOf(library, kept)
  const old = before === undefined ? [] : new library.X509Crl(before).entries
  const known = new Set(old.map(({ serialNumber }) => serialNumber.toLowerCase()))
  const added = [...new Set(serials.map((one) => one.toLowerCase()))].filter((one) => !known.has(one))
  const list = await library.X509CrlGenerator.create({
    issuer: ca.cert.subjectName,
    thisUpdate: new Date(now.getTime() - skew),
    nextUpdate: new Date(now.getTime() + days * day),
    entries: [
      ...old.map(({ serialNumber, revocationDate }) => ({ serialNumber, revocationDate })),
      ...added.map((serialNumber) => ({ serialNumber, revocationDate: now })),
    ],
    signingAlgorithm: ca.sign,
    signingKey: ca.key,
  })
  return toPem('X509 CRL', Buffer.from(list.rawData))
}

/** As a list of revoked certificates has it. */
export function serialOf(certificate: string): string {
  return new Certificate(certificate).serialNumber
}

async function authorityOf(library: Library, { cert, key }: KeptAuthority): Promise<Authority> {
  const certificate = new library.X509Certificate(cert)
  const kind = certificate.publicKey.algorithm.name === 'ECDSA' ? algorithms.ec : algorithms.rsa
  const der = Buffer.from(key.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  const imported = await webcrypto.subtle.importKey('pkcs8', der, kind.keys, false, ['sign'])
  return { cert: certificate, key: imported, sign: kind.sign }
}

async function keyText(key: webcrypto.CryptoKey): Promise<string> {
  return toPem('PRIVATE KEY', Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)))
}

async function load(): Promise<Library> {
  // The library's dependency injection wants the metadata shim before anything else of it is loaded.
  await import('reflect-metadata')
  const library = await import('@peculiar/x509')
  library.cryptoProvider.set(webcrypto)
  return library
}

async function authority(library: Library, plan: CertificatePlan, name: string): Promise<Authority> {
  const keys = await keyPair(plan)
  const cert = await library.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    keys,
    ...validity({ now: plan.now, days: plan.caDays }),
    signingAlgorithm: algorithms[plan.key].sign,
    extensions: [
      new library.BasicConstraintsExtension(true, 0, true),
      new library.KeyUsagesExtension(library.KeyUsageFlags.keyCertSign | library.KeyUsageFlags.cRLSign, true),
      await library.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { cert, key: keys.privateKey, sign: algorithms[plan.key].sign }
}

async function serverPair(library: Library, plan: CertificatePlan, ca: Authority): Promise<CertificatePair> {
  const names = plan.san.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value }))
  return await issue(library, plan, ca, {
    subject: [{ CN: [plan.san[0] ?? 'localhost'] }],
    usage: library.ExtendedKeyUsage.serverAuth,
    extensions: [new library.SubjectAlternativeNameExtension(names)],
  })
}

async function clientPair(
  library: Library,
  plan: CertificatePlan,
  client: PlannedClient,
  ca: Authority,
): Promise<CertificatePair> {
  const now = plan.now.getTime()
  return await issue(library, plan, ca, {
    subject: client.cn === undefined ? [{ O: ['mqtt-proxy, no common name'] }] : [{ CN: [client.cn] }],
    usage:
      client.flaw === 'server-auth-only' ? library.ExtendedKeyUsage.serverAuth : library.ExtendedKeyUsage.clientAuth,
    ...(client.flaw === 'expired' && { notBefore: new Date(now - 2 * day), notAfter: new Date(now - day) }),
    ...(client.flaw === 'not-yet-valid' && { notBefore: new Date(now + day), notAfter: new Date(now + 2 * day) }),
  })
}

interface Leaf {
  readonly subject: Record<string, string[]>[]
  readonly usage: string
  readonly extensions?: InstanceType<Library['Extension']>[]
  readonly notBefore?: Date
  readonly notAfter?: Date
}

async function issue(library: Library, plan: CertificatePlan, ca: Authority, leaf: Leaf): Promise<CertificatePair> {
  const keys = await keyPair(plan)
  const flags = library.KeyUsageFlags
  const cert = await library.X509CertificateGenerator.create({
    subject: leaf.subject,
    issuer: ca.cert.subjectName,
    publicKey: keys.publicKey,
    signingKey: ca.key,
    signingAlgorithm: ca.sign,
    ...validity(plan),
    ...(leaf.notBefore && { notBefore: leaf.notBefore }),
    ...(leaf.notAfter && { notAfter: leaf.notAfter }),
    extensions: [
      new library.BasicConstraintsExtension(false, undefined, true),
      new library.KeyUsagesExtension(flags.digitalSignature | (plan.key === 'rsa' ? flags.keyEncipherment : 0), true),
      new library.ExtendedKeyUsageExtension([leaf.usage]),
      await library.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await library.AuthorityKeyIdentifierExtension.create(ca.cert.publicKey),
      ...(leaf.extensions ?? []),
    ],
  })
  return { cert: pem(cert), key: await keyText(keys.privateKey) }
}

function validity(plan: Pick<CertificatePlan, 'now' | 'days'>): { notBefore: Date; notAfter: Date } {
  const now = plan.now.getTime()
  return { notBefore: new Date(now - skew), notAfter: new Date(now + plan.days * day) }
}

async function keyPair(plan: CertificatePlan): Promise<webcrypto.CryptoKeyPair> {
  const made = await webcrypto.subtle.generateKey(algorithms[plan.key].keys, true, ['sign', 'verify'])
  if (!('privateKey' in made)) throw new Error('a key pair was asked for')
  return made
}

function pem(cert: X509Certificate): string {
  return toPem('CERTIFICATE', Buffer.from(cert.rawData))
}

function toPem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
