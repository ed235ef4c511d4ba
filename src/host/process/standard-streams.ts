import { Fault, faultText, messageOf, systemCode } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'

/**
 * What becomes of the program when its output can no longer be written. A reader that has gone (`| head`) ends it
 * quietly, with the exit code it has so far; a full disk is said, exit 3.
 */
export function endWithOutput(): void {
  // Listeners that come later, such as the one of oclif, which throws, are never asked.
  for (const name of ['stdout', 'stderr'] as const) {
    whenOpened(name, (stream) => stream.prependListener('error', endFor))
  }
}

/** Node.js opens a standard stream at its first use, and that takes milliseconds: many commands never write to stderr. */
function whenOpened(name: 'stdout' | 'stderr', then: (stream: NodeJS.WriteStream) => void): void {
  const own = Object.getOwnPropertyDescriptor(process, name)
  if (own?.get === undefined || own.configurable !== true) {
    then(process[name])
    return
  }
  const open = () => {
    Object.defineProperty(process, name, own)
    then(process[name])
    return process[name]
  }
  Object.defineProperty(process, name, { ...own, get: open })
}

function endFor(error: Error): never {
  if (systemCode(error) === 'EPIPE') process.exit(process.exitCode ?? EXIT.ok)
  const fault = new Fault('MP-OUTPUT', `the output cannot be written: ${messageOf(error)}`, { exit: EXIT.environment })
  process.stderr.write(`${faultText(fault)}\n`)
  process.exit(EXIT.environment)
}
