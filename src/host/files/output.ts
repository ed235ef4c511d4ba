import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { machineFault } from '../../kernel/machine-fault.js'

/**
 * Writes a result to a file, or to stdout for `-`, and waits until it is out.
 * @throws Fault MP-OUTPUT (exit 2, or 3 where the machine is at fault)
 */
export async function writeOutput(target: string, content: string | Uint8Array): Promise<void> {
  if (target === '-') {
    await new Promise<void>((resolve) => process.stdout.write(content, () => resolve()))
    return
  }
  // What goes to stdout does not wait for the crypto library of Node.js.
  const { replaceFile } = await import('./replace.js')
  await replaceFile(target, content).catch((error: unknown) => {
    throw new Fault('MP-OUTPUT', `cannot write ${target}: ${messageOf(error)}`, {
      exit: machineFault(error)?.exit ?? EXIT.usage,
      cause: error,
    })
  })
}
