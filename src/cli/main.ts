import { flush, handle, run, settings } from '@oclif/core'
import { endWithOutput } from '../host/process/standard-streams.js'
import { machineFault } from '../kernel/machine-fault.js'
import { startOptions } from './start.js'
import { guardAgainstSilence, sayFault } from './unfinished.js'

// With NODE_ENV=test, as in the test suites that run us, oclif would look for a compiler and sources to run instead.
settings.enableAutoTranspile = false

/**
 * The program behind `bin/run.js`. `-h` alone (or before another flag) is help; `-h HOST` is the host, as every MQTT
 * client has it.
 * @param root the folder of the package
 */
export async function main(args: readonly string[], root: string): Promise<void> {
  endWithOutput()
  const json = args.includes('--json')
  const finished = guardAgainstSilence(json)
  try {
    const meant = helpOrHost(args)
    await run(meant, startOptions(root, meant))
    await flush()
  } catch (error) {
    // A command whose code could not be read: what oclif would say it with may not be read either.
    const fault = machineFault(error)
    if (fault === undefined) await handle(error instanceof Error ? error : new Error(String(error)))
    else {
      sayFault(fault, json)
      process.exitCode = fault.exit
    }
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
