import { mkdtempSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { interrupted, own } from '../process/lifetime.js'
import { letWrite } from '../process/wall.js'
import { ownedName, sweep } from './sweep.js'

/** One of our private folders (mode 0700). */
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
  // A process that is being stopped starts nothing new.
  interrupted.throwIfAborted()
  const path = makeFolder(parent, label)
  let kept = false
  const seal = letWrite(path)
  const release = own(
    `folder ${path}`,
    async () => {
      seal()
      if (!kept) await rm(path, { recursive: true, force: true, maxRetries: 3 })
      // Work that a signal cut short may still make a folder in it: such a run looks again at its very end.
      if (!interrupted.aborted) made.delete(path)
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
      made.delete(path)
    },
  }
}

/** Where folders of killed processes were looked for. */
const swept = new Set<string>()

/** Folders that have to be gone when the process is. */
const made = new Set<string>()
process.on('exit', () => {
  for (const path of made) rmSync(path, { recursive: true, force: true })
})

/** Makes it (0700) and remembers it in one go, so that no signal falls in between. */
function makeFolder(parent: string, label: string): string {
  try {
    if (!swept.has(parent)) sweep(parent)
    swept.add(parent)
    const path = mkdtempSync(join(parent, ownedName(label)))
    made.add(path)
    return path
  } catch (error) {
    throw new Fault('MP-TEMP', `cannot make a folder in ${parent}: ${messageOf(error)}`, {
      exit: EXIT.environment,
      hints: ['set TMPDIR to a folder that can be written'],
      cause: error,
    })
  }
}
