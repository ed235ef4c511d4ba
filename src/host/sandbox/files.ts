import { readdir } from 'node:fs/promises'
import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { shellWord } from '../../kernel/shell-word.js'

/** @throws Fault MP-CHECK-DIR (exit 2) */
export async function namesIn(dir: string): Promise<readonly string[]> {
  return await readdir(dir).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const missing = code === 'ENOENT'
    const why = missing
      ? `there is no folder ${dir}`
      : code === 'ENOTDIR'
        ? `${dir} is a file; a folder is expected`
        : code === 'EACCES'
          ? `${dir} may not be read`
          : `cannot read ${dir}: ${messageOf(error)}`
    const hints = missing ? [`make one: mqtt-proxy gen all proxy -o ${shellWord(dir)}`] : []
    throw new Fault('MP-CHECK-DIR', why, { exit: EXIT.usage, hints, cause: error })
  })
}

/** A variable of our environment, as HAProxy would see it. */
export function environmentVariable(name: string): string | undefined {
  return process.env[name]
}
