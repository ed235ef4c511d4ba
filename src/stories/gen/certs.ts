import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { makeWithAuthorities } from '../../host/files/certificates.js'
import { readIfThere, type WantedFile } from '../../host/files/generated-files.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import {
  authorityFiles,
  type CertificatePlan,
  certificateFiles,
  type Flaw,
  filesOf,
  planCertificates,
} from '../../scenarios/certificates.js'
import type { CertificateNeeds } from '../../scenarios/derived.js'
import type { CertsResult, DescribedFile, WrittenFile } from '../../scenarios/generated.js'
import { writeGenerated } from './write-generated.js'

export interface CertsOptions {
  readonly san?: readonly string[]
  readonly clientCns?: readonly string[]
  readonly bad?: readonly Flaw[]
  readonly days?: number
  readonly key?: 'ec' | 'rsa'
  /** Keep the keys of the CAs, to add, renew and revoke certificates later. */
  readonly keepCa?: boolean
}

/**
 * `gen certs`: a complete set below a folder. A set that is there is replaced only when forced, since its CA keys are
 * gone and everything signed by them would have to follow.
 * @throws Fault MP-GEN-EXISTS, MP-CERTS (exit 2), MP-WRITE (exit 3)
 */
export async function genCerts(
  folder: string,
  options: CertsOptions,
  mode: { readonly force: boolean; readonly dryRun: boolean },
  needs?: CertificateNeeds,
): Promise<CertsResult> {
  const plan = checked(planCertificates({ ...lasting(options), now: new Date() }))
  const wanted = await wantedFiles(folder, plan, options, needs)
  const written = await writeGenerated(wanted, { ...mode, noDiff: true })
  const files = written.map((one, index) => ({ ...one, ...describe(wanted[index]?.text ?? '') }))
  return { schema: 1, ok: true, folder, files }
}

/**
 * `gen all`: the set that is there is kept when it is whole and still valid.
 * @throws Fault MP-GEN-EXISTS (exit 2) when it is not
 */
export async function keepOrGenCerts(
  folder: string,
  options: CertsOptions,
  mode: { readonly force: boolean; readonly dryRun: boolean },
  needs: CertificateNeeds,
): Promise<CertsResult> {
  const plan = checked(planCertificates({ ...lasting(options), now: new Date() }))
  const paths = [
    certificateFiles.serverCa,
    ...(needs.haproxy ? [certificateFiles.server] : []),
    ...(needs.broker ? [certificateFiles.brokerCert] : []),
    ...(needs.clientCa ? [certificateFiles.clientCa] : []),
    ...(options.keepCa ? [certificateFiles.serverCaKey] : []),
    ...(options.keepCa && needs.clientCa ? [certificateFiles.clientCaKey] : []),
    ...(listsRevoked(options) && needs.clientCa ? [certificateFiles.revoked] : []),
    ...(needs.clientCa ? plan.clients.map((client) => certificateFiles.clientCert(client.name)) : []),
  ].map((path) => join(folder, path))
  const texts = await Promise.all(paths.map(readIfThere))
  if (mode.force || texts.some((text) => text === undefined)) return await genCerts(folder, options, mode, needs)
  const expired = texts.findIndex((text, index) => !isBad(paths[index]) && hasEnded(text ?? '', plan.now))
  if (expired >= 0) {
    throw new Fault('MP-GEN-EXISTS', `${paths[expired]} has expired; nothing was written`, {
      exit: EXIT.usage,
      hints: ['--force makes a new set'],
    })
  }
  const files = paths.map((path, index) => ({ path, status: 'kept' as const, ...describe(texts[index] ?? '') }))
  return { schema: 1, ok: true, folder, files }
}

/** A set that can be renewed may last: a year, its CAs ten. */
export function lasting(options: CertsOptions): CertsOptions & { readonly caDays?: number } {
  return options.keepCa ? { ...options, days: options.days ?? 365, caDays: Math.max(3650, options.days ?? 0) } : options
}

/** Whether the set has a list of revoked certificates. One that nobody can renew is of use only with something on it. */
export function listsRevoked({ keepCa, bad = [] }: CertsOptions): boolean {
  return keepCa === true || bad.includes('revoked')
}

export function checked(plan: CertificatePlan): CertificatePlan {
  const names = plan.clients.map((client) => client.name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw badPlan(`two client certificates would be called ${twice}.crt`)
  const cn = plan.clients.find((client) => client.cn === '' || (client.cn?.length ?? 0) > 64)?.cn
  if (cn !== undefined) throw badPlan(`"${cn}" is not a valid common name: it needs 1 to 64 characters`)
  const san = plan.san.find((name) => name === '' || /[\s/,]/.test(name))
  if (san !== undefined) throw badPlan(`"${san}" is neither a host name nor an address`)
  return plan
}

function badPlan(message: string): Fault {
  return new Fault('MP-CERTS', message, { exit: EXIT.usage, hints: ['see mqtt-proxy gen certs --help'] })
}

async function wantedFiles(
  folder: string,
  plan: CertificatePlan,
  options: CertsOptions,
  needs?: CertificateNeeds,
): Promise<WantedFile[]> {
  const { set, authorities } = await makeWithAuthorities(plan)
  const listed = listsRevoked(options)
  const files = filesOf(set, needs).filter(({ path }) => listed || path !== certificateFiles.revoked)
  if (options.keepCa) files.push(...authorityFiles(authorities, needs))
  return files.map((file) => ({ ...file, path: join(folder, file.path) }))
}

function isBad(path: string | undefined): boolean {
  return path?.includes('/bad-') ?? false
}

function hasEnded(text: string, now: Date): boolean {
  if (!text.includes('BEGIN CERTIFICATE')) return false
  return Date.parse(new X509Certificate(text).validTo) < now.getTime()
}

export function describe(text: string): Omit<DescribedFile, keyof WrittenFile> {
  if (!text.includes('BEGIN CERTIFICATE')) return {}
  const cert = new X509Certificate(text)
  return {
    subject: cert.subject.replaceAll('\n', ', '),
    ...(cert.subjectAltName !== undefined && { san: cert.subjectAltName }),
    until: new Date(cert.validTo).toISOString().slice(0, 10),
  }
}
