import { Fault, faultText, messageOf, systemCode } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'

/**
 * What becomes of the program when its output can no longer be written. A reader that has gone (`| head`) ends it
 * quietly, with the exit code it has so far; a full disk is said, exit 3.
 */
export function endWithOutput(): void {
  // Listeners that come later, such as the one of oclif, which throws, are never asked.
  for (const stream of [process.stdout, process.stderr]) stream.prependListener('error', endFor)
}

function endFor(error: Error): never {
  if (systemCode(error) === 'EPIPE') process.exit(process.exitCode ?? EXIT.ok)
  const fault = new Fault('MP-OUTPUT', `the output cannot be written: ${messageOf(error)}`, { exit: EXIT.environment })
  process.stderr.write(`${faultText(fault)}\n`)
  process.exit(EXIT.environment)
}
