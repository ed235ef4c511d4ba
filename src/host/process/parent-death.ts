import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'

const setpriv = '/usr/bin/setpriv'
let able: Promise<boolean> | undefined

/**
 * The command that runs a program so that the kernel kills it when we are gone, even by SIGKILL (`prctl(2)`,
 * PR_SET_PDEATHSIG, through util-linux). Where that cannot be had, the program itself.
 */
export async function tiedToUs(program: string, args: readonly string[]): Promise<[string, readonly string[]]> {
  const plain: [string, readonly string[]] = [program, args]
  if (!program.startsWith('/') || process.platform !== 'linux') return plain
  able ??= canTie()
  if (!(await able)) return plain
  // A program that cannot run shall fail under its own name.
  return access(program, constants.X_OK).then(
    () => [setpriv, ['--pdeathsig', 'KILL', '--', program, ...args]],
    () => plain,
  )
}

function canTie(): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(setpriv, ['--pdeathsig', 'KILL', '--', '/bin/true'], (error) => resolve(error === null))
  })
}
