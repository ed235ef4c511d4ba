/** What a load run measured, as figures that two runs can be merged by without loss. Times are milliseconds. */
export interface LoadFigures {
  readonly measure: 'messages' | 'connections'
  /** What was wanted of this run (a shard has its part), a second; `null`: as much as comes through. */
  readonly wantedRate: number | null
  /** How long starts were due. */
  readonly durationMs: number
  /** From the first start that was due to the last that was made; at least `durationMs`. */
  readonly startedMs: number
  /** From the first start that was due to the last answer; at least `durationMs`. */
  readonly spanMs: number
  /** Starts that were due within it. */
  readonly planned: number
  /** Connections that were begun, or messages that were handed to a publisher. */
  readonly started: number
  /** Connections that were accepted, or messages that reached a subscriber (without subscribers: were acknowledged). */
  readonly done: number
  /** How many should have come to that: every message counts once for each of its subscribers. */
  readonly expected: number
  readonly failed: number
  readonly reasons: readonly { readonly why: string; readonly count: number }[]
  /** Sessions that the messages went through. */
  readonly clients: number
  readonly histograms: LoadHistograms
  readonly timeline: LoadTimeline
  readonly generator: LoadGenerator
  /** What `--fail-on` was: a merged run is judged by the same. */
  readonly failOn: string
  /** Of a load that took turns with others: each turn. */
  readonly rounds?: readonly LoadRound[]
  /** Of a merged load: how far apart its shards began, milliseconds. */
  readonly apartMs?: number
  /** Processor time of each program within `spanMs`. */
  readonly cpu: readonly { readonly program: string; readonly ms: number }[]
}

/** HdrHistograms of microseconds, in their own compressed encoding (V2, base64). */
export interface LoadHistograms {
  /** From the moment when it was due: waiting for the generator or for others is in it. */
  readonly latency: string
  /** From the moment when it was sent. */
  readonly fromSend: string
  /** How late the generator was: from due to sent. */
  readonly lag: string
  /** CONNECT to CONNACK of the sessions that the messages go through, dialling included. */
  readonly connect?: string
}

/** What a load did over time, in bins of equal length. */
interface LoadTimeline {
  /** When the first start was due: milliseconds since 1970. */
  readonly at: number
  readonly binMs: number
  /** In order; bins in which nothing happened may be missing. */
  readonly bins: readonly LoadBin[]
}

/** One bin of a load: counts, and latencies in milliseconds. */
export interface LoadBin {
  /** Where it begins, from `at`. */
  readonly ms: number
  readonly started: number
  readonly done: number
  readonly failed: number
  /** Latencies of what was done in it: their sum and the longest. */
  readonly sumMs: number
  readonly maxMs: number
}

/** One turn of a load beside others: `forward` in the order in which they were named. */
export interface LoadRound {
  readonly order: 'forward' | 'backward'
  readonly started: number
  readonly done: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Whether the program that made the load was itself the limit. */
export interface LoadGenerator {
  /** Share of the time in which the generator had something to do: 0 to 1. */
  readonly busy: number
  /** 99 of 100 starts were no later than this. */
  readonly lagP99Ms: number
  /** Why the generator itself was the limit; absent: it was not. */
  readonly limited?: string
}
