import type { BrokerStart } from '../../types.js'
import type { StartedRelease } from '../started-release.js'

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

export interface StartedVernemq extends StartedRelease {
  readonly ask: AskAdmin
  /** It runs in a folder of its own and may outlive the caller's. */
  readonly lent: boolean
}
