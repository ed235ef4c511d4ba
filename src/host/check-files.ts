import { readdirSync, readFileSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, messageOf } from '../errors.js'
import { EXIT } from '../exit.js'

export interface ReadText {
  readonly file: string
  readonly text: string
}

/** Configurations are small; a file this large is something else. */
const mostBytes = 8 * 1024 * 1024

/** @throws Fault MP-CONFIG-READ (exit 2) */
export async function readConfig(file: string): Promise<ReadText> {
  const found = await stat(file).catch((error: unknown) => {
    throw unreadable(file, messageOf(error))
  })
  if (found.isDirectory()) throw unreadable(file, 'it is a folder; for one that gen all wrote: --dir')
  if (found.size > mostBytes) throw unreadable(file, `${found.size} bytes are no configuration`)
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, messageOf(error))
  })
  if (text.includes('\0')) throw unreadable(file, 'it is a binary file')
  return { file, text }
}

/** @throws Fault MP-CHECK-DIR (exit 2) */
export async function namesIn(dir: string): Promise<readonly string[]> {
  return await readdir(dir).catch((error: unknown) => {
    throw new Fault('MP-CHECK-DIR', `cannot read ${dir}: ${messageOf(error)}`, { exit: EXIT.usage, cause: error })
  })
}

/** The `*.conf` files of a folder by name, as `include_dir` takes them; `undefined` when it cannot be read. */
export function includedFiles(dir: string): readonly ReadText[] | undefined {
  try {
    const names = readdirSync(dir).filter((name) => name.endsWith('.conf') && !name.startsWith('.'))
    return names.sort().map((name) => ({ file: join(dir, name), text: readFileSync(join(dir, name), 'utf8') }))
  } catch {
    return undefined
  }
}

/** A variable of our environment, as HAProxy would see it. */
export function environmentVariable(name: string): string | undefined {
  return process.env[name]
}

function unreadable(file: string, why: string): Fault {
  return new Fault('MP-CONFIG-READ', `cannot read it: ${why}`, { exit: EXIT.usage, at: { file } })
}
