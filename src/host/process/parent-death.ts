import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'

const setpriv = '/usr/bin/setpriv'
const killed = ['--pdeathsig', 'KILL', '--']
let able: Promise<boolean> | undefined

/** We may be gone before the kernel was asked: then the program's parent is another process by now. */
const unlessOrphaned = '[ "$PPID" = "$0" ] && exec "$@"'

/**
 * The command that runs a program so that the kernel kills it when we are gone, even by SIGKILL (`prctl(2)`,
 * PR_SET_PDEATHSIG, through util-linux). Where that cannot be had, the program itself.
 */
export async function tiedToUs(program: string, args: readonly string[]): Promise<[string, readonly string[]]> {
  const plain: [string, readonly string[]] = [program, args]
  if (!program.startsWith('/') || process.platform !== 'linux') return plain
  able ??= canTie()
  if (!(await able)) return plain
  // A program that cannot run must fail under its own name.
  return access(program, constants.X_OK).then(
    () => [setpriv, [...killed, '/bin/sh', '-c', unlessOrphaned, String(process.pid), program, ...args]],
    () => plain,
  )
}

function canTie(): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(setpriv, [...killed, '/bin/sh', '-c', unlessOrphaned, String(process.pid), '/bin/true'], (error) =>
      resolve(error === null),
    )
  })
}
