import { interrupted } from '../host/process/lifetime.js'
import { Fault, faultText } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'

/** Whether the document of `--json` is out. */
export const output = { documentIsOut: false }

/**
 * A loop that runs empty while a command still waits has lost what it waited for: a defect of ours. Node would end
 * with 13 and say nothing. The returned function takes the guard away.
 */
export function guardAgainstSilence(json: boolean): () => void {
  const unfinished = () => {
    // The handler of the signal ends the process with its own code.
    if (interrupted.aborted) return
    const hints = ['this is a defect of mqtt-proxy; run again with DEBUG=* for what came before']
    const fault = new Fault('MP-BUG', 'the command ended before it had a result', { exit: EXIT.bug, hints })
    if (!json) process.stderr.write(`${faultText(fault)}\n`)
    else if (!output.documentIsOut) {
      const error = { code: fault.code, message: fault.message, hints }
      process.stdout.write(`${JSON.stringify({ schema: 1, ok: false, error }, undefined, 2)}\n`)
    }
    process.exit(EXIT.bug)
  }
  process.once('beforeExit', unfinished)
  return () => process.off('beforeExit', unfinished)
}
