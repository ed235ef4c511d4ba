import { flush, handle, run, settings } from '@oclif/core'
import { endWithOutput } from '../host/process/standard-streams.js'
import { startOptions } from './start.js'
import { guardAgainstSilence } from './unfinished.js'

// With NODE_ENV=test, as in the test suites that run us, oclif would look for a compiler and sources to run instead.
settings.enableAutoTranspile = false

/**
 * The program behind `bin/run.js`. `-h` alone (or before another flag) is help; `-h HOST` is the host, as every MQTT
 * client has it.
 * @param root the folder of the package
 */
export async function main(args: readonly string[], root: string): Promise<void> {
  endWithOutput()
  const finished = guardAgainstSilence(args.includes('--json'))
  try {
    const meant = helpOrHost(args)
    await run(meant, startOptions(root, meant))
    await flush()
  } catch (error) {
    await handle(error instanceof Error ? error : new Error(String(error)))
  } finally {
    finished()
  }
}

export function helpOrHost(args: readonly string[]): string[] {
  if (args[0] === 'help') return [...args.slice(1), '--help']
  return args.map((arg, index) => {
    if (arg !== '-h') return arg
    const next = args[index + 1]
    return next === undefined || next.startsWith('-') ? '--help' : arg
  })
}
