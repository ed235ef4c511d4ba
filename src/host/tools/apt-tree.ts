import { createHash } from 'node:crypto'
import { createReadStream, existsSync, rmSync } from 'node:fs'
import { mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { replaceFile } from '../files/replace.js'
import { makeWorkdir } from '../files/workdir.js'
import { own } from '../process/lifetime.js'
import type { AptSource } from './apt-source.js'
import { isSkipped } from './catalogue.js'
import { type Ran, run } from './run.js'

/** One package file as the signed package list has it. */
export interface PackageFile {
  readonly name: string
  readonly version: string
  readonly file: string
  readonly bytes: number
  readonly sha256: string
}

/** A private apt with its own lists and no installed packages, so that it always answers with the whole closure. */
export interface AptTree {
  readonly suite: string
  readonly folder: string
  /** Whether the package lists of this suite are there. */
  ready(): Promise<boolean>
  /** Fetches the package lists; apt checks their signature. */
  update(): Promise<void>
  /** A package and all it needs, without what only serves installing. `undefined`: the suite has no such package. */
  closure(packageName: string): Promise<readonly PackageFile[] | undefined>
  /** Package files on disk, each with the right checksum; fetches those that are not there unless `offline`. */
  fetch(packages: readonly PackageFile[], offline: boolean, say?: (text: string) => void): Promise<readonly string[]>
}

export async function openAptTree(cache: string, suite: string, source: AptSource): Promise<AptTree> {
  const folder = join(cache, 'apt', suite)
  const config = join(folder, 'apt.conf')
  await mkdir(join(folder, 'debs'), { recursive: true })
  const apt = (program: string, args: readonly string[], cwd?: string) =>
    run(program, args, { env: { APT_CONFIG: config }, timeoutMs: 600_000, ...(cwd !== undefined && { cwd }) })

  const write = async () => {
    for (const path of ['lists/partial', 'archives/partial', 'empty'])
      await mkdir(join(folder, path), { recursive: true })
    // Another program may be reading them for the same suite: an emptied list of sources offers no package at all.
    await replaceFile(join(folder, 'status'), '')
    await replaceFile(config, aptConfig(folder, source))
    await replaceFile(join(folder, 'sources.list'), sourcesList(suite, source))
  }

  /** Half a list is of no use; a whole one has its mark beside it. */
  const removeListsNow = () => {
    if (!existsSync(join(folder, 'updated'))) rmSync(join(folder, 'lists'), { recursive: true, force: true })
  }

  return {
    suite,
    folder,
    ready: async () => {
      const there = existsSync(join(folder, 'updated'))
      if (there) await write()
      return there
    },
    update: async () => {
      rmSync(join(folder, 'updated'), { force: true })
      removeListsNow()
      const written = write()
      const unfinished = own(`package list of ${suite}`, () => written.finally(removeListsNow), removeListsNow)
      await written
      const done = await apt('apt-get', ['update'])
      if (done.ok) await writeFile(join(folder, 'updated'), '')
      await unfinished()
      if (!done.ok) throw updateFailed(suite, done)
    },
    closure: async (packageName) => {
      const target = suite === 'experimental' ? ['-t', 'experimental'] : []
      const done = await apt('apt-get', [...target, '-y', '--print-uris', 'install', packageName])
      if (!done.ok && /Unable to locate package|has no installation candidate/.test(done.all)) return undefined
      if (!done.ok) throw aptFailed(`Debian ${suite} cannot give ${packageName} with all it needs`, done)
      return parseUris(done.stdout).filter((one) => !isSkipped(one.name))
    },
    fetch: async (packages, offline, say) => {
      const debs = join(folder, 'debs')
      const whole = await Promise.all(packages.map((one) => isWhole(join(debs, one.file), one)))
      const missing = packages.filter((_, index) => !whole[index])
      if (missing.length > 0 && offline) {
        throw new Fault(
          'MP-TOOLS-OFFLINE',
          `${missing.length} packages are not in the cache (${missing[0]?.file}, ...)`,
          {
            exit: EXIT.environment,
            hints: ['run the same command once without --offline'],
          },
        )
      }
      if (missing.length > 0) await download(missing, debs, say)
      return packages.map((one) => join(debs, one.file))
    },
  }

  async function download(
    missing: readonly PackageFile[],
    debs: string,
    say: ((text: string) => void) | undefined,
  ): Promise<void> {
    const partial = await makeWorkdir('debs', folder)
    const progress = setInterval(() => void sayHowFar(partial.path, missing, say), progressMs)
    try {
      const wanted = missing.map((one) => `${one.name}=${one.version}`)
      const done = await apt('apt-get', ['download', ...wanted], partial.path)
      if (!done.ok) throw aptFailed('packages cannot be downloaded', done)
      for (const one of missing) {
        const path = join(partial.path, one.file)
        if (!(await isWhole(path, one))) throw notAsSigned(one)
        await rename(path, join(debs, one.file))
      }
    } finally {
      clearInterval(progress)
      await partial.remove()
    }
  }
}

const progressMs = 2000

/** What has come of the packages so far. */
async function sayHowFar(
  folder: string,
  packages: readonly PackageFile[],
  say: ((text: string) => void) | undefined,
): Promise<void> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)))
  const come = sizes.reduce((sum, one) => sum + (one?.isFile() ? one.size : 0), 0)
  const all = packages.reduce((sum, { bytes }) => sum + bytes, 0)
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)
  say?.(`${megabytes(come)} of ${megabytes(all)} MB`)
}

function notAsSigned(one: PackageFile): Fault {
  const what = `${one.file} is not what the signed package list says; nothing was installed`
  return new Fault('MP-TOOLS-HASH', what, {
    exit: EXIT.environment,
    hints: ['try again later: the mirror may be in the middle of an update'],
  })
}

/** Only our own tree, the host's transport settings, and signatures that must be right. */
function aptConfig(folder: string, source: AptSource): string {
  const set = (name: string, value: string) => `${name} "${value}";`
  return `${[
    ...source.settings,
    set('Dir::Etc::main', '/dev/null'),
    set('Dir::Etc::parts', join(folder, 'empty')),
    set('Dir::Etc::sourcelist', join(folder, 'sources.list')),
    set('Dir::Etc::sourceparts', join(folder, 'empty')),
    set('Dir::Etc::preferences', '/dev/null'),
    set('Dir::Etc::preferencesparts', join(folder, 'empty')),
    set('Dir::State', folder),
    set('Dir::State::lists', join(folder, 'lists')),
    set('Dir::State::status', join(folder, 'status')),
    set('Dir::Cache', folder),
    set('Dir::Cache::archives', join(folder, 'archives')),
    set('Dir::Cache::pkgcache', ''),
    set('Dir::Cache::srcpkgcache', ''),
    set('Dir::Log', folder),
    set('APT::Architecture', source.architecture),
    set('APT::Architectures::', source.architecture),
    // The sandbox user could not write into a private folder.
    set('APT::Sandbox::User', 'root'),
    set('APT::Install-Recommends', 'false'),
    set('APT::Update::Error-Mode', 'any'),
    set('APT::Get::AllowUnauthenticated', 'false'),
    set('Acquire::AllowInsecureRepositories', 'false'),
    set('Acquire::AllowWeakRepositories', 'false'),
    set('Acquire::Languages::', 'none'),
    set('Acquire::PDiffs', 'false'),
    set('Acquire::ForceHash', 'SHA256'),
    set('Acquire::GzipIndexes', 'true'),
    set('Debug::NoLocking', 'true'),
  ].join('\n')}\n`
}

function sourcesList(suite: string, source: AptSource): string {
  const suites = suite === 'experimental' ? ['sid', 'experimental'] : [suite]
  return suites.map((one) => `deb [signed-by=${source.keyring}] ${source.uri} ${one} main\n`).join('')
}

/** Lines of `apt-get --print-uris install`: `'URI' file size SHA256:hex`. */
export function parseUris(text: string): PackageFile[] {
  return text.split('\n').flatMap((line) => {
    const match = /^'[^']+' ([^\s]+) (\d+) SHA256:([0-9a-f]{64})$/.exec(line.trim())
    const [, file, bytes, sha256] = match ?? []
    const [name, version] = file?.split('_') ?? []
    if (file === undefined || sha256 === undefined || name === undefined || version === undefined) return []
    return [{ name, version: decodeURIComponent(version), file, bytes: Number(bytes), sha256 }]
  })
}

async function isWhole(path: string, one: PackageFile): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  if (found?.size !== one.bytes) return false
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex') === one.sha256
}

const badSignature =
  /NO_PUBKEY|BADSIG|EXPKEYSIG|REVKEYSIG|is not signed|couldn't be verified|signatures (were|couldn)|Hash Sum mismatch|is expired/

function updateFailed(suite: string, done: Ran): Fault {
  if (!badSignature.test(done.all)) return aptFailed(`the package list of Debian ${suite} cannot be had`, done)
  const what = `the package list of Debian ${suite} is not signed as it must be; nothing was installed`
  return aptFailed(what, done, 'MP-TOOLS-SIGNATURE')
}

function aptFailed(what: string, done: Ran, code: `MP-${string}` = 'MP-TOOLS-APT'): Fault {
  const said = done.all.split('\n').filter((line) => /^(E|W|Err):? ?/.test(line))
  return new Fault(code, what, {
    exit: EXIT.environment,
    hints: said.slice(0, 4).map((line) => `apt: ${line}`),
  })
}
