import { readdir } from 'node:fs/promises'
import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'

/** @throws Fault MP-CHECK-DIR (exit 2) */
export async function namesIn(dir: string): Promise<readonly string[]> {
  return await readdir(dir).catch((error: unknown) => {
    throw new Fault('MP-CHECK-DIR', `cannot read ${dir}: ${messageOf(error)}`, { exit: EXIT.usage, cause: error })
  })
}

/** A variable of our environment, as HAProxy would see it. */
export function environmentVariable(name: string): string | undefined {
  return process.env[name]
}
