import type { BrokerStart } from '../../types.js'

/** The two ways to have a VerneMQ: an unpacked release, or its container image. */
export interface VernemqSource {
  /** For messages and facts. */
  readonly program: string
  /** Command and arguments that print the version. */
  readonly version: readonly string[]
  start(options: BrokerStart, version: string): Promise<StartedVernemq>
}

/** Runs `vmq-admin` with these arguments; its output, whatever its exit code. */
export type AskAdmin = (args: readonly string[]) => Promise<string>

export interface StartedVernemq {
  readonly what: string
  readonly pid: number
  readonly ask: AskAdmin
  /** Why it does not start, in its own words, where it can be asked. */
  whyNot?(): Promise<readonly string[]>
  log(): readonly string[]
  alive(): boolean
  stop(): Promise<void>
  /** It runs in a folder of its own and may outlive the caller's. */
  readonly lent: boolean
}
