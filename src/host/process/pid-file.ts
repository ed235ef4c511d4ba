import { closeSync, constants, openSync, rmSync, writeSync } from 'node:fs'
import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { own } from './lifetime.js'

const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants

/** Our process id in a file, gone when we end. A link in its place is not followed: others may have put it there. */
export function writePidFile(path: string): void {
  try {
    const file = openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o644)
    writeSync(file, `${process.pid}\n`)
    closeSync(file)
  } catch (error) {
    throw new Fault('MP-PID-FILE', `cannot write ${path}: ${messageOf(error)}`, {
      exit: EXIT.environment,
      cause: error,
    })
  }
  const remove = () => rmSync(path, { force: true })
  own(`pid file ${path}`, remove, remove)
}
