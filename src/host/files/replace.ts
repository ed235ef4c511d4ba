import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, lstat, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { systemCode } from '../../kernel/errors.js'

/**
 * The one way in which a file of the user is written: beside it and renamed, so that the one of before stays whole when
 * the disk is full, and no link is followed: a link is replaced, not what it points to. Pipes and devices are written to.
 * @param mode of a new file; one that was there keeps its own unless `force`
 */
export async function replaceFile(
  path: string,
  data: string | Uint8Array,
  { mode = 0o644, force = false }: { readonly mode?: number; readonly force?: boolean } = {},
): Promise<void> {
  const there = await lstat(path).catch(ifMissing)
  if (await isStream(path, there)) return await writeFile(path, data)
  const regular = there?.isFile() === true
  const part = partOf(path)
  try {
    await writeFile(part, data, { mode, flag: 'wx' })
    if (regular && !force) await chmod(part, there.mode & 0o7777)
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined)
    if (!regular || !canOnlyFill.has(systemCode(error) ?? '')) throw error
    await fill(path, data)
  }
}

function partOf(path: string): string {
  return join(dirname(path), `.mqtt-proxy-${randomBytes(6).toString('hex')}.part`)
}

/** Fails as `replaceFile` would for a file that is not there; nothing is left. */
export async function tryBeside(path: string): Promise<void> {
  const part = partOf(path)
  await writeFile(part, '', { flag: 'wx' })
  await rm(part, { force: true })
}

/** A file alone may be ours to write, its folder not; or it is mounted by itself, as containers do. */
const canOnlyFill = new Set(['EACCES', 'EPERM', 'EBUSY', 'EXDEV', 'EROFS'])

async function fill(path: string, data: string | Uint8Array): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW)
  try {
    await file.writeFile(data)
  } finally {
    await file.close()
  }
}

type Found = Awaited<ReturnType<typeof lstat>>

async function isStream(path: string, there: Found | undefined): Promise<boolean> {
  if (there === undefined || there.isFile() || there.isDirectory()) return false
  if (!there.isSymbolicLink()) return true
  // /dev/stdout is a link; whatever it is, it is not ours to replace.
  if (/^\/(?:dev|proc)\//.test(path)) return true
  const end = await stat(path).catch(ifMissing)
  return end !== undefined && !end.isFile() && !end.isDirectory()
}

function ifMissing(error: unknown): undefined {
  if (systemCode(error) === 'ENOENT') return undefined
  throw error
}

/**
 * As `mkdir -p`, also when others make the same folders at the same time; Node's own never comes back where folders
 * cannot be made at all (`/proc/x`).
 */
export async function makeFolders(path: string, mode?: number): Promise<void> {
  const parent = dirname(path)
  if ((await madeFolder(path, mode)) || parent === path) return
  await makeFolders(parent, mode)
  if (!(await madeFolder(path, mode))) throw new Error(`no folder can be made at ${path}`)
}

/** Whether it is there now; false: there is nothing to make it in. */
async function madeFolder(path: string, mode: number | undefined): Promise<boolean> {
  try {
    await mkdir(path, mode)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    if (systemCode(error) !== 'EEXIST' || !(await isFolder(path))) throw error
  }
  return true
}

export async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

/** The first part of a path that is a link: of a relative one any part, of an absolute one the last. */
export async function linkIn(path: string): Promise<string | undefined> {
  const parts = isAbsolute(path) ? [path] : path.split('/').map((_, index, all) => all.slice(0, index + 1).join('/'))
  for (const part of parts) {
    const found = await lstat(part).catch(() => undefined)
    if (found?.isSymbolicLink()) return part
  }
  return undefined
}
