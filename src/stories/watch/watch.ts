import { interrupted } from '../../host/process/lifetime.js'
import { runProgram } from '../../host/process/run-program.js'
import { type MetricsServer, startMetrics } from '../../host/server/metrics.js'
import { messageOf } from '../../kernel/errors.js'
import { type Change, changesOf, type WatchReading } from '../../live/watch/reading.js'
import { type RoundOptions, readPair } from './round.js'
import type { WatchPair } from './targets.js'

export interface WatchRequest extends RoundOptions {
  readonly pairs: readonly WatchPair[]
  readonly intervalMs: number
  /** End after so many rounds; `undefined`: never. */
  readonly rounds: number | undefined
  /** Where `/metrics` is served; port 0: any. */
  readonly metrics: { readonly host: string; readonly port: number } | undefined
  /** A command of the shell, run for each change. */
  readonly exec: string | undefined
  /** Told once, before the first round. */
  readonly onListening: (at: MetricsServer['at']) => void
  readonly onRound: (readings: readonly WatchReading[]) => void
  readonly onChange: (change: Change) => void
  /** What went wrong beside the watching. */
  readonly say: (text: string) => void
}

/** Each wait is longer or shorter by up to this share, so that many watchers do not come at one moment. */
const jitter = 0.1
const execWithinMs = 30_000
/** Changes that wait for the command; beyond them the oldest are dropped, and that is said. */
const mostWaiting = 100

/**
 * Probes the pairs again and again, one after the other.
 * @throws Fault MP-PORT-TAKEN, MP-LISTEN (exit 3), MP-BROKER-LOG (exit 2)
 */
export async function watch(request: WatchRequest): Promise<void> {
  const { pairs, rounds, metrics, exec } = request
  const server = metrics === undefined ? undefined : await startMetrics(metrics.host, metrics.port)
  if (server !== undefined) request.onListening(server.at)
  const command = exec === undefined ? undefined : new ChangeCommand(exec, request.say)
  const before = new Map<string, WatchReading>()
  for (let round = 1; !interrupted.aborted; round++) {
    for (const pair of pairs) {
      if (interrupted.aborted) return
      const reading = await readPair(pair, request)
      const old = before.get(reading.target)
      before.set(reading.target, reading)
      for (const change of old === undefined ? [] : changesOf(old, reading)) {
        request.onChange(change)
        server?.changed(change)
        command?.push(change)
      }
      server?.set([...before.values()])
    }
    request.onRound([...before.values()])
    if (rounds !== undefined && round >= rounds) break
    await pause(request.intervalMs * (1 + jitter * (2 * Math.random() - 1)))
  }
  await command?.done()
  await server?.stop()
}

/** Runs the command for one change after the other. */
class ChangeCommand {
  readonly #waiting: Change[] = []
  #running: Promise<void> | undefined

  constructor(
    private readonly command: string,
    private readonly say: (text: string) => void,
  ) {}

  push(change: Change): void {
    this.#waiting.push(change)
    if (this.#waiting.length > mostWaiting) {
      this.#waiting.shift()
      this.say('--exec is too slow: a change was dropped')
    }
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
  }

  async done(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    for (let change = this.#waiting.shift(); change !== undefined; change = this.#waiting.shift()) {
      const { target, what, from, to, worse } = change
      // By the environment: what a stranger's server said never becomes part of a command line.
      const env = {
        ...process.env,
        MQTT_PROXY_TARGET: target,
        MQTT_PROXY_WHAT: what,
        MQTT_PROXY_FROM: from,
        MQTT_PROXY_TO: to,
        MQTT_PROXY_WORSE: worse ? '1' : '0',
      }
      try {
        const { code, stderr } = await runProgram('/bin/sh', ['-c', this.command], { env, timeoutMs: execWithinMs })
        if (code !== 0) this.say(`--exec ended with ${code}: ${stderr.trim().split('\n')[0] ?? ''}`)
      } catch (error) {
        this.say(`--exec: ${messageOf(error)}`)
      }
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      interrupted.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    interrupted.addEventListener('abort', done, { once: true })
  })
}
