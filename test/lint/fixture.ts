import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { recognise } from '../../src/brokers/recognise.js'
import { newestRelease } from '../../src/config/haproxy/release.js'
import { makeCertificates } from '../../src/host/files/certificates.js'
import type { Finding } from '../../src/kernel/result.js'
import { bindAuthorities, bindCertificates, serverAuthorities } from '../../src/lint/certificate-paths.js'
import type { CertificatePath, PemText } from '../../src/lint/certificates.js'
import { withSoundEdits } from '../../src/lint/offer.js'
import { lint } from '../../src/lint/run.js'
import { readWorkspace, type SourceFile } from '../../src/lint/workspace.js'
import { planCertificates } from '../../src/scenarios/certificates.js'

/** Files of one pair in one text: `-- name --` begins each; lines above the first say what to expect. */
export interface Fixture {
  readonly name: string
  readonly expect: readonly string[] | undefined
  readonly options: Readonly<Record<string, string>>
  readonly files: ReadonlyMap<string, string>
}

export const folder = join(import.meta.dirname, '../../fixtures/lint')
const now = Date.parse('2026-06-01T00:00:00Z')

export function fixturesOf(code: string, kind: 'fires' | 'silent'): readonly Fixture[] {
  let names: string[]
  try {
    names = readdirSync(join(folder, code))
  } catch {
    return []
  }
  return names
    .filter((name) => name.startsWith(kind))
    .sort()
    .map((name) => parseFixture(`${code}/${name}`, readFileSync(join(folder, code, name), 'utf8')))
}

export function parseFixture(name: string, text: string): Fixture {
  const [head = '', ...parts] = text.split(/^-- (.+) --$/m)
  const files = new Map<string, string>()
  for (let at = 0; at < parts.length; at += 2) files.set(parts[at] ?? '', (parts[at + 1] ?? '').replace(/^\n/, ''))
  const expect = /^expect: (.*)$/m.exec(head)?.[1]?.split(' ')
  const options = Object.fromEntries(
    (/^options: (.*)$/m.exec(head)?.[1] ?? '').split(' ').flatMap((one) => (one === '' ? [] : [one.split('=')])),
  )
  return { name, expect, options, files }
}

/** Lints the configuration files of a fixture (or other texts under the same names) with its certificates. */
export function lintFixture(
  fixture: Fixture,
  certificates: Certificates,
  texts = fixture.files,
  select?: readonly string[],
): readonly Finding[] {
  return withSoundEdits(texts, (now) => look(fixture, certificates, now, select))
}

function look(
  fixture: Fixture,
  certificates: Certificates,
  texts: Fixture['files'],
  chosen: readonly string[] | undefined,
): readonly Finding[] {
  const sources = [...texts].flatMap(([path, text]): SourceFile[] => {
    const dialect = /\.(cfg|conf|config)$/.test(path) ? recognise(text, path) : undefined
    return dialect === undefined ? [] : [{ path, text, dialect }]
  })
  const version = fixture.options['haproxy-version']
  const { input, pragmas } = readWorkspace(sources, { release: version === undefined ? newestRelease : { version } })
  const pem = (path: string): PemText => ({ path, text: certificates(fixture.files.get(path) ?? '') })
  const at = (path: string): CertificatePath => {
    if (fixture.files.has(path)) return { kind: 'file', file: pem(path) }
    const inside = [...fixture.files.keys()].filter((one) => one.startsWith(path))
    return inside.length > 0 ? { kind: 'folder', files: inside.map(pem) } : { kind: 'absent' }
  }
  const paths = input.haproxies.flatMap((one) => [
    ...bindCertificates(one),
    ...bindAuthorities(one),
    ...serverAuthorities(one),
  ])
  const named = paths.flatMap(({ path }) => [path, `${path}.key`])
  const { options } = fixture
  const clients =
    options.certs === undefined ? [] : [...fixture.files.keys()].filter((one) => one.startsWith(`${options.certs}/`))
  return lint(
    {
      ...input,
      certificates: new Map(named.map((path) => [path, at(path)])),
      clientCertificates: clients.map(pem),
      keepalive: Number(options.keepalive ?? 60),
      now,
      ...(options['mosquitto-version'] !== undefined && { mosquittoVersion: options['mosquitto-version'] }),
    },
    pragmas,
    chosen !== undefined ? { select: chosen } : options.select === undefined ? {} : { select: [options.select] },
  )
}

export type Certificates = (text: string) => string

/** Puts real certificates in place of lines like `(server certificate)`. */
export async function fixtureCertificates(): Promise<Certificates> {
  const make = (date: string, days: number) =>
    makeCertificates(planCertificates({ clientCns: ['alice'], bad: ['no-cn', 'wrong-ca'], days, now: new Date(date) }))
  const [good, old] = await Promise.all([make('2026-05-01T00:00:00Z', 365), make('2025-01-01T00:00:00Z', 30)])
  const alice = good.clients.alice
  const known = new Map<string, string | undefined>([
    ['server certificate', good.server.cert],
    ['server private key', good.server.key],
    ['expired server certificate', old.server.cert],
    ['expired server private key', old.server.key],
    ['client ca', good.clientCa],
    ['client certificate alice', alice?.cert],
    ['client private key alice', alice?.key],
    ['client certificate no-cn', good.clients['bad-no-cn']?.cert],
    ['client certificate wrong-ca', good.clients['bad-wrong-ca']?.cert],
  ])
  return (text) =>
    text.replace(/^\((.+)\)$/gm, (line, name: string) => {
      const found = known.get(name)
      if (found === undefined) throw new Error(`no certificate for ${line}`)
      return found.trimEnd()
    })
}
