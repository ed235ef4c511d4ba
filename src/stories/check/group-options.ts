import type { Login } from '../../check/login.js'
import type { Relocated } from '../../check/sandbox/relocate.js'
import type { RunningSandbox } from '../../host/sandbox/sandbox.js'
import type { CaseResult } from '../../kernel/result.js'
import type { CertificateSet } from '../../scenarios/certificates.js'
import type { MqttVersion, OutcomeRow } from '../../scenarios/types.js'
import type { TapEvent } from '../../tap/event.js'
import type { WayFault } from '../../tap/fault-kinds.js'
import type { Subject } from './sources.js'

/** Keeps a stack running after its rows. */
export interface StackHolder {
  /** @returns whether it stays: only where all went well, for what failed has its evidence */
  hold(
    subject: Subject,
    moved: Relocated,
    sandbox: RunningSandbox,
    folder: string,
    cases: readonly CaseResult[],
    options: GroupOptions,
  ): Promise<boolean>
}

/** What every group of a run shares. */
export interface GroupOptions {
  readonly certificates: CertificateSet
  readonly timeoutMs: number
  readonly mqtt: MqttVersion | undefined
  readonly clientAddress: string | undefined
  readonly deniedAddress: string | undefined
  /** How clients log in where the files ask for it. */
  readonly login: Login | undefined
  /** MQTT versions of the broker. */
  readonly speaks: readonly string[]
  readonly retries: number
  readonly repeatEach: number
  /** One attempt at a time, so that nothing is begun after the first failure. */
  readonly oneByOne: boolean
  readonly keep: boolean
  /** Leave the programs running, too. */
  readonly holder: StackHolder | undefined
  /** Told why something that was asked for is not done. */
  readonly say: (text: string) => void
  /** Decode what flows between HAProxy and the broker. */
  readonly onTap: ((event: TapEvent) => void) | undefined
  /** Strike the way to the broker with each of these, instead of the outcomes. */
  readonly faults: readonly WayFault[]
  /** Record failed cases on a second run of each. */
  readonly record: boolean
  /** Rows to run; `undefined`: all. */
  readonly only: ReadonlySet<string> | undefined
  readonly signal: AbortSignal
  /** Says that no further row needs to run; the reason. */
  readonly stopped: () => string | undefined
  readonly onCase: (result: CaseResult, row: OutcomeRow) => CaseResult
  /** The command that repeats a case. */
  readonly again: (row: OutcomeRow) => string
}
