import { stat } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { Fault, messageOf, systemCode } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import { isReadCommand } from '../../live/runtime/commands.js'
import { type Info, parseInfo, parseWorkers, type Worker } from '../../live/runtime/tables.js'

/** A socket of HAProxy's Runtime API: a path, or an address for `stats socket ipv4@...`. */
export type RuntimePlace = { readonly path: string } | { readonly host: string; readonly port: number }

/** A process behind a socket, and how it is asked. */
export interface RuntimeApi {
  readonly name: string
  readonly info: Info
  /** Of a master's socket: its workers. */
  readonly workers: readonly Worker[] | undefined
  /**
   * The answer to a command that only reads; anything else is refused here, at the one place that sends.
   * @throws Fault MP-LIVE-ANSWER, MP-LIVE-LEVEL
   */
  ask(command: string, worker?: number): Promise<string>
}

const withinMs = 10_000
/** 100,000 sessions are about 150 MB of `show sess all`. */
const mostBytes = 256 << 20

/**
 * Opens a stats socket or the master's socket, and makes sure that it is one.
 * @throws Fault MP-LIVE-SOCKET: not there or not a stats socket (exit 2), no permission (exit 3), nobody answers (exit 4)
 */
export async function openRuntimeApi(place: RuntimePlace): Promise<RuntimeApi> {
  const name = formatSocketAddress(place)
  if ('path' in place) await isSocket(place.path)
  const send = (command: string) => answerTo(place, name, command)
  const first = await send('show info')
  const info = parseInfo(first)
  if (info !== undefined) {
    return { name, info, workers: undefined, ask: async (command) => permitted(await send(command), command, name) }
  }
  refuse(first, 'show info', name)
  // The master knows no `show info`; it hands commands on to a worker.
  const workers = parseWorkers(await send('show proc'))
  const current = workers?.find((one) => !one.old)
  if (workers === undefined || current === undefined) throw noStats(name, first)
  const ask = async (command: string, worker = current.pid) =>
    permitted(await send(`@!${worker} ${command}`), command, name)
  const said = parseInfo(await ask('show info'))
  if (said === undefined) throw noStats(name, first)
  return { name, info: said, workers, ask }
}

async function isSocket(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    if (systemCode(error) === 'EACCES') throw noPermission(path, error)
    throw new Fault('MP-LIVE-SOCKET', `there is no ${path}`, {
      exit: EXIT.usage,
      hints: [whereSockets],
      cause: error,
    })
  })
  if (found.isSocket()) return
  throw new Fault('MP-LIVE-SOCKET', `${path} is not a socket`, { exit: EXIT.usage, hints: [whereSockets] })
}

/** One command on a connection of its own: the other side ends its answer by closing. */
async function answerTo(place: RuntimePlace, name: string, command: string): Promise<string> {
  if (!isReadCommand(command)) {
    throw new Fault('MP-LIVE-COMMAND', 'this is not one of the commands that only read; nothing was sent', {
      exit: EXIT.bug,
    })
  }
  const chunks: Buffer[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(place)
    const fail = (fault: Fault) => {
      clearTimeout(timer)
      socket.destroy()
      reject(fault)
    }
    const timer = setTimeout(() => fail(silent(name, length)), withinMs)
    // Our end is closed behind the command: a master waits for another one, and does not close by itself.
    socket.once('connect', () => socket.end(`${command}\n`))
    socket.on('data', (chunk) => {
      length += chunk.length
      if (length > mostBytes) return fail(answerFault(`${name} answers with more than ${mostBytes >> 20} MiB`))
      chunks.push(chunk)
    })
    socket.once('error', (error) => fail(notReached(name, error)))
    socket.once('close', () => {
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).toString('utf8'))
    })
  })
}

function notReached(name: string, error: unknown): Fault {
  const code = systemCode(error)
  if (code === 'EACCES' || code === 'EPERM') return noPermission(name, error)
  // A socket that is not a stream socket: /dev/log, for one.
  if (code === 'EPROTOTYPE') return noStats(name, '')
  return new Fault('MP-LIVE-SOCKET', `nobody answers on ${name}: ${code ?? messageOf(error)}`, {
    exit: EXIT.unreachable,
    hints: ['HAProxy is not running, or runs with another socket', whereSockets],
    cause: error,
  })
}

function noPermission(name: string, cause: unknown): Fault {
  return new Fault('MP-LIVE-SOCKET', `no permission to use ${name}`, {
    exit: EXIT.environment,
    hints: [
      'run as a user or group that the stats socket line names (mode, user, group), or with sudo',
      'level operator is enough for what is asked',
    ],
    cause,
  })
}

function silent(name: string, length: number): Fault {
  if (length > 0) return answerFault(`${name} began an answer and did not end it within ${withinMs / 1000} s`)
  return new Fault('MP-LIVE-SOCKET', `${name} does not answer as a stats socket within ${withinMs / 1000} s`, {
    exit: EXIT.unreachable,
    hints: [whereSockets],
  })
}

function answerFault(message: string): Fault {
  return new Fault('MP-LIVE-ANSWER', message, { exit: EXIT.unreachable })
}

function noStats(name: string, said: string): Fault {
  const words = said.trim() === '' ? 'it closed without an answer' : 'its answer is not that of HAProxy to "show info"'
  return new Fault('MP-LIVE-SOCKET', `${name} is not a stats socket of HAProxy: ${words}`, {
    exit: EXIT.usage,
    hints: [whereSockets],
  })
}

/** What a socket of a low level says instead of the answer. */
function refuse(answer: string, command: string, name: string): void {
  if (!/^Permission denied/m.test(answer.slice(0, 200))) return
  throw new Fault('MP-LIVE-LEVEL', `${name} may not be asked "${command}": its level is too low`, {
    exit: EXIT.environment,
    hints: ['write level operator behind stats socket in haproxy.cfg; user is not enough'],
  })
}

function permitted(answer: string, command: string, name: string): string {
  refuse(answer, command, name)
  return answer
}

const whereSockets =
  'haproxy.cfg names it: grep "stats socket" /etc/haproxy/haproxy.cfg; the master has its own, behind -S'
