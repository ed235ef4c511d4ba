import { Fault, messageOf, systemCode } from './errors.js'
import { EXIT } from './exit.js'

/** What the machine lacks, by the code of the system's error; nothing that the user's files could be blamed for. */
const lacks: Readonly<Record<string, { readonly what: string; readonly hint: string }>> = {
  ENOSPC: { what: 'no space is left on a disk', hint: 'free some, or set TMPDIR to a folder on another disk' },
  EDQUOT: { what: 'the disk quota is used up', hint: 'free some, or set TMPDIR to a folder on another disk' },
  EROFS: { what: 'a file system is read-only', hint: 'set TMPDIR and XDG_CACHE_HOME to folders that can be written' },
  EIO: { what: 'a disk does not work', hint: 'see the log of the system' },
  EMFILE: { what: 'too many files are open for this process', hint: 'ulimit -n 1024' },
  ENFILE: { what: 'too many files are open on this machine', hint: 'end other programs' },
  ENOMEM: { what: 'no memory is left', hint: 'end other programs, or give this one more' },
  EACCES: { what: 'a permission is missing', hint: 'run as a user who has it, or name another place' },
  EPERM: { what: 'the system does not allow it', hint: 'run as a user who may, or name another place' },
}

/**
 * The fault of the machine behind an error that nobody expected, or behind its cause; `undefined`: it is none.
 * Exit 3: neither the thing tested nor we are wrong.
 */
export function machineFault(error: unknown): Fault | undefined {
  for (let one = error, depth = 0; one instanceof Error && depth < 8; one = one.cause, depth += 1) {
    if (one instanceof Fault) continue
    const code = systemCode(one) ?? ''
    const lack = Object.hasOwn(lacks, code) ? lacks[code] : undefined
    if (lack !== undefined) return machine(lack.what, messageOf(one), lack.hint, error)
    const call = 'syscall' in one ? String(one.syscall) : ''
    if (call === 'uv_cwd') {
      return machine('the folder that this runs in was removed', messageOf(one), 'cd to a folder that exists', error)
    }
    if (code === 'EAGAIN' && call.startsWith('spawn')) {
      return machine('no more processes can be started', messageOf(one), 'ulimit -u, or end other programs', error)
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENETUNREACH') return noLoopback(messageOf(one), error)
  }
  return undefined
}

/** The network of this machine, loopback at least, is not up. */
export function noLoopback(detail: string, cause?: unknown): Fault {
  return machine('an address of this machine cannot be used', detail, 'ip link set lo up', cause)
}

/** Words of programs about the machine instead of their files. */
const said: readonly (readonly [RegExp, string])[] = [
  [/no space left on device/i, 'ENOSPC'],
  [/disk quota exceeded/i, 'EDQUOT'],
  [/read-only file system/i, 'EROFS'],
  [/too many open files|(?:cannot|failed to) (?:raise|set).{0,40}(?:FD|file descriptor|ulimit|maxsock)/i, 'EMFILE'],
  [/cannot allocate memory|out of memory/i, 'ENOMEM'],
]

/** The fault of the machine that a program complains of; `undefined`: it speaks of something else. */
export function machineFaultSaid(lines: readonly string[]): Fault | undefined {
  for (const line of lines) {
    const code = said.find(([words]) => words.test(line))?.[1]
    const lack = code === undefined ? undefined : lacks[code]
    if (lack !== undefined) return machine(lack.what, line, lack.hint)
  }
  return undefined
}

/** @param openFiles the limit of this process and of what it starts; `undefined`: none */
export function tooFewFiles(openFiles: number, least: number): Fault {
  const what = 'too few files can be open at once'
  return machine(what, `the limit is ${openFiles}, and at least ${least} are needed`, `ulimit -n ${4 * least}`)
}

function machine(what: string, detail: string, hint: string, cause?: unknown): Fault {
  return new Fault('MP-MACHINE', `${what}: ${detail}`, {
    exit: EXIT.environment,
    hints: [hint, 'mqtt-proxy doctor shows what this machine allows'],
    ...(cause !== undefined && { cause }),
  })
}
