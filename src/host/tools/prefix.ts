import { open, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { run } from './run.js'

/** Unpacks package files into a folder, without their maintainer scripts; documentation is dropped. */
export async function unpack(debs: readonly string[], root: string): Promise<void> {
  const waiting = [...debs]
  const worker = async () => {
    for (let deb = waiting.shift(); deb !== undefined; deb = waiting.shift()) {
      const done = await run('dpkg-deb', ['-x', deb, root])
      if (!done.ok) throw cannotUse(`${basename(deb)} cannot be unpacked: ${done.all.trim()}`)
    }
  }
  await Promise.all([worker(), worker()])
  const surplus = ['doc', 'man', 'locale', 'lintian', 'bug', 'info', 'i18n']
  await Promise.all(surplus.map((name) => rm(join(root, 'usr/share', name), { recursive: true, force: true })))
}

/**
 * A program of the prefix, to be run by the prefix's own loader with the prefix's own libraries: nothing of the host
 * is used, and nothing on the host is changed.
 */
export interface Loader {
  readonly loader: string
  readonly libraryPath: readonly string[]
}

export async function findLoader(root: string, program: string): Promise<Loader> {
  const interpreter = await elfInterpreter(join(root, program))
  const folders = await libraryFolders(root)
  // A library may come without the link its users ask for (SONAME); ldconfig makes it.
  await run('/sbin/ldconfig', ['-n', ...folders])
  for (const folder of [...folders, ...places.map((place) => join(root, place))]) {
    const loader = join(folder, basename(interpreter))
    // Links to the loader may be absolute and would lead out of the prefix.
    const found = await stat(loader).catch(() => undefined)
    if (found?.isFile() === true && !(await leadsOut(loader, root))) return { loader, libraryPath: folders }
  }
  throw cannotUse(`the packages of ${program} hold no loader ${basename(interpreter)}`)
}

/**
 * Writes the script that runs a program of the prefix. `finalRoot` is where the prefix will be. `--argv0` is the
 * script itself: HAProxy's master starts itself again by that name on reload.
 */
export async function writeWrapper(
  file: string,
  options: { root: string; finalRoot: string; finalFile: string; program: string; loader: Loader },
): Promise<void> {
  const placed = (path: string) => join(options.finalRoot, relative(options.root, path))
  const libraries = options.loader.libraryPath.map(placed).join(':')
  const words = [
    placed(options.loader.loader),
    '--library-path',
    libraries,
    '--argv0',
    options.finalFile,
    join(options.finalRoot, options.program),
  ]
  await writeFile(file, `#!/bin/sh\nexec ${words.map(shellQuote).join(' ')} "$@"\n`, { mode: 0o755 })
}

export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** Sizes of all regular files below a folder, to notice later when one is missing or cut short. */
export async function fileSizes(folder: string): Promise<Record<string, number>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const sizes = await Promise.all(files.map(async (file) => [relative(folder, file), (await stat(file)).size] as const))
  return Object.fromEntries(sizes.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Path of the loader a program asks for: the string in its PT_INTERP segment (ELF-64, System V ABI chapter 5). */
async function elfInterpreter(program: string): Promise<string> {
  const file = await open(program).catch((error: unknown) => {
    throw cannotUse(`the packages hold no ${program}`, error)
  })
  try {
    const { buffer } = await file.read({ buffer: Buffer.alloc(8192), position: 0 })
    if (buffer.readUInt32BE(0) !== 0x7f454c46 || buffer[4] !== 2 || buffer[5] !== 1) {
      throw cannotUse(`${program} is not a 64-bit little-endian ELF program`)
    }
    const table = Number(buffer.readBigUInt64LE(32))
    const entrySize = buffer.readUInt16LE(54)
    const count = buffer.readUInt16LE(56)
    for (let index = 0; index < count; index++) {
      const at = table + index * entrySize
      if (buffer.readUInt32LE(at) !== 3) continue
      const offset = Number(buffer.readBigUInt64LE(at + 8))
      const size = Number(buffer.readBigUInt64LE(at + 32))
      return buffer.toString('latin1', offset, offset + size - 1)
    }
    throw cannotUse(`${program} asks for no loader`)
  } finally {
    await file.close()
  }
}

/** Where libraries are, with and without the merged /usr. */
const places = ['usr/lib', 'lib', 'usr/lib64', 'lib64']

/** Folders with shared libraries that the loader must search. */
async function libraryFolders(root: string): Promise<string[]> {
  const folders: string[] = []
  for (const place of places) {
    const top = join(root, place)
    const entries = await readdir(top, { withFileTypes: true }).catch(() => [])
    const below = entries.filter((entry) => entry.isDirectory() && entry.name.includes('-linux-')).map((e) => e.name)
    for (const folder of [top, ...below.map((name) => join(top, name))]) {
      const names = await readdir(folder).catch(() => [])
      if (names.some((name) => /\.so(\.|$)/.test(name))) folders.push(folder)
    }
  }
  return folders
}

async function leadsOut(path: string, root: string): Promise<boolean> {
  const real = await realpath(path)
  return !real.startsWith(`${await realpath(root)}/`)
}

function cannotUse(why: string, cause?: unknown): Fault {
  return new Fault('MP-TOOLS-PACKAGE', why, { exit: EXIT.environment, cause })
}
