import type { Place } from './errors.js'
import type { LoadFigures } from './load-figures.js'

/**
 * One result value for every command that judges something (`check`, `conformance`, `probe`, `lint`, `drill`), and for benchmarks.
 * Reporters are pure functions of it; `--json` prints it.
 */
export interface RunResult {
  readonly schema: 1
  readonly command: 'check' | 'conformance' | 'probe' | 'lint' | 'drill' | 'bench'
  /** False as soon as the run must not exit 0. */
  readonly ok: boolean
  /** Programs and versions that took part: `{ haproxy: '3.2.26', broker: 'mosquitto 2.1.2', node: 'v20.20.2' }`. */
  readonly env: Readonly<Record<string, string>>
  readonly stats: RunStats
  readonly groups: readonly CaseGroup[]
  readonly findings: readonly Finding[]
  /** What belongs to the files and was not judged, and why. */
  readonly unread?: readonly UnreadPlace[]
  /** Findings of this severity and above fail the run; `null`: none does. */
  readonly failOn?: Finding['severity'] | null
  /** Which part of a run this is; the others are elsewhere. */
  readonly shard?: { readonly index: number; readonly count: number }
  /** When and where it was made, and by which command; absent where a library made it. */
  readonly run?: RunFacts
  /** Of a merged result: the runs that it was merged from. */
  readonly runs?: readonly RunFacts[]
}

/** When, where and how a command ran. */
export interface RunFacts {
  /** When it began: ISO 8601, UTC. */
  readonly at: string
  readonly host: string
  /** Operating system, release and architecture. */
  readonly os: string
  /** The command line; passwords are left out. */
  readonly command: string
  /** mqtt-proxy's own version. */
  readonly version: string
  /** Node.js's version. */
  readonly node: string
  /** The commit that was checked out where it ran. */
  readonly commit?: string
}

/** How many cases of a run ended in each way. Each case is counted once; `flaky` ones count as passed too. */
export interface RunStats {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Legal but not recommended (conformance). */
  readonly nonStrict: number
  /** Could not be judged; never counts as passed. */
  readonly unknown: number
  /** A broker's known deviation, named and shown; does not fail the run. */
  readonly deviations: number
  /** Failed first, passed on a retry. */
  readonly flaky: number
  readonly durationMs: number
}

/**
 * How a case ended. `deviation`: it failed as this broker is known to fail; `non-strict`: legal, but not as
 * recommended; `unknown`: it could not be judged.
 */
export type CaseStatus = 'passed' | 'failed' | 'skipped' | 'unknown' | 'non-strict' | 'deviation'
/** How strongly a case is required: the words of RFC 2119. */
export type Level = 'must' | 'should' | 'may'

/** A scenario, a conformance section or a probed target with its cases. */
export interface CaseGroup {
  readonly id: string
  readonly title: string
  readonly durationMs: number
  readonly cases: readonly CaseResult[]
  /** What this group ran with, for matrices: `{ haproxy: '3.2.26', broker: 'mosquitto 2.1.2' }`. */
  readonly dims?: Readonly<Record<string, string>>
  /** Why the whole group could not run; its cases are then skipped with the same reason. */
  readonly cannot?: string
  /** The files it ran with, for reports: name -> text. */
  readonly files?: readonly ReportFile[]
  /** What of the user's files was left out of the copies that ran, or ran in another form. */
  readonly leftOut?: readonly LeftOutLine[]
  /** How long things took that a benchmark did again and again. */
  readonly latencies?: readonly LatencySeries[]
  /** What a load run measured. */
  readonly load?: LoadFigures
  /** What became of many sessions after an event. */
  readonly curve?: CutCurve
}

/** Sessions that were cut and that came back, in bars of `binMs` from the event. */
export interface CutCurve {
  readonly binMs: number
  readonly bins: readonly { readonly ms: number; readonly cut: number; readonly back: number }[]
  /** What was done, and when. */
  readonly steps: readonly { readonly ms: number; readonly text: string }[]
}

/** Samples of one thing, condensed: the smallest sample that at least the share `q` (0 to 1) of all does not exceed. */
export interface LatencySeries {
  readonly name: string
  /** How many samples. */
  readonly count: number
  /** Rising; the first is the least of all (`q` 0), the last the most (`q` 1). Milliseconds. */
  readonly quantiles: readonly { readonly q: number; readonly ms: number }[]
}

/** A file that a run used or wrote, as reports show it. Passwords are blanked out in it. */
export interface ReportFile {
  readonly name: string
  readonly kind: 'haproxy' | 'broker' | 'log'
  readonly text: string
  /** The file that this is a copy of; absent where both have the same name and the same lines. */
  readonly origin?: FileOrigin
}

/** Where the lines of a copy come from. */
interface FileOrigin {
  readonly file: string
  /** Of each line of the copy, its line in that file, from 1; `null`: a line that the copy has in addition. */
  readonly lines: readonly (number | null)[]
}

/** The result of one check, conformance case or probed target, with the evidence. Times are in milliseconds. */
export interface CaseResult {
  /** Stable and addressable: `proxy-mtls/no-certificate`, `pp2/local/accepted`. */
  readonly id: string
  readonly title: string
  readonly status: CaseStatus
  readonly level?: Level
  /** The sentence or clause that asks for it, in our own words, and where it comes from. */
  readonly requirement?: Requirement
  readonly expected?: string
  readonly actual?: string
  /** Why it was skipped, is unknown, or which known deviation it is. */
  readonly reason?: string
  readonly durationMs?: number
  /** Most likely guilty configuration lines. */
  readonly likely?: readonly Likely[]
  /** Our client's end of the connection, to find it in HAProxy's and the broker's logs. */
  readonly client?: string
  /** HAProxy's end of the connection that it opened to the broker for this client. */
  readonly out?: string
  /** The PROXY header of this connection, hex. */
  readonly headerHex?: string
  /** What happened when, milliseconds from the start of the attempt. */
  readonly timeline?: readonly TimelineEvent[]
  /** Set where header, timeline and capture are not of the run that was judged, but of a second one, alone. */
  readonly secondRun?: SecondRun
  /** Log lines that belong to this case, explained where they can be. */
  readonly logs?: {
    readonly haproxy?: readonly string[]
    readonly broker?: readonly string[]
    readonly client?: readonly string[]
  }
  /** Explanations in words (HAProxy termination codes, MQTT reason codes). */
  readonly explained?: readonly string[]
  /** The command that repeats just this case. */
  readonly again?: string
  readonly artifacts?: readonly string[]
  /** The files it ran with, where it did not share those of its group. */
  readonly files?: readonly ReportFile[]
  readonly attempts?: number
}

/** The case once more, with nobody else there: a log line that names no client can only be about this one. */
export interface SecondRun {
  /** The client's end of the connection, as HAProxy saw it. */
  readonly client?: string
  /** HAProxy's end of the connection that it opened to the broker for it. */
  readonly out?: string
  /** The recorder's end of its connection to the broker, which is what the broker saw in place of `out`. */
  readonly recorder?: string
  readonly logs: { readonly haproxy: readonly string[]; readonly broker: readonly string[] }
}

/** What asks for a case: a sentence in our own words, and the clause or document that it comes from. */
export interface Requirement {
  readonly text: string
  readonly ref: string
}

/** A place in the user's files that probably caused a failure, and why. */
export interface Likely extends Place {
  readonly message: string
}

/** A line of the user's files that the sandbox ran without, or with a stand-in. */
export interface LeftOutLine extends Place {
  readonly message: string
  /** False for what bears on no verdict: a user, a log server, a socket of the original machine. */
  readonly told: boolean
}

/** Something in the user's files that nothing was said about. */
export interface UnreadPlace {
  /** `include`, `format`, `file`, `variable`, `host` or `branch`. */
  readonly what: string
  /** What it is called in the file: an address, a path, a variable. */
  readonly name: string
  /** One clause without a full stop. */
  readonly why: string
  readonly at: { readonly file: string; readonly line: number }
}

/** One thing that happened on a recorded connection, milliseconds after its first. */
export interface TimelineEvent {
  readonly ms: number
  readonly from: 'client' | 'haproxy' | 'broker'
  readonly to: 'client' | 'haproxy' | 'broker'
  readonly label: string
}

/** How bad a finding of `lint` is, worst first. */
export type LintSeverity = 'error' | 'warning' | 'info' | 'style'
/** How bad a finding of `probe` is; `WARN` is something that was not tested. */
export type ProbeSeverity = 'OK' | 'INFO' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL' | 'WARN'

/** Something a rule or a probe found. */
export interface Finding {
  /** `MP101`, `MP-P301`; stable. */
  readonly code: string
  readonly severity: LintSeverity | ProbeSeverity
  readonly message: string
  /** A configuration file (lint) or a target address (probe). */
  readonly at: Place & { readonly endLine?: number; readonly endColumn?: number }
  readonly related?: readonly Likely[]
  readonly fix?: { readonly text: string; readonly edits?: readonly TextEdit[] }
  readonly evidence?: readonly string[]
  readonly ref?: string
}

/** Replace the text between two positions of a file (end exclusive, both from 1) by another. */
export interface TextEdit {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly newText: string
}

/** Counts of a run, made from its cases; `flaky` are cases that passed after more than one attempt. */
export function statsOf(groups: readonly CaseGroup[], durationMs: number): RunStats {
  const cases = groups.flatMap((group) => group.cases)
  const count = (status: CaseStatus) => cases.filter((one) => one.status === status).length
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    nonStrict: count('non-strict'),
    unknown: count('unknown'),
    deviations: count('deviation'),
    flaky: cases.filter((one) => one.status === 'passed' && (one.attempts ?? 1) > 1).length,
    durationMs,
  }
}

/** One line of `doctor`. Status `-`: not there, and not needed. */
export interface DoctorItem {
  readonly id: string
  readonly status: 'ok' | 'warning' | 'wrong' | '-'
  readonly text: string
  /** Where it was found, what it can; shown with -v or when something is off. */
  readonly details: readonly string[]
  /** What to type next. */
  readonly next: readonly string[]
}
