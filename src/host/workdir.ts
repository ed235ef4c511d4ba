import { rmSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault, messageOf } from '../errors.js'
import { EXIT } from '../exit.js'
import { own } from './lifetime.js'

/** A private folder of ours (mode 0700). */
export interface Workdir {
  readonly path: string
  /** Removes it now, unless it is to be kept. Happens by itself when the program ends. */
  remove(): Promise<void>
  /** Leaves it where it is when everything else is removed. */
  keep(): void
}

/**
 * Makes a folder nobody else can look into, under the system's temporary folder or `parent`.
 * Names stay short: a unix socket in it must fit 108 bytes.
 * @throws Fault MP-TEMP (exit 3) when there is no room or no permission
 */
export async function makeWorkdir(label: string, parent: string = tmpdir()): Promise<Workdir> {
  const path = await mkdtemp(join(parent, `mqtt-proxy-${label}-`)).catch((error: unknown) => {
    throw new Fault('MP-TEMP', `cannot make a folder in ${parent}: ${messageOf(error)}`, {
      exit: EXIT.environment,
      hints: ['set TMPDIR to a folder that can be written'],
      cause: error,
    })
  })
  await chmod(path, 0o700)
  let kept = false
  const release = own(
    `folder ${path}`,
    async () => {
      if (!kept) await rm(path, { recursive: true, force: true, maxRetries: 3 })
    },
    () => {
      if (!kept) rmSync(path, { recursive: true, force: true })
    },
  )
  return {
    path,
    remove: release,
    keep: () => {
      kept = true
    },
  }
}
