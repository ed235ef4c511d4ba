/** Exit codes by name: the one table that every command, its help and the documentation use. */
export const EXIT = {
  /** Done; nothing at or above the threshold. */
  ok: 0,
  /** Ran fine, but the thing tested is wrong: a finding, a failed check, an expectation unmet. */
  wrong: 1,
  /** Usage: bad flag or argument, unreadable input, nothing matched. */
  usage: 2,
  /** Environment: a program missing, too old or without a feature, a port taken, no permission. */
  environment: 3,
  /** The target was not reached or did not answer in time: the verdict is unknown. */
  unreachable: 4,
  /** A defect of mqtt-proxy itself. */
  bug: 70,
  /** No such command. */
  unknownCommand: 127,
  /** Ended by SIGINT (Ctrl-C). */
  interrupted: 130,
  /** Ended by SIGTERM. */
  terminated: 143,
} as const

/** One of the exit codes of the commands: 0 to 4, 70, 127, 130 and 143. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
