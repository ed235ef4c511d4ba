import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a program and all that it started did to the rest of the machine. */
export interface Traced {
  /** Files that were made, changed, renamed or removed. */
  readonly written: readonly string[]
  /** Addresses outside loopback that something was sent to. */
  readonly reached: readonly string[]
}

/** The words before a command that let strace(1) note it: one file a process below the folder. */
export function traceInto(folder: string): string[] {
  const calls = 'trace=%file,connect,sendto,sendmsg,sendmmsg'
  return ['strace', '-ff', '-yy', '-qq', '-s', '4096', '-e', calls, '-o', join(folder, 'trace')]
}

export function tracedIn(folder: string): Traced {
  const lines = readdirSync(folder)
    .filter((name) => name.startsWith('trace.'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => !/= -1 E/.test(line))
  return {
    written: [...new Set(lines.flatMap(writtenBy))],
    reached: [...new Set(lines.flatMap(reachedBy))],
  }
}

const changing =
  /^(?:creat|truncate|mkdir|mkdirat|rmdir|unlink|unlinkat|rename|renameat2?|link|linkat|symlink|symlinkat|chmod|fchmodat2?|chown|lchown|fchownat|mknod|mknodat|utimensat|setxattr)\(/

function writtenBy(line: string): string[] {
  const opened = /^(?:open|openat|openat2)\(.*\b(?:O_WRONLY|O_RDWR|O_CREAT|O_TRUNC)\b.*= \d+<([^<>]*)/.exec(line)
  if (opened?.[1] !== undefined) return [opened[1]]
  return changing.test(line) ? pathsOf(line) : []
}

/** The paths of a call; relative ones behind the folder that strace shows. */
function pathsOf(line: string): string[] {
  return [...line.matchAll(/(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"/g)].map(([, folder, path = '']) =>
    path.startsWith('/') || folder === undefined ? path : `${folder}/${path}`,
  )
}

/** Connecting a datagram socket sends nothing. */
function reachedBy(line: string): string[] {
  if (/^connect\(\d+<UDP/.test(line)) return []
  return [...line.matchAll(/inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/g)]
    .map(([, four, six]) => four ?? six ?? '')
    .filter((address) => !/^127\.|^::1$|^::ffff:127\./.test(address))
}
