import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { makeClients, makeRevocations, makeServer, serialOf } from '../../host/files/certificates.js'
import { readIfThere, type WantedFile } from '../../host/files/generated-files.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import {
  certificateFiles,
  fileNameOf,
  type KeptAuthority,
  loopbackNames,
  planCertificates,
} from '../../scenarios/certificates.js'
import type { CertsResult } from '../../scenarios/generated.js'
import { type CertsOptions, checked, describe, lasting } from './certs.js'
import { writeGenerated } from './write-generated.js'

/** What is done with a set whose CA keys were kept. */
export interface CertsChange {
  /** CNs of further clients. */
  readonly add: readonly string[]
  /** File names of clients, or `server`. */
  readonly renew: readonly string[]
  readonly revoke: readonly string[]
}

/**
 * Adds clients to a set, renews what is in it, or revokes; everything else of it stays as it is.
 * @throws Fault MP-CERTS-CA (exit 2) where the keys of the CAs were not kept, MP-CERTS-NONE (exit 2) for a client that
 *   is not there, MP-GEN-EXISTS (exit 2) for one that is
 */
export async function changeCerts(
  folder: string,
  change: CertsChange,
  options: CertsOptions,
  dryRun: boolean,
): Promise<CertsResult> {
  const now = new Date()
  const plan = (clientCns: readonly string[], san: readonly string[] = loopbackNames) =>
    checked(planCertificates({ ...lasting({ ...options, keepCa: true }), clientCns, san, now }))
  const wanted: WantedFile[] = []
  const file = (path: string, text: string, secret: boolean) => wanted.push({ path: join(folder, path), text, secret })
  const clients = change.renew.filter((name) => name !== 'server')
  const names = new Map<string, string>()
  for (const cn of change.add) {
    const path = certificateFiles.clientCert(fileNameOf(cn))
    if ((await readIfThere(join(folder, path))) !== undefined) throw alreadyThere(join(folder, path), fileNameOf(cn))
    names.set(fileNameOf(cn), cn)
  }
  for (const name of clients) names.set(name, cnOf(await certificateAt(folder, name), name))
  if (names.size > 0) {
    const ca = await authorityAt(folder, certificateFiles.clientCa, certificateFiles.clientCaKey)
    const made = await makeClients(plan([...names.values()]), ca)
    for (const [name, cn] of names) {
      const pair = made[fileNameOf(cn)]
      file(certificateFiles.clientCert(name), pair?.cert ?? '', false)
      file(certificateFiles.clientKey(name), pair?.key ?? '', true)
    }
  }
  if (change.renew.includes('server')) {
    const old = await readIfThere(join(folder, certificateFiles.brokerCert))
    const text = old ?? (await readIfThere(join(folder, certificateFiles.server)))
    if (text === undefined) throw none('server', join(folder, certificateFiles.server))
    const ca = await authorityAt(folder, certificateFiles.serverCa, certificateFiles.serverCaKey)
    const { cert, key } = await makeServer(plan([], options.san ?? namesOf(text)), ca)
    if ((await readIfThere(join(folder, certificateFiles.server))) !== undefined)
      file(certificateFiles.server, cert + key, true)
    if (old !== undefined) {
      file(certificateFiles.brokerCert, cert, false)
      file(certificateFiles.brokerKey, key, true)
    }
  }
  if (change.revoke.length > 0) {
    const ca = await authorityAt(folder, certificateFiles.clientCa, certificateFiles.clientCaKey)
    const serials = await Promise.all(change.revoke.map(async (name) => serialOf(await certificateAt(folder, name))))
    const before = await readIfThere(join(folder, certificateFiles.revoked))
    file(certificateFiles.revoked, await makeRevocations(ca, serials, { before, now, days: 3650 }), false)
  }
  const written = await writeGenerated(wanted, { force: true, dryRun, noDiff: true })
  const files = written.map((one, index) => ({ ...one, ...describe(wanted[index]?.text ?? '') }))
  return { schema: 1, ok: true, folder, files }
}

async function authorityAt(folder: string, certPath: string, keyPath: string): Promise<KeptAuthority> {
  const [cert, key] = await Promise.all([certPath, keyPath].map((path) => readIfThere(join(folder, path))))
  if (cert !== undefined && key !== undefined) return { cert, key }
  const missing = join(folder, key === undefined ? keyPath : certPath)
  throw new Fault('MP-CERTS-CA', `${missing} is not there: without the key of the CA nothing more can be signed`, {
    exit: EXIT.usage,
    hints: [`make a set whose CA keys are kept: mqtt-proxy gen certs --keep-ca --force -o ${folder}`],
  })
}

async function certificateAt(folder: string, name: string): Promise<string> {
  const path = join(folder, certificateFiles.clientCert(name))
  const text = /[/\\]|^\.\.?$/.test(name) ? undefined : await readIfThere(path)
  if (text === undefined) throw none(name, path)
  return text
}

function none(name: string, path: string): Fault {
  return new Fault('MP-CERTS-NONE', `there is no certificate "${name}": ${path} is not there`, {
    exit: EXIT.usage,
    hints: ['name a client by its file in clients/ without .crt, or server'],
  })
}

function alreadyThere(path: string, name: string): Fault {
  return new Fault('MP-GEN-EXISTS', `${path} is there; nothing was written`, {
    exit: EXIT.usage,
    hints: [`--renew ${name} makes a new one in its place`],
  })
}

function cnOf(text: string, name: string): string {
  return /^CN=(.*)$/m.exec(new X509Certificate(text).subject)?.[1] ?? name
}

/** The names of a server certificate, as `--san` takes them. */
function namesOf(text: string): readonly string[] {
  const names = new X509Certificate(text).subjectAltName?.split(', ') ?? []
  return names
    .map((one) => one.replace(/^(?:DNS|IP Address):/, ''))
    .map((one) => (one.includes(':') ? shortened(one) : one))
}

/** Node.js writes IPv6 addresses of certificates without `::`. */
function shortened(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1)
}
