import { endAll, exitWhenStopped, handleSignals } from '../host/process/lifetime.js'
import { Fault, faultText } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'
import { type MosquittoArguments, mosquittoArguments } from '../stories/broker/arguments.js'
import { runAsMosquitto } from '../stories/broker/mosquitto.js'

/**
 * `broker` with Mosquitto's own arguments, without the command framework in front of it: suites that start a broker for
 * every test wait a second or two for its port, and the framework takes most of that on a busy machine.
 * False: these are not such arguments, and nothing was done.
 */
export async function runQuickly(args: readonly string[]): Promise<boolean> {
  const asked = mosquittoArguments(args)
  if (!asked) return false
  handleSignals()
  exitWhenStopped(EXIT.ok)
  try {
    await serve(asked)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    process.stderr.write(`${faultText(error)}\n`)
    process.exitCode = error.exit
    await endAll()
  }
  return true
}

async function serve(asked: MosquittoArguments): Promise<void> {
  const server = await runAsMosquitto({ ...asked, onEvent: undefined })
  // The listeners keep the process alive until a signal ends it.
  if (!server) await endAll()
}
