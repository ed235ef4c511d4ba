import { join } from 'node:path'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { interrupted } from '../process/lifetime.js'
import type { AptSource } from './apt-source.js'
import { type AptTree, openAptTree, type PackageFile } from './apt-tree.js'
import { formatRelease, type Release, TOOLS } from './catalogue.js'
import { withLock } from './lock.js'

export interface InstallOptions {
  readonly cache: string
  /** Use what is in the cache and no network. */
  readonly offline?: boolean
  /** Told each step, in one line. */
  readonly say?: (text: string) => void
}

/** Finds a suite that offers the release, and its package files. */
export async function packagesOf(
  release: Release,
  source: AptSource,
  options: InstallOptions,
  say: (text: string) => void,
): Promise<FoundPackages> {
  const tried: string[] = []
  for (const suite of suitesFor(release, source)) {
    const tree = await openAptTree(options.cache, suite, source)
    const found = await packagesIn(tree, release, options, say)
    if ('packages' in found) return found
    tried.push(`${suite} has ${found.has}`)
  }
  throw new Fault('MP-TOOLS-APT', `no suite of this archive offers ${formatRelease(release)}: ${tried.join(', ')}`, {
    exit: EXIT.environment,
    hints: TOOLS[release.tool].elsewhere,
  })
}

export interface FoundPackages {
  readonly suite: string
  readonly packages: readonly PackageFile[]
  readonly debs: readonly string[]
}

async function packagesIn(
  tree: AptTree,
  release: Release,
  options: InstallOptions,
  say: (text: string) => void,
): Promise<FoundPackages | { readonly has: string }> {
  const wanted = TOOLS[release.tool].package
  await withLists(tree, options, say, false)
  const packages = (await tree.closure(wanted)) ?? []
  const version = packages.find((one) => one.name === wanted)?.version
  if (version === undefined || !offers(release, version)) return { has: version ?? 'none' }
  const size = Math.round(packages.reduce((sum, one) => sum + one.bytes, 0) / 1e6)
  say(`${wanted} ${version} and ${packages.length - 1} packages it needs, ${size} MB`)
  const offline = options.offline === true
  try {
    return { suite: tree.suite, packages, debs: await tree.fetch(packages, offline, say) }
  } catch (error) {
    if (offline || interrupted.aborted) throw error
    // The suite may have moved on since its lists were read: once more, with new ones.
    await withLists(tree, options, say, true)
    const anew = (await tree.closure(wanted)) ?? []
    return { suite: tree.suite, packages: anew, debs: await tree.fetch(anew, false, say) }
  }
}

/** Package lists are read by many and written by one. */
async function withLists(
  tree: AptTree,
  options: InstallOptions,
  say: (text: string) => void,
  anew: boolean,
): Promise<void> {
  await withLock(join(options.cache, 'locks', `apt-${tree.suite}`), async () => {
    if (!anew && (await tree.ready())) return
    if (options.offline === true) {
      throw new Fault('MP-TOOLS-OFFLINE', `the package list of Debian ${tree.suite} is not in the cache`, {
        exit: EXIT.environment,
        hints: ['run the same command once without --offline'],
      })
    }
    say(`reading the package list of Debian ${tree.suite}`)
    await tree.update()
  })
}

/** On another archive than Debian's, its own suites are all there is. */
function suitesFor(release: Release, source: AptSource): readonly string[] {
  const debian = source.keyring.includes('debian')
  return debian ? release.suites : source.suites
}

/** Debian's version (`1:3.2.26-1+b1`) belongs to the release line `3.2`. */
export function offers(release: Release, version: string): boolean {
  if (release.line === 'latest') return true
  const upstream = version.replace(/^\d+:/, '')
  return upstream.startsWith(`${release.line}.`) || upstream.startsWith(`${release.line}-`)
}
