import { existsSync } from 'node:fs'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { run } from './run.js'

/** Where the host's own apt gets Debian from, and how it is told to. */
export interface AptSource {
  /** The archive, as the host has it in its sources. */
  readonly uri: string
  /** The host's own suites on that archive (`bookworm`). */
  readonly suites: readonly string[]
  readonly architecture: string
  /** The host's `Acquire::` settings (proxies, validity), to be obeyed here too. */
  readonly settings: readonly string[]
  /** Keys that sign the archive. */
  readonly keyring: string
}

/** Keys of Debian's archive, then whatever else the host's apt trusts. */
const keyrings = [
  '/usr/share/keyrings/debian-archive-keyring.gpg',
  '/usr/share/keyrings/debian-archive-keyring.pgp',
  '/usr/share/keyrings/ubuntu-archive-keyring.gpg',
]

/**
 * Reads the mirror from the host's apt; nothing about it is known beforehand.
 * @throws Fault MP-TOOLS-APT (exit 3) without apt, without an archive in its sources, or without keys to check it
 */
export async function hostAptSource(hints: readonly string[]): Promise<AptSource> {
  const missing = (why: string) => new Fault('MP-TOOLS-APT', why, { exit: EXIT.environment, hints })
  const format = '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(CREATED_BY)'
  const asked = await run('apt-get', ['indextargets', '--no-release-info', '--format', format])
  const dpkg = await run('dpkg-deb', ['--version'])
  if (!asked.ok || !dpkg.ok)
    throw missing('this host has no apt-get and dpkg-deb to fetch programs with; install them yourself:')
  const archive = mainArchive(asked.stdout)
  if (archive === undefined)
    throw missing("no archive stands in this host's apt sources; install the programs yourself:")
  const keyring = keyrings.find((file) => existsSync(file))
  if (keyring === undefined) {
    throw missing(
      'no archive keyring is installed here, so packages cannot be verified; install the programs yourself:',
    )
  }
  const dump = await run('apt-config', ['dump'])
  const architecture = /^APT::Architecture "([^"]+)"/m.exec(dump.stdout)?.[1] ?? 'amd64'
  return { ...archive, architecture, settings: acquireSettings(dump.stdout), keyring }
}

/** The archive with a `main` component that is not a security or updates archive. */
export function mainArchive(targets: string): Pick<AptSource, 'uri' | 'suites'> | undefined {
  const rows = targets.split('\n').flatMap((line) => {
    const [uri, suite, component, by] = line.trim().split('|')
    if (uri === undefined || suite === undefined || component !== 'main' || by !== 'Packages') return []
    return /-(security|updates|backports.*|proposed.*)$/.test(suite) || suite.includes('/') ? [] : [{ uri, suite }]
  })
  const first = rows[0]
  if (first === undefined) return undefined
  const suites = new Set(rows.filter((row) => row.uri === first.uri).map((row) => row.suite))
  return { uri: first.uri, suites: [...suites] }
}

/** Settings of transport and validity; what is specific to index files or to hooks stays on the host. */
function acquireSettings(dump: string): string[] {
  return dump
    .split('\n')
    .filter((line) =>
      /^Acquire::(https?|ftp|tor|Retries|Check-Valid-Until|Check-Date|ForceIPv|Max-FutureTime)/.test(line),
    )
    .filter((line) => !line.includes(' "";') || line.includes('::Proxy'))
}
