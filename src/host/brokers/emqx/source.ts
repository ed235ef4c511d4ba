import type { BrokerStart } from '../../types.js'
import type { StartedRelease } from '../started-release.js'

/** The two ways to have an EMQX: an unpacked release, or its container image. */
export interface EmqxSource {
  /** For messages and facts. */
  readonly program: string
  /** `releases/emqx_vars`, which says what it is. */
  variables(): Promise<string>
  start(options: BrokerStart, version: string): Promise<StartedEmqx>
}

export interface StartedEmqx extends StartedRelease {
  /** Runs `emqx ctl` with these arguments; its output, whatever its exit code. */
  ask(args: readonly string[]): Promise<string>
  /** Resolves when it says that it runs, or the time is over. */
  settled(withinMs: number): Promise<void>
}
