import type { ChildProcess } from 'node:child_process'
import { own } from './lifetime.js'
import { LineLog } from './line-log.js'
import { type Exit, ended, endGently, type ProgramStart, spawnProgram } from './program-start.js'
import { commandFor } from './wall.js'

export interface ChildOptions extends ProgramStart {
  /** Asked to end by this signal. Default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals
  /** Killed when it is still there after this long. Default 1500 ms. */
  readonly stopWithinMs?: number
  /** Run after the child has gone, and before `stop` resolves: for what it leaves behind. */
  readonly afterwards?: () => void | Promise<void>
  /** The synchronous last resort besides SIGKILL to the child itself. */
  readonly abandon?: () => void
}

/** A process we started, own by its pid, and end. Its output is kept line by line. */
export interface Child {
  /** `haproxy 3.2.26 (pid 4711)`. */
  readonly what: string
  readonly pid: number
  /** stdout and stderr, in the order they came. */
  readonly log: LineLog
  /** Resolves when the process has gone and its output was read. */
  readonly exited: Promise<Exit>
  alive(): boolean
  signal(name: NodeJS.Signals): void
  /** Resolves when the process is really gone; ends it gently first. Safe to call twice. */
  stop(): Promise<void>
}

/**
 * Starts a program without a shell. It is closed with everything else that is owned, on success, failure or a signal.
 * @throws Fault MP-PROGRAM (exit 3) when it cannot be started at all
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const process_ = await spawnProgram(options, await commandFor(options.program, options.args, true))
  return ownChild(process_, options)
}

function ownChild(process_: ChildProcess & { readonly pid: number }, options: ChildOptions): Child {
  const { pid } = process_
  const what = `${options.name} (pid ${pid})`
  const log = new LineLog()
  process_.stdout?.on('data', log.reader())
  process_.stderr?.on('data', log.reader())
  const gone = () => process_.exitCode !== null || process_.signalCode !== null
  const exited = ended(process_).finally(() => log.end())
  const signal = (name: NodeJS.Signals) => {
    if (!gone()) process_.kill(name)
  }
  const end = async () => {
    await endGently(process_, exited, options.stopSignal, options.stopWithinMs)
    await options.afterwards?.()
  }
  const abandon = () => {
    signal('SIGKILL')
    options.abandon?.()
  }
  const release = own(what, end, abandon)
  const stop = async () => {
    await release()
    await exited
  }
  void exited.then(() => (options.afterwards === undefined ? release() : undefined))
  return { what, pid, log, exited, alive: () => !gone(), signal, stop }
}
