import { createPrivateKey, X509Certificate } from 'node:crypto'

/** A file of certificates or keys as it was read. */
export interface PemText {
  readonly path: string
  readonly text: string
}

/** What is at a path that a configuration names. */
export type CertificatePath =
  | { readonly kind: 'file'; readonly file: PemText }
  | { readonly kind: 'folder'; readonly files: readonly PemText[] }
  /** Not on this machine, or not readable by us: nothing is concluded from that. */
  | { readonly kind: 'absent' }

export interface Certificate {
  readonly file: string
  readonly cn: string | undefined
  /** The CN of the issuer. */
  readonly issuer: string | undefined
  /** Subject alternative names: `DNS:localhost`, `IP Address:127.0.0.1`. */
  readonly names: readonly string[]
  readonly ca: boolean
  /** Milliseconds since 1970. */
  readonly notBefore: number
  readonly notAfter: number
  readonly serverAuth: boolean
  readonly clientAuth: boolean
  readonly x509: X509Certificate
}

const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g

export function hasPrivateKey(file: PemText): boolean {
  return /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/.test(file.text)
}

/** The certificates of a file in order; what Node cannot read is left out. */
export function certificatesIn(file: PemText): readonly Certificate[] {
  return [...file.text.matchAll(block)].flatMap(([text, kind]) => {
    if (kind !== 'CERTIFICATE') return []
    try {
      return [certificateOf(file.path, new X509Certificate(text))]
    } catch {
      return []
    }
  })
}

/** Whether the file's private key belongs to its first certificate; `undefined` when that can't be told. */
export function keyMatches(certificates: PemText, key: PemText): boolean | undefined {
  const first = certificatesIn(certificates)[0]
  if (first === undefined || !hasPrivateKey(key)) return undefined
  try {
    return first.x509.checkPrivateKey(createPrivateKey(key.text))
  } catch {
    return undefined
  }
}

/** Whether `issuer` signed `certificate`. */
export function signed(issuer: Certificate, certificate: Certificate): boolean {
  try {
    return certificate.x509.checkIssued(issuer.x509) && certificate.x509.verify(issuer.x509.publicKey)
  } catch {
    return false
  }
}

const serverAuth = '1.3.6.1.5.5.7.3.1'
const clientAuth = '1.3.6.1.5.5.7.3.2'

function certificateOf(file: string, x509: X509Certificate): Certificate {
  const usages = x509.keyUsage ?? []
  return {
    file,
    cn: /^CN=(.*)$/m.exec(x509.subject)?.[1],
    issuer: /^CN=(.*)$/m.exec(x509.issuer)?.[1],
    names: x509.subjectAltName?.split(', ') ?? [],
    ca: x509.ca,
    notBefore: Date.parse(x509.validFrom),
    notAfter: Date.parse(x509.validTo),
    serverAuth: usages.length === 0 || usages.includes(serverAuth),
    clientAuth: usages.length === 0 || usages.includes(clientAuth),
    x509,
  }
}
