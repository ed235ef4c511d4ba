import { writeFile } from 'node:fs/promises'
import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'

/**
 * Writes a result to a file, or to stdout for `-`, and waits until it is out.
 * @throws Fault MP-OUTPUT (exit 2)
 */
export async function writeOutput(target: string, content: string | Uint8Array): Promise<void> {
  if (target === '-') {
    await new Promise<void>((resolve) => process.stdout.write(content, () => resolve()))
    return
  }
  await writeFile(target, content).catch((error: unknown) => {
    throw new Fault('MP-OUTPUT', `cannot write ${target}: ${messageOf(error)}`, { exit: EXIT.usage, cause: error })
  })
}
