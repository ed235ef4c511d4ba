import { Fault } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'

/** Flags that do not go together, or say what cannot be. */
export function usage(message: string, ...hints: string[]): Fault {
  return new Fault('MP-USAGE', message, { exit: EXIT.usage, hints })
}
