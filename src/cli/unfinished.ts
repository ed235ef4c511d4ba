import { interrupted } from '../host/process/lifetime.js'
import { Fault, faultText } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'

/** Whether the document of `--json` is out. */
export const output = { documentIsOut: false }

/** A fault that no command can say any more, with nothing loaded for it: as text, or as the document of `--json`. */
export function sayFault({ code, message, hints }: Fault, json: boolean): void {
  if (!json) process.stderr.write(`${faultText({ code, message, hints })}\n`)
  else if (!output.documentIsOut) {
    const error = { code, message, hints }
    process.stdout.write(`${JSON.stringify({ schema: 1, ok: false, error }, undefined, 2)}\n`)
  }
}

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
    sayFault(fault, json)
    process.exit(EXIT.bug)
  }
  process.once('beforeExit', unfinished)
  return () => process.off('beforeExit', unfinished)
}
