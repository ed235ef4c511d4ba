import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Socket } from 'node:net'
import { Fault, messageOf, systemCode } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'

/** A program to be started without a shell. */
export interface ProgramStart {
  /** For messages: `haproxy 3.2.26`. */
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  readonly cwd?: string
  /** The whole environment of the child; default: ours. */
  readonly env?: NodeJS.ProcessEnv
  /** It leads a process group, so that all it starts can be ended with it. */
  readonly group?: boolean
}

/** How a process ended: by itself with a code, or by a signal. */
export interface Exit {
  readonly code: number | undefined
  readonly signal: NodeJS.Signals | undefined
}

/**
 * Starts a program, its output on pipes; resolves when it runs. `as`: what is really executed, where that is another
 * program that becomes this one.
 * @throws Fault MP-PROGRAM (exit 3) when it cannot be started at all
 */
export async function spawnProgram(
  start: ProgramStart,
  as: readonly [program: string, args: readonly string[]] = [start.program, start.args],
): Promise<ChildProcess & { readonly pid: number }> {
  const [program, args] = as
  const process_ = spawn(program, [...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(start.group && { detached: true }),
    ...(start.cwd !== undefined && { cwd: start.cwd }),
    ...(start.env !== undefined && { env: start.env }),
  })
  await new Promise<void>((resolve, reject) => {
    process_.once('spawn', resolve)
    process_.once('error', (error) => reject(cannotStart(start, reasonOf(error, program), error)))
  })
  if (!hasPid(process_)) throw cannotStart(start, 'it has no process id')
  return process_
}

function hasPid(process_: ChildProcess): process_ is ChildProcess & { readonly pid: number } {
  return process_.pid !== undefined
}

function reasonOf(error: unknown, program: string): string {
  const code = systemCode(error)
  // The kernel says the same of a script whose interpreter is missing, and of a program whose loader is.
  if (code === 'ENOENT' && program.includes('/') && existsSync(program)) return 'what is to run it is missing'
  if (code === 'ENOENT') return 'there is no such program'
  if (code === 'EACCES') return 'it may not be executed'
  return messageOf(error)
}

function cannotStart(start: ProgramStart, why: string, cause?: unknown): Fault {
  return new Fault('MP-PROGRAM', `${start.name} cannot be started from ${start.program}: ${why}`, {
    exit: EXIT.environment,
    cause,
  })
}

/**
 * Grandchildren may hold the pipes open. What was written until the process ended is read, however long we take for it
 * when we are busy; once there was nothing to read for this long, no more is waited for.
 */
const quietMs = 200

/** Resolves when the process has gone and its output was read. */
export function ended(process_: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    const pipes = [process_.stdout, process_.stderr].filter((pipe) => pipe !== null)
    let quiet: NodeJS.Timeout | undefined
    let came = false
    const note = () => {
      came = true
    }
    const done = () => {
      clearTimeout(quiet)
      for (const pipe of pipes) {
        pipe.off('data', note)
        if (pipe instanceof Socket) pipe.unref()
      }
      resolve({ code: process_.exitCode ?? undefined, signal: process_.signalCode ?? undefined })
    }
    const drain = () => {
      came = false
      quiet = setTimeout(() => {
        // The pipes are looked at once more after a timer that a busy process was late with.
        setImmediate(() => setImmediate(() => (came ? drain() : done())))
      }, quietMs)
    }
    process_.once('close', done)
    process_.once('exit', () => {
      for (const pipe of pipes) pipe.on('data', note)
      drain()
    })
  })
}

/** Asks a process to end, and kills it when it is still there after `withinMs`: less than the two seconds after Ctrl-C. */
export async function endGently(
  process_: ChildProcess,
  exited: Promise<Exit>,
  signal: NodeJS.Signals = 'SIGTERM',
  withinMs = 1500,
): Promise<void> {
  process_.kill(signal)
  const late = setTimeout(() => process_.kill('SIGKILL'), withinMs)
  await exited
  clearTimeout(late)
}
