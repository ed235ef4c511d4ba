import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readlink } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { shellWord } from '../../kernel/shell-word.js'
import { makeWorkdir } from '../files/workdir.js'
import { hostAptSource } from './apt-source.js'
import { type Installed, releaseFolder, stampName } from './cache.js'
import { formatRelease, type Release, TOOLS } from './catalogue.js'
import { draftOf } from './install.js'
import { type InstallOptions, packagesOf } from './packages.js'

/**
 * Compares an installation with the packages that the signed list names, unpacked once more beside it: every file and
 * every link, and that there are no others. Returns how many there are.
 * @throws Fault MP-TOOLS-CHANGED, MP-TOOLS-OUTDATED (exit 3)
 */
export async function verifyRelease(release: Release, installed: Installed, options: InstallOptions): Promise<number> {
  const name = formatRelease(release)
  const folder = releaseFolder(options.cache, release)
  const say = (text: string) => options.say?.(`${name}: ${text}`)
  const source = await hostAptSource(TOOLS[release.tool].elsewhere)
  const found = await packagesOf(release, source, options, say)
  const other = found.packages.find(({ file }) => !installed.packages.includes(file))
  if (other !== undefined) throw outdated(name, folder, other.file)
  const draft = await makeWorkdir(release.tool, options.cache)
  try {
    await draftOf(release, found, { draft: draft.path, folder }, say)
    say('comparing')
    const [signed, here] = await Promise.all([fingerprints(draft.path), fingerprints(folder)])
    const differing = [...new Set([...signed.keys(), ...here.keys()])].filter(
      (path) => signed.get(path) !== here.get(path),
    )
    if (differing.length > 0) throw changed(name, folder, differing)
    return signed.size
  } finally {
    await draft.remove()
  }
}

/** What is at each path below a folder: the hash of a file, the target of a link. */
async function fingerprints(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const prints = new Map<string, string>()
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    const name = relative(folder, path)
    // Our own note of what was installed; nothing of it is executed.
    if (entry.isDirectory() || name === stampName) continue
    prints.set(
      name,
      entry.isSymbolicLink() ? `-> ${await readlink(path)}` : entry.isFile() ? await hashOf(path) : 'special',
    )
  }
  return prints
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

function changed(name: string, folder: string, differing: readonly string[]): Fault {
  const [first = '', ...rest] = differing
  const more = rest.length === 0 ? '' : ` and ${rest.length} more`
  return new Fault('MP-TOOLS-CHANGED', `${name} is not what its signed packages hold: ${first}${more}`, {
    exit: EXIT.environment,
    hints: [...rest.slice(0, 3), again(name, folder)],
    at: { file: join(folder, first) },
  })
}

function outdated(name: string, folder: string, file: string): Fault {
  return new Fault('MP-TOOLS-OUTDATED', `${name} cannot be verified: the signed list has ${file} instead`, {
    exit: EXIT.environment,
    hints: [again(name, folder)],
  })
}

const again = (name: string, folder: string) =>
  `install it again: rm -r ${shellWord(folder)} && mqtt-proxy tools install ${name}`
