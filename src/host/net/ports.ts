import { createServer, type Server } from 'node:net'
import { Fault, systemCode } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { formatSocketAddress, type SocketAddress } from '../../kernel/socket-address.js'
import { listeningHere } from './listening.js'

/** Ports that were handed out and may not be listened on yet, oldest first, with what gives them up. */
const claims = new Map<number, () => void>()
/** A slow broker takes tens of seconds until it listens. */
const claimedMs = 30_000
const mostClaims = 256

/**
 * `count` free TCP ports of a loopback address, chosen by the kernel. For half a minute, or until 256 more were asked
 * for, none of them is handed out again, nor by another process of mqtt-proxy. It does not stop other programs: a program that
 * finds its port taken all the same should be started again with others.
 * @throws Fault MP-NO-PORT (exit 3) when none is left, or the address is not of this machine
 */
export async function freePorts(count: number, host = '127.0.0.1'): Promise<number[]> {
  const servers: Server[] = []
  const ports: number[] = []
  try {
    while (ports.length < count) {
      const server = await listen(0, host)
      servers.push(server)
      const port = portOf(server)
      if (await claim(port)) ports.push(port)
    }
  } finally {
    await Promise.all(servers.map(close))
  }
  return ports
}

/**
 * Holds the same number for UDP, which no program that we start listens on: another program that picks ports at this moment
 * sees that it is spoken for. False when it is.
 */
async function claim(port: number): Promise<boolean> {
  if (claims.has(port)) return false
  const { createSocket } = await import('node:dgram')
  const socket = createSocket('udp4').unref()
  const held = await new Promise<'held' | 'taken' | 'not to be had'>((resolve) => {
    socket.once('error', (error) => resolve(systemCode(error) === 'EADDRINUSE' ? 'taken' : 'not to be had'))
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve('held'))
  })
  if (held !== 'held') socket.close()
  if (held === 'taken') return false
  socket.on('error', () => {})
  const timer = setTimeout(() => giveUp(port), claimedMs).unref()
  claims.set(port, () => {
    clearTimeout(timer)
    if (held === 'held') socket.close()
  })
  const [oldest] = claims.keys()
  if (claims.size > mostClaims && oldest !== undefined) giveUp(oldest)
  return true
}

function giveUp(port: number): void {
  claims.get(port)?.()
  claims.delete(port)
}

/** One free port; see `freePorts`. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const [port] = await freePorts(1, host)
  if (port === undefined) throw new Error('the kernel gave no port')
  return port
}

/** Whether we could listen on this very port now. */
export async function portIsFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  try {
    await close(await listen(port, host))
    return true
  } catch (error) {
    if (systemCode(error) === 'EADDRINUSE' || systemCode(error) === 'EACCES') return false
    throw error
  }
}

/**
 * Makes sure that a program can listen where it is going to. Without this, a listener that is already there would be
 * taken for the program's own.
 * @param sharing the program binds with SO_REUSEPORT alone: what its last clients left in TIME_WAIT keeps us from the
 *   port, and not the program itself
 * @throws Fault MP-PORT-TAKEN (exit 3)
 */
export async function requireFree(listeners: readonly SocketAddress[], who: string, sharing = false): Promise<void> {
  for (const listener of listeners) {
    if ('path' in listener || (await portIsFree(listener.port, listener.host))) continue
    const here = sharing ? await listeningHere() : undefined
    if (here !== undefined && !here.some(({ port }) => port === listener.port)) continue
    throw portTaken(listener.port, `${who} cannot listen on ${formatSocketAddress(listener)}`)
  }
}

/** What is thrown when a port that was asked for is in use. */
export function portTaken(port: number | string, by: string, cause?: unknown): Fault {
  return new Fault('MP-PORT-TAKEN', `${by}: port ${port} is taken by another program`, {
    exit: EXIT.environment,
    hints: [`see which: ss -ltnp 'sport = :${port}'`, 'end that program or choose another port'],
    cause,
  })
}

/** Ports are free when they are chosen; another program may still be quicker. */
const startTries = 3

/**
 * Does what chooses ports and starts programs on them, again where another program took one of them meanwhile.
 * @throws Fault MP-PORT-TAKEN (exit 3) when that happens time after time
 */
export async function onFreePorts<T>(start: () => Promise<T>): Promise<T> {
  for (let left = startTries - 1; ; left--) {
    try {
      return await start()
    } catch (error) {
      if (left === 0 || !(error instanceof Fault) || error.code !== 'MP-PORT-TAKEN') throw error
    }
  }
}

/** What is thrown when the kernel has no port to give: none is left, or the address is not of this machine. */
function noPort(host: string, cause: Error): Fault {
  const code = systemCode(cause)
  if (code === 'EADDRINUSE') {
    return new Fault('MP-NO-PORT', `no port of ${host} is left to be given`, {
      exit: EXIT.environment,
      hints: ['see what is taken, and what there is: mqtt-proxy doctor -v', 'check needs fewer at once with --jobs 1'],
      cause,
    })
  }
  const absent = code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'
  return new Fault(
    'MP-NO-PORT',
    `${host} ${absent ? 'is not an address of this machine' : `gives no port (${code})`}`,
    {
      exit: EXIT.environment,
      hints: [...(absent && host.includes(':') ? ['leave out --ip 6'] : []), 'mqtt-proxy doctor'],
      cause,
    },
  )
}

function listen(port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => reject(port === 0 ? noPort(host, error) : error))
    server.listen({ port, host, exclusive: true }, () => resolve(server))
  })
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return address.port
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
