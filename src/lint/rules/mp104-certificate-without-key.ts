import { bindCertificates } from '../certificate-paths.js'
import { certificatesIn, hasPrivateKey, type PemText } from '../certificates.js'
import type { Rule } from '../rule.js'
import { holdsOnlyCas } from './mp117-ca-for-certificate.js'

export const certificateWithoutKey: Rule = {
  code: 'MP104',
  name: 'certificate-without-key',
  summary: 'A crt path holds a certificate whose private key is not where HAProxy looks.',
  severity: 'error',
  harm: 'HAProxy does not start: "No Private Key found", or "no SSL certificate specified" when the folder is empty.',
  evidence:
    'HAProxy 2.6: server.crt beside server.key fails; one .pem with both, server.crt beside server.crt.key, or ssl-load-extra-del-ext work.',
  fix: 'Put certificate and key into one .pem, alone in its folder.',
  *check({ haproxies, certificates }) {
    for (const haproxy of haproxies) {
      const bare = haproxy.global.sslLoadExtraDelExt !== undefined
      for (const { path, span } of bindCertificates(haproxy)) {
        const found = certificates?.get(path)
        if (found === undefined || found.kind === 'absent') continue
        const files = found.kind === 'folder' ? found.files : [found.file, ...besides(found.file, certificates)]
        const loaded = found.kind === 'folder' ? files.filter((one) => isLoaded(one.path)) : [found.file]
        if (loaded.length === 0) yield { at: span, message: `${path} holds no certificate: HAProxy does not start` }
        for (const file of loaded) {
          // That is MP117: no key belongs there.
          if (found.kind === 'file' && holdsOnlyCas(file)) continue
          const problem = withoutKey(file, files, bare)
          if (problem !== undefined) yield { at: span, message: problem, fix: { text: remedyFor(file) } }
        }
      }
    }
  },
}

/** Files of a `crt` folder that HAProxy takes for certificates: all but its extra files and hidden ones. */
function isLoaded(path: string): boolean {
  const name = path.split('/').at(-1) ?? ''
  return !name.startsWith('.') && !/\.(key|issuer|ocsp|sctl)$/.test(name)
}

function withoutKey(file: PemText, files: readonly PemText[], withoutExtension: boolean): string | undefined {
  if (hasPrivateKey(file)) return undefined
  if (certificatesIn(file).length === 0) return `${file.path} holds no certificate: HAProxy does not start`
  const names = [`${file.path}.key`, ...(withoutExtension ? [file.path.replace(/\.[^./]*$/, '.key')] : [])]
  if (files.some((one) => names.includes(one.path) && hasPrivateKey(one))) return undefined
  return `${file.path} has no private key, and there is no ${names.join(' or ')}`
}

function besides(file: PemText, certificates: Parameters<Rule['check']>[0]['certificates']): readonly PemText[] {
  const names = [`${file.path}.key`, file.path.replace(/\.[^./]*$/, '.key')]
  return names.flatMap((name) => {
    const found = certificates?.get(name)
    return found?.kind === 'file' ? [found.file] : []
  })
}

function remedyFor(file: PemText): string {
  if (certificatesIn(file).length === 0)
    return `move ${file.path} to another folder, or name a file in crt that holds certificate and key`
  const base = file.path.replace(/\.[^./]*$/, '')
  return `cat ${base}.crt ${base}.key > ${base}.pem, and move the two away`
}
