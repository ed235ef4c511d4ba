import { arch, hostname, release, type } from 'node:os'
import { publicCommandLine } from '../../kernel/command-line.js'
import type { RunFacts } from '../../kernel/result.js'
import { commitAt } from '../files/commit.js'

/** When, where and how this process runs. @param version mqtt-proxy's own */
export function runFacts(version: string): RunFacts {
  const commit = commitHere()
  return {
    at: new Date(performance.timeOrigin).toISOString(),
    host: hostname(),
    os: `${type()} ${release()} ${arch()}`,
    command: publicCommandLine('mqtt-proxy', process.argv.slice(2)),
    version,
    node: process.version,
    ...(commit !== undefined && { commit }),
  }
}

/** A working directory that was removed has no commit, and is told as a fault where it is needed. */
function commitHere(): string | undefined {
  try {
    return commitAt(process.cwd())
  } catch {
    return undefined
  }
}
