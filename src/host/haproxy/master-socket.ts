import { connect } from 'node:net'
import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'

/** More than `show sess all` of a drill's clients says. */
const mostBytes = 16 * 1024 * 1024

/**
 * Asks the master socket of a HAProxy of our own, opened with `level admin` (management guide 9.4). `@1` before a command
 * is the worker that runs now, `@!PID` a certain one.
 * @returns what it answers, without the last line feed
 * @throws Fault MP-RUNTIME-API (exit 3)
 */
export function askMaster(socketPath: string, command: string, withinMs = 5000): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const socket = connect({ path: socketPath, allowHalfOpen: true })
    const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${withinMs} ms`)), withinMs)
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      length += chunk.length
      if (length > mostBytes) socket.destroy(new Error(`more than ${mostBytes} bytes`))
    })
    socket.once('error', (error) => {
      clearTimeout(timer)
      const [word = ''] = command.split('\n')
      const message = `HAProxy did not answer "${word}": ${messageOf(error)}`
      reject(new Fault('MP-RUNTIME-API', message, { exit: EXIT.environment, cause: error }))
    })
    socket.once('end', () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(Buffer.concat(chunks).toString('utf8').trimEnd())
    })
    // A payload (`set ssl cert NAME <<`) ends with an empty line of its own.
    socket.end(`${command}\n`)
  })
}

export interface Workers {
  /** Process ids of workers that serve new clients, and of those that only finish. */
  readonly current: readonly number[]
  readonly old: readonly number[]
}

/** What `show proc` says: the section decides whether a worker is an old one. */
export function parseWorkers(text: string): Workers {
  const current: number[] = []
  const old: number[] = []
  let into = current
  for (const line of text.split('\n')) {
    if (/^# /.test(line)) into = /^# old workers/.test(line) ? old : current
    const [, pid] = /^(\d+)\s+worker\b/.exec(line) ?? []
    if (pid !== undefined) into.push(Number(pid))
  }
  return { current, old }
}
