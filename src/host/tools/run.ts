import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { interrupted, own } from '../process/lifetime.js'

export interface Ran {
  readonly ok: boolean
  readonly stdout: string
  /** stdout and stderr as they came. */
  readonly all: string
}

export interface HostRunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
}

/**
 * Runs a program of the host (apt-get, dpkg-deb) to its end, owned like every other child. Its messages are asked for
 * in English, because they are read.
 */
export async function run(program: string, args: readonly string[], options: HostRunOptions = {}): Promise<Ran> {
  const { execa } = await import('execa')
  interrupted.throwIfAborted()
  const child = execa(program, [...args], {
    all: true,
    reject: false,
    stdin: 'ignore',
    env: { LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive', ...options.env },
    maxBuffer: 64 * 1024 * 1024,
    forceKillAfterDelay: 1000,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.timeoutMs !== undefined && { timeout: options.timeoutMs }),
  })
  const release = own(
    `${program} (pid ${child.pid ?? '?'})`,
    async () => {
      child.kill('SIGTERM')
      await child
    },
    () => child.kill('SIGKILL'),
  )
  const done = await child
  await release()
  if (done.timedOut) {
    throw new Fault('MP-TOOLS-TIMEOUT', `${program} ${args[0] ?? ''} did not end in time`, { exit: EXIT.environment })
  }
  return { ok: done.exitCode === 0, stdout: done.stdout, all: done.all }
}
