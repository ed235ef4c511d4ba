import { type ChildProcess, spawn } from 'node:child_process'
import { Fault, messageOf, systemCode } from '../errors.js'
import { EXIT } from '../exit.js'
import { own } from './lifetime.js'
import { LineLog } from './line-log.js'
import { tiedToUs } from './parent-death.js'

export interface ChildOptions {
  /** For messages: `haproxy 3.2.26`. */
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  readonly cwd?: string
  /** The whole environment of the child; default: ours. */
  readonly env?: NodeJS.ProcessEnv
  /** Asked to end by this signal. Default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals
  /** Killed when it is still there after this long. Default 1500 ms: less than the two seconds after Ctrl-C. */
  readonly stopWithinMs?: number
  /** Run after the child has gone, and before `stop` resolves: for what it leaves behind. */
  readonly afterwards?: () => void | Promise<void>
  /** The synchronous last resort besides SIGKILL to the child itself. */
  readonly abandon?: () => void
}

/** How a process ended: by itself with a code, or by a signal. */
export interface Exit {
  readonly code: number | undefined
  readonly signal: NodeJS.Signals | undefined
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
  const [program, args] = await tiedToUs(options.program, options.args)
  const process_ = spawn(program, [...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.env !== undefined && { env: options.env }),
  })
  await spawned(process_, options)
  const pid = process_.pid
  if (pid === undefined) throw cannotStart(options, 'it has no process id')
  return ownChild(process_, pid, options)
}

function ownChild(process_: ChildProcess, pid: number, options: ChildOptions): Child {
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
    signal(options.stopSignal ?? 'SIGTERM')
    const late = setTimeout(() => signal('SIGKILL'), options.stopWithinMs ?? 1500)
    await exited
    clearTimeout(late)
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

/** Grandchildren may hold the pipes open: what was written until the process ended is read, but no longer waited for. */
const drainMs = 200

function ended(process_: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    let drain: NodeJS.Timeout | undefined
    const done = () => {
      clearTimeout(drain)
      resolve({ code: process_.exitCode ?? undefined, signal: process_.signalCode ?? undefined })
    }
    process_.once('close', done)
    process_.once('exit', () => {
      drain = setTimeout(done, drainMs)
    })
  })
}

function spawned(process_: ChildProcess, options: ChildOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    process_.once('spawn', resolve)
    process_.once('error', (error) => reject(cannotStart(options, reasonOf(error), error)))
  })
}

function reasonOf(error: unknown): string {
  const code = systemCode(error)
  if (code === 'ENOENT') return 'there is no such program'
  if (code === 'EACCES') return 'it may not be executed'
  return messageOf(error)
}

function cannotStart(options: ChildOptions, why: string, cause?: unknown): Fault {
  return new Fault('MP-PROGRAM', `${options.name} cannot be started from ${options.program}: ${why}`, {
    exit: EXIT.environment,
    cause,
  })
}

export interface Finished extends Exit {
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Default 10 000 ms; the program is killed then. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Told every line as it comes. */
  readonly onLine?: (line: string) => void
}

/**
 * Runs a program to its end and returns what it said, whatever its exit code.
 * @throws Fault MP-PROGRAM (cannot be started) or MP-PROGRAM-TIMEOUT, both exit 3
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  const named = { name: nameOf(program), program, args }
  const process_ = spawn(program, [...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.env !== undefined && { env: options.env }),
  })
  await spawned(process_, named)
  const release = own(
    `${named.name} (pid ${process_.pid})`,
    async () => {
      process_.kill('SIGTERM')
      const late = setTimeout(() => process_.kill('SIGKILL'), 1500)
      await exited
      clearTimeout(late)
    },
    () => process_.kill('SIGKILL'),
  )
  const out = collect(process_.stdout, options.onLine)
  const err = collect(process_.stderr, options.onLine)
  const exited = ended(process_)
  const timeoutMs = options.timeoutMs ?? 10_000
  let timedOut = false
  const late = setTimeout(() => {
    timedOut = true
    process_.kill('SIGKILL')
  }, timeoutMs)
  const stop = () => process_.kill('SIGTERM')
  options.signal?.addEventListener('abort', stop, { once: true })
  const exit = await exited
  options.signal?.removeEventListener('abort', stop)
  clearTimeout(late)
  await release()
  options.signal?.throwIfAborted()
  if (timedOut) {
    throw new Fault('MP-PROGRAM-TIMEOUT', `${named.name} did not end within ${timeoutMs / 1000} s`, {
      exit: EXIT.environment,
      hints: [`run it by hand: ${program} ${args.join(' ')}`],
    })
  }
  return { ...exit, stdout: out(), stderr: err() }
}

function collect(stream: NodeJS.ReadableStream | null, onLine: ((line: string) => void) | undefined): () => string {
  const chunks: Buffer[] = []
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk))
  if (onLine !== undefined && stream !== null) {
    const log = new LineLog()
    log.onLine(onLine)
    stream.on('data', log.reader())
    stream.on('end', () => log.end())
  }
  return () => Buffer.concat(chunks).toString('utf8')
}

function nameOf(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1)
}
