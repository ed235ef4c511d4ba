import { spawn } from 'node:child_process'
import { EXIT } from '../../kernel/exit.js'
import { own } from './lifetime.js'
import { loopbackOnly } from './namespaces.js'
import { loopbackIsAll, whyItFails } from './wall.js'

/** Set for the second run, which is never run again. */
const mark = 'MQTT_PROXY_LOOPBACK_ONLY'

const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export type Rerun = { readonly code: number } | { readonly why: string | undefined }

/**
 * Runs the same command again with no network but loopback: its own sockets and the programs that it
 * starts have to find each other there. `why`: this process goes on instead, and why it has the whole network.
 */
export async function rerunWithLoopback(): Promise<Rerun> {
  if (loopbackIsAll()) return { why: undefined }
  if (process.platform !== 'linux') return { why: 'namespaces are a thing of Linux' }
  if (process.env[mark] !== undefined) return { why: 'the namespace has another network than loopback' }
  const why = await whyItFails(loopbackOnly(['/bin/true', []]))
  if (why !== undefined) return { why }
  return { code: await again() }
}

async function again(): Promise<number> {
  const words = [...process.execArgv, ...process.argv.slice(1)]
  const [program, args] = loopbackOnly([process.execPath, words])
  const child = spawn(program, [...args], { stdio: 'inherit', env: { ...process.env, [mark]: '1' } })
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? EXIT.terminated))
  })
  const pass = (signal: NodeJS.Signals) => void child.kill(signal)
  for (const signal of passedOn) process.on(signal, pass)
  const release = own(
    'the run behind the wall',
    async () => void (await ended),
    () => void child.kill('SIGKILL'),
  )
  try {
    return await ended
  } finally {
    await release()
    for (const signal of passedOn) process.off(signal, pass)
  }
}
