import { bindCertificates } from '../certificate-paths.js'
import { hasPrivateKey, keyMatches } from '../certificates.js'
import type { Rule } from '../rule.js'

export const keyMismatch: Rule = {
  code: 'MP504',
  name: 'key-mismatch',
  summary: 'The private key beside a certificate does not belong to it.',
  severity: 'error',
  harm: 'HAProxy does not start: "inconsistencies between private key and certificate loaded".',
  evidence: 'HAProxy 2.6 to 3.4, haproxy -c.',
  fix: 'Put the key that the certificate was made with beside it.',
  *check({ haproxies, certificates }) {
    for (const haproxy of haproxies) {
      for (const { path, span } of bindCertificates(haproxy)) {
        const found = certificates?.get(path)
        const files = found?.kind === 'folder' ? found.files : found?.kind === 'file' ? [found.file] : []
        for (const file of files) {
          const beside = certificates?.get(`${file.path}.key`)
          // HAProxy looks beside a file only for a key that is not in it.
          const key = hasPrivateKey(file)
            ? file
            : (files.find((one) => one.path === `${file.path}.key`) ?? (beside?.kind === 'file' ? beside.file : file))
          if (keyMatches(file, key) === false) {
            yield {
              at: span,
              message: `the private key in ${key.path} does not belong to the certificate in ${file.path}`,
            }
          }
        }
      }
    }
  },
}
