import type { CertificateNeeds } from './derived.js'
import { validCn } from './names.js'
import type { ClientCertificate } from './types.js'

/** Ways in which a client certificate is wrong on purpose. */
export const flaws = ['expired', 'not-yet-valid', 'wrong-ca', 'no-cn', 'server-auth-only', 'revoked'] as const
/** A way in which a client certificate is wrong on purpose. */
export type Flaw = (typeof flaws)[number]

/** What to make. Nothing here is a secret; the keys appear when the plan is carried out. */
export interface CertificatePlan {
  /** DNS names and addresses of the server certificate, the first one is its CN. */
  readonly san: readonly string[]
  readonly clients: readonly PlannedClient[]
  /** Validity from now. */
  readonly days: number
  /** Validity of the CAs. */
  readonly caDays: number
  /** EC P-256 or RSA 2048. */
  readonly key: 'ec' | 'rsa'
  readonly now: Date
}

/** A client certificate to be made. */
export interface PlannedClient {
  /** File name and key in the set. */
  readonly name: string
  /** Absent: no CN in the subject. */
  readonly cn: string | undefined
  readonly flaw?: Flaw
}

/** A certificate and its private key. */
export interface CertificatePair {
  /** PEM, certificate only. */
  readonly cert: string
  /** PEM, PKCS #8. */
  readonly key: string
}

/** A CA that can sign more: certificate and key, PEM. */
export interface KeptAuthority {
  readonly cert: string
  readonly key: string
}

export interface KeptAuthorities {
  readonly server: KeptAuthority
  readonly client: KeptAuthority
}

/** Everything in PEM. The keys of the CAs are no part of it. */
export interface CertificateSet {
  /** Signs the server certificate; clients trust it. */
  readonly serverCa: string
  /** Signs the client certificates; HAProxy trusts it. */
  readonly clientCa: string
  /** Signs nothing of use: for clients that must not trust the server, and for the wrong-CA client. */
  readonly otherCa: string
  /** What the client CA has revoked (a CRL): the clients with that flaw. */
  readonly revoked: string
  readonly server: CertificatePair
  readonly clients: Readonly<Record<string, CertificatePair>>
}

export const loopbackNames = ['localhost', '127.0.0.1', '::1'] as const

/**
 * Fills in what is not said: `localhost`, `127.0.0.1` and `::1` for the server, one client `alice`, 30 days, EC keys.
 * For `makeCertificates`.
 * @param options `san`: names of the server; `clientCns`: a CN for each good client; `bad`: flawed clients, named
 * `bad-FLAW`; `days` and
 * `caDays`: validity; `now`: when validity begins
 */
export function planCertificates(options: {
  readonly san?: readonly string[]
  readonly clientCns?: readonly string[]
  readonly bad?: readonly Flaw[]
  readonly days?: number
  readonly caDays?: number
  readonly key?: 'ec' | 'rsa'
  readonly now: Date
}): CertificatePlan {
  const good = (options.clientCns ?? [validCn]).map((cn) => ({ name: fileNameOf(cn), cn }))
  const bad = (options.bad ?? []).map((flaw) => ({
    name: `bad-${flaw}`,
    cn: flaw === 'no-cn' ? undefined : validCn,
    flaw,
  }))
  return {
    san: options.san ?? loopbackNames,
    clients: [...good, ...bad],
    days: options.days ?? 30,
    caDays: options.caDays ?? options.days ?? 30,
    key: options.key ?? 'ec',
    now: options.now,
  }
}

/** The pair of a set that an attempt asks for. */
export function clientPair(set: CertificateSet, wanted: ClientCertificate): CertificatePair | undefined {
  if (wanted === 'none') return undefined
  return set.clients[wanted === 'valid' ? validCn : `bad-${wanted}`]
}

/** A CN may hold anything; a file name may not. */
export function fileNameOf(cn: string): string {
  const name = cn.replace(/[^\p{L}\p{N}._@-]+/gu, '_').replace(/^\.+/, '_')
  return name === '' ? '_' : name
}

/** Where the files of a set lie below the certificate folder. HAProxy loads the whole of `haproxy/`, so nothing else is in it. */
export const certificateFiles = {
  server: 'haproxy/server.pem',
  serverCa: 'server-ca.crt',
  clientCa: 'client-ca.crt',
  otherCa: 'other-ca.crt',
  brokerCert: 'broker/server.crt',
  brokerKey: 'broker/server.key',
  clientCert: (name: string) => `clients/${name}.crt`,
  clientKey: (name: string) => `clients/${name}.key`,
  /** Apart from everything else: HAProxy, broker and clients never need them. */
  serverCaKey: 'ca/server-ca.key',
  clientCaKey: 'ca/client-ca.key',
  /** What the client CA has revoked. */
  revoked: 'client-ca.crl',
} as const

export interface CertificateFile {
  /** Below the certificate folder, with `/`. */
  readonly path: string
  readonly text: string
  /** Holds a private key: mode 0600. */
  readonly secret: boolean
}

/** What a kept CA adds to a set; with `needs` what one scenario has use for. */
export function authorityFiles(
  { server, client }: KeptAuthorities,
  needs?: CertificateNeeds,
): readonly CertificateFile[] {
  const forClients = needs?.clientCa ?? true
  return [
    { path: certificateFiles.serverCaKey, text: server.key, secret: true },
    ...(forClients ? [{ path: certificateFiles.clientCaKey, text: client.key, secret: true }] : []),
  ]
}

const ofClients: ReadonlySet<string> = new Set([certificateFiles.clientCa, certificateFiles.revoked])

/** The files of a set; with `needs` those of one scenario only. */
export function filesOf(set: CertificateSet, needs?: CertificateNeeds): readonly CertificateFile[] {
  const clients = Object.entries(set.clients).flatMap(([name, pair]) => [
    { path: certificateFiles.clientCert(name), text: pair.cert, secret: false },
    { path: certificateFiles.clientKey(name), text: pair.key, secret: true },
  ])
  const files = [
    { path: certificateFiles.server, text: set.server.cert + set.server.key, secret: true },
    { path: certificateFiles.brokerCert, text: set.server.cert, secret: false },
    { path: certificateFiles.brokerKey, text: set.server.key, secret: true },
    { path: certificateFiles.serverCa, text: set.serverCa, secret: false },
    { path: certificateFiles.clientCa, text: set.clientCa, secret: false },
    { path: certificateFiles.otherCa, text: set.otherCa, secret: false },
    { path: certificateFiles.revoked, text: set.revoked, secret: false },
    ...clients,
  ]
  if (needs === undefined) return files
  return files.filter(({ path }) => {
    if (path.startsWith('haproxy/')) return needs.haproxy
    if (path.startsWith('broker/')) return needs.broker
    if (ofClients.has(path) || path.startsWith('clients/')) return needs.clientCa
    return path !== certificateFiles.otherCa
  })
}
