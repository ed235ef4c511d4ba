import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { own } from '../src/host/process/lifetime.js'

/** How a program ended, and all it said. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** What was on stdout, as it came. */
  readonly bytes: Buffer
}

/** A program on its way, or at its end. */
export interface Running {
  readonly pid: number
  /** What it printed so far. */
  readonly stdout: () => string
  readonly stderr: () => string
  /** Waits until stdout or stderr holds this; fails when the program ends before. */
  readonly printed: (pattern: RegExp) => Promise<RegExpExecArray>
  /** Sends a signal; one that was started as a group is signalled with all it started. */
  readonly signal: (name: NodeJS.Signals) => void
  readonly ended: Promise<Ended>
}

export interface StartOptions {
  readonly cwd?: string
  /** On top of what we have ourselves; `undefined` takes a variable away. */
  readonly env?: NodeJS.ProcessEnv
  /** What comes on stdin; nothing by default. The program may close its end early. */
  readonly input?: string | Uint8Array | (() => Iterable<Uint8Array>)
  /** A process group of its own, as a job in a terminal has. */
  readonly group?: boolean
}

/** What a CI service or a terminal sets and a program may look at: a test sets it itself where it matters. */
const elsewhere = [
  'CI',
  'GITHUB_ACTIONS',
  'GITHUB_STEP_SUMMARY',
  'GITLAB_CI',
  'FORCE_COLOR',
  'NO_COLOR',
  'OCLIF_COLUMNS',
]

/**
 * Starts a program. It is listened to from before it can say a word, owned by its pid, and killed at the end of the test
 * file at the latest (or by `endAll`). The only time limit is the one of the test.
 */
export function start(program: string, args: readonly string[], options: StartOptions = {}): Running {
  const { cwd, env, input, group = false } = options
  const ours = Object.fromEntries(Object.entries(process.env).filter(([name]) => !elsewhere.includes(name)))
  const child = spawn(program, [...args], {
    ...(cwd !== undefined && { cwd }),
    env: { ...ours, ...env },
    detached: group,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  const { stdin, stdout, stderr } = child
  if (stdout === null || stderr === null) throw new Error('both were asked for as pipes')
  const said = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  const text = (name: keyof typeof said) => Buffer.concat(said[name]).toString()
  const looks = new Set<() => void>()
  const listen = (name: keyof typeof said) => (chunk: Buffer) => {
    said[name].push(chunk)
    for (const look of [...looks]) look()
  }
  stdout.on('data', listen('stdout'))
  stderr.on('data', listen('stderr'))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) =>
      resolve({ code, signal, stdout: text('stdout'), stderr: text('stderr'), bytes: Buffer.concat(said.stdout) }),
    )
  })
  // Whoever waits is told; whoever does not wait is not ended by it.
  ended.catch(() => {})
  if (stdin !== null) feed(stdin, typeof input === 'function' ? input() : [Buffer.from(input ?? '')])
  const signal = (name: NodeJS.Signals) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    if (group) process.kill(-child.pid, name)
    else child.kill(name)
  }
  const release = own(`${program} (pid ${child.pid})`, async () => {
    signal('SIGKILL')
    await ended.catch(() => {})
  })
  void ended.catch(() => {}).then(release)
  return {
    pid: child.pid ?? 0,
    stdout: () => text('stdout'),
    stderr: () => text('stderr'),
    signal,
    ended,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(text('stdout')) ?? pattern.exec(text('stderr'))
          if (found === null) return
          looks.delete(look)
          resolve(found)
        }
        looks.add(look)
        look()
        ended.then(({ code }) => {
          reject(new Error(`ended with ${code} before ${pattern}:\n${text('stdout')}${text('stderr')}`))
        }, reject)
      }),
  }
}

/** Runs a program to its end, whatever its exit code. */
export function run(program: string, args: readonly string[], options: StartOptions = {}): Promise<Ended> {
  return start(program, args, options).ended
}

function feed(stdin: Writable, input: Iterable<Uint8Array>): void {
  stdin.on('error', () => stdin.destroy())
  const rest = input[Symbol.iterator]()
  const more = () => {
    for (;;) {
      const next = rest.next()
      if (next.done === true || stdin.destroyed) return void stdin.end()
      if (!stdin.write(next.value)) return void stdin.once('drain', more)
    }
  }
  more()
}
