import { Fault, systemCode } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { own } from './lifetime.js'
import { LineLog } from './line-log.js'
import { type Exit, ended, endGently, spawnProgram } from './program-start.js'
import { commandFor } from './wall.js'

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
  /** For scripts: what they start ends with them, on a signal or when the time is over. */
  readonly group?: boolean
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
  const name = nameOf(program)
  const process_ = await spawnProgram({ ...options, name, program, args }, await commandFor(program, args, false))
  const exited = ended(process_)
  const kill = (signal: NodeJS.Signals) => (options.group ? killGroup(process_.pid, signal) : process_.kill(signal))
  const release = own(
    `${name} (pid ${process_.pid})`,
    async () => {
      if (options.group) kill('SIGTERM')
      await endGently(process_, exited)
      // The script may have gone before what it started.
      if (options.group) kill('SIGKILL')
    },
    () => kill('SIGKILL'),
  )
  const out = collect(process_.stdout, options.onLine)
  const err = collect(process_.stderr, options.onLine)
  const timeoutMs = options.timeoutMs ?? 10_000
  let timedOut = false
  const late = setTimeout(() => {
    timedOut = true
    kill('SIGKILL')
  }, timeoutMs)
  const stop = () => kill('SIGTERM')
  options.signal?.addEventListener('abort', stop, { once: true })
  const exit = await exited
  options.signal?.removeEventListener('abort', stop)
  clearTimeout(late)
  await release()
  options.signal?.throwIfAborted()
  if (timedOut) {
    throw new Fault('MP-PROGRAM-TIMEOUT', `${name} did not end within ${timeoutMs / 1000} s`, {
      exit: EXIT.environment,
      hints: [`run it by hand: ${program} ${args.join(' ')}`],
    })
  }
  return { ...exit, stdout: out(), stderr: err() }
}

/** The processes that this one leads; none are left when it says so. */
function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error
  }
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
