import { rmSync, writeFileSync } from 'node:fs'
import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { own } from './lifetime.js'

/** Our process id in a file, gone when we end. */
export function writePidFile(path: string): void {
  try {
    writeFileSync(path, `${process.pid}\n`)
  } catch (error) {
    throw new Fault('MP-PID-FILE', `cannot write ${path}: ${messageOf(error)}`, {
      exit: EXIT.environment,
      cause: error,
    })
  }
  const remove = () => rmSync(path, { force: true })
  own(`pid file ${path}`, remove, remove)
}
