import { bindAuthorities, bindCertificates, serverAuthorities } from '../certificate-paths.js'
import { type Certificate, certificatesIn, hasPrivateKey } from '../certificates.js'
import type { Rule } from '../rule.js'

export const caForCertificate: Rule = {
  code: 'MP117',
  name: 'ca-for-certificate',
  summary: 'A CA stands where a certificate is required (crt), or a certificate where a CA is required (ca-file).',
  severity: 'error',
  harm: 'HAProxy does not start ("No Private Key found"), or refuses every certificate ("unknown CA").',
  evidence:
    'HAProxy 2.6.12, 3.2.26 and 3.4.7: crt with a CA and no key ends the start; with the certificate of a client as ca-file that very client gets alert unknown ca (48).',
  fix: 'crt: the certificate of the server with its key. ca-file: the CA that signed the certificates of the other side.',
  *check({ haproxies, certificates }) {
    for (const haproxy of haproxies) {
      for (const { path, span } of bindCertificates(haproxy)) {
        const found = certificates?.get(path)
        if (found?.kind !== 'file' || !holdsOnlyCas(found.file)) continue
        const [ca] = certificatesIn(found.file)
        yield {
          at: span,
          message: `${path} is a CA${nameOf(ca)}, not the certificate of a server: HAProxy does not start`,
          fix: {
            text: `the certificate that this CA issued for the server, with its key, in one .pem; clients get ${path}`,
          },
        }
      }
      for (const { path, span } of [...bindAuthorities(haproxy), ...serverAuthorities(haproxy)]) {
        const found = certificates?.get(path)
        const all = found?.kind === 'file' ? certificatesIn(found.file) : []
        const [first] = all
        if (first === undefined || all.some((one) => one.ca || isSelfSigned(one))) continue
        yield {
          at: span,
          message: `${path} is a certificate${nameOf(first)}, not a CA: nothing that it is to verify is accepted`,
          fix: { text: `the CA that issued it${first.issuer === undefined ? '' : ` (${first.issuer})`}` },
        }
      }
    }
  },
}

/** Whether a file for `crt` holds CAs alone, and no key. A certificate that signed itself is often marked as a CA. */
export function holdsOnlyCas(file: Parameters<typeof certificatesIn>[0]): boolean {
  const all = certificatesIn(file)
  return all.length > 0 && all.every((one) => one.ca) && !hasPrivateKey(file)
}

function isSelfSigned({ x509 }: Certificate): boolean {
  return x509.issuer === x509.subject
}

function nameOf(one: Certificate | undefined): string {
  return one?.cn === undefined ? '' : ` ("${one.cn}")`
}
