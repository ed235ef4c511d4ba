import type { Fault } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'

/** Faults of a start that are about what the files say. */
const accusing: ReadonlySet<string> = new Set(['MP-HAPROXY-CONFIG', 'MP-BROKER-START', 'MP-BROKER-CONFIG'])

/** What programs say when the machine, not their file, is what they lack. */
const ofTheMachine =
  /too many open files|no space left|cannot allocate memory|out of memory|resource temporarily unavailable|address already in use|no buffer space/i

/**
 * Whether a program did not start for a reason that no line of the files can be blamed for: a port that another program
 * was quicker to take, a full disk, a program that ended without a message. `clash`: two programs of the files want one port.
 */
export function isEnvironment(fault: Fault, clash: boolean): boolean {
  if (fault.code === 'MP-PORT-TAKEN') return !clash
  if (fault.code === 'MP-BROKER-LACKS') return true
  if (!accusing.has(fault.code)) return fault.exit === EXIT.environment
  return ofTheMachine.test([fault.message, ...fault.hints].join(' ')) && !clash
}
