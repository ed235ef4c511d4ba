import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

/** An example on its way, or at its end. */
export interface Running {
  /** What it printed so far. */
  readonly stdout: () => string
  readonly stderr: () => string
  /** Waits until it has printed this; fails when it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  /** Ctrl-C, as a terminal sends it: to everything in the foreground. */
  interrupt(): void
  /** The end of it and of all it started, whatever it does. */
  kill(): void
  readonly ended: Promise<number | null>
}

/** Runs shell lines in a folder: the programs of `bin` come first, and temporary files go to `.tmp` there. */
export async function runLines(lines: readonly string[], bin: string, folder: string): Promise<Running> {
  await mkdir(join(folder, '.tmp'))
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env.PATH ?? ''}`,
    TMPDIR: join(folder, '.tmp'),
    NO_COLOR: '1',
    // A test runner sets it, a person does not.
    NODE_ENV: undefined,
    CI: '',
    GITHUB_ACTIONS: '',
    npm_config_update_notifier: 'false',
    npm_config_logs_max: '0',
  }
  // A process group of its own, as a job in a terminal.
  const stdio = ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe']
  const child = spawn('bash', ['--norc', '-c', lines.join('\n')], { cwd: folder, env, detached: true, stdio })
  const said = { stdout: '', stderr: '' }
  const looks = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
      for (const look of looks) look()
    })
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const printed = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(said.stdout) ?? pattern.exec(said.stderr)
        if (found !== null) resolve(found)
      }
      looks.add(look)
      const early = (code: number | null) => `ended with ${code} before ${pattern}:\n${said.stdout}${said.stderr}`
      void ended.then((code) => reject(new Error(early(code))))
      look()
    })
  const signal = (name: NodeJS.Signals) => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, name)
  }
  return {
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    printed,
    interrupt: () => signal('SIGINT'),
    kill: () => signal('SIGKILL'),
    ended,
  }
}
