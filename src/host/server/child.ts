import { spawn } from 'node:child_process'
import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { own } from '../process/lifetime.js'
import { ended, endGently } from '../process/program-start.js'

/**
 * Runs a shell command (`--exec`) with our stdin, stdout and stderr; its exit code. It is ended with everything else.
 * @throws Fault MP-PROGRAM (exit 3)
 */
export async function runCommand(command: string, env: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn(command, { shell: true, stdio: 'inherit', env: { ...process.env, ...env } })
  const exited = ended(child)
  const release = own(
    `${command} (pid ${child.pid})`,
    () => endGently(child, exited),
    () => {
      child.kill('SIGKILL')
    },
  )
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', (error) =>
      reject(new Fault('MP-PROGRAM', `cannot run "${command}": ${messageOf(error)}`, { exit: EXIT.environment })),
    )
    child.once('exit', (exit, signal) => resolve(exit ?? (signal === null ? EXIT.wrong : 128)))
  })
  await release()
  return code
}
