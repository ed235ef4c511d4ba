import type { RunnableKind } from '../../brokers/index.js'
import type { Login } from '../../check/login.js'
import type { Shard } from '../../check/select.js'
import type { Progress } from '../../host/process/live.js'
import type { ExitCode } from '../../kernel/exit.js'
import type { CaseGroup, RunResult } from '../../kernel/result.js'
import type { ClientTransport, MqttVersion, OutcomeRow } from '../../scenarios/types.js'
import type { TapEvent } from '../../tap/event.js'
import type { WayFault } from '../../tap/fault-kinds.js'
import type { StackHolder } from './group-options.js'
import type { Recording } from './recorders.js'
import type { FileReading, Subject } from './sources.js'

/** Which broker, and which program of it. */
export interface BrokerChoice {
  readonly kind: RunnableKind
  /** A path or a release line. */
  readonly program: string | undefined
}

export interface CheckRequest {
  /** Scenarios and cases; empty: all. */
  readonly select: readonly string[]
  readonly dir: string | undefined
  readonly haproxyConfigs: readonly string[]
  readonly brokerConfigs: readonly string[]
  /** How the user's files are read, and whether their own code may run. */
  readonly reading: FileReading
  /** Programs or release lines; `undefined` is the one that is found. */
  readonly haproxies: readonly (string | undefined)[]
  readonly brokers: readonly BrokerChoice[]
  readonly transport: ClientTransport | undefined
  readonly ip: 4 | 6 | undefined
  readonly mqtt: MqttVersion | undefined
  /** For a broker that asks for a name and a password. */
  readonly login: Login | undefined
  readonly jobs: number
  readonly keep: boolean
  /** Keeps stacks running, with `keep`. */
  readonly holder?: StackHolder | undefined
  /** Told what flows between HAProxy and the broker of each scenario. */
  readonly onTap?: ((scenario: string, event: TapEvent) => void) | undefined
  /** Strike the way to the broker with these, instead of the outcomes of the scenarios. */
  readonly faults: readonly WayFault[]
  readonly bail: boolean
  readonly retries: number
  readonly repeatEach: number
  readonly shard: Shard | undefined
  readonly strict: boolean
  readonly timeoutMs: number
  /** `haproxy>=2.6`, `mosquitto`. */
  readonly require: readonly string[]
  /** Folder for the evidence of failures. */
  readonly artifacts: string
  readonly now: Date
  /** Further lines of the report's head: the version of Node.js. */
  readonly env: Readonly<Record<string, string>>
  readonly say: (text: string) => void
  /** Told what is going to run, and each group when it is over. */
  readonly progress?: Pick<Progress, 'planned' | 'done'>
  /** The command line that repeats one case. */
  readonly again: (
    subject: Subject,
    row: OutcomeRow,
    job: { haproxy: string | undefined; broker: BrokerChoice },
  ) => string
  /** The same for a name that belongs to no scenario. */
  readonly againNamed: (name: string, job: { haproxy: string | undefined; broker: BrokerChoice }) => string
}

export interface CheckRun {
  readonly result: RunResult
  /** Of failed cases, for the evidence. */
  readonly recordings: ReadonlyMap<CaseGroup, ReadonlyMap<string, Recording>>
  readonly exit: ExitCode
}
