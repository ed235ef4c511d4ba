import { connect, type Socket } from 'node:net'
import { systemCode } from '../../kernel/errors.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import type { WritePlan } from '../../proxy-header/write-plan.js'
import type { DialOptions } from '../types.js'
import { DialError, isReset, wordsOf } from './dial-error.js'

export type TcpOptions = Pick<DialOptions, 'socketPath' | 'localAddress' | 'halfOpen' | 'timeoutMs' | 'signal'> & {
  readonly target: { readonly host: string; readonly port: number }
}

/**
 * Opens a TCP (or unix) connection; `signal` is the deadline and the caller's own signal together.
 * @throws DialError, or the abort reason of `options.signal`
 */
export function openTcp(options: TcpOptions, signal: AbortSignal): Promise<Socket> {
  const { host, port } = options.target
  const where = options.socketPath ?? formatSocketAddress(options.target)
  const allowHalfOpen = options.halfOpen === true
  return new Promise((resolve, reject) => {
    const socket =
      options.socketPath !== undefined
        ? connect({ path: options.socketPath, allowHalfOpen })
        : connect({
            host,
            port,
            allowHalfOpen,
            ...(options.localAddress !== undefined && { localAddress: options.localAddress }),
          })
    socket.setNoDelay(true)
    const stop = () => {
      socket.destroy()
      reject(options.signal?.aborted ? options.signal.reason : late(options))
    }
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    socket.once('error', (cause) => {
      signal.removeEventListener('abort', stop)
      // Reset before we could look: it was taken and thrown out at once, as an access list of HAProxy does.
      const outcome = systemCode(cause) === 'ECONNREFUSED' ? 'refused' : isReset(cause) ? 'reset' : 'unreachable'
      reject(new DialError('connect', outcome, `${where}: ${wordsOf(cause)}`, undefined, { cause }))
    })
    socket.once('connect', () => {
      signal.removeEventListener('abort', stop)
      socket.removeAllListeners('error')
      // The user of the stream has its own listener; this one keeps a late error from ending the process.
      socket.on('error', () => {})
      resolve(socket)
    })
  })
}

/** Nobody answered in time. */
export function late(options: Pick<TcpOptions, 'socketPath' | 'target' | 'timeoutMs'>, local?: string): DialError {
  const where = options.socketPath ?? formatSocketAddress(options.target)
  return new DialError('connect', 'timeout', `${where} did not answer within ${options.timeoutMs} ms`, local)
}

/** Makes the writes of a plan, each after its pause; ends early when the other side has gone or `signal` says so. */
export async function writePlan(tcp: Socket, plan: WritePlan, signal: AbortSignal): Promise<void> {
  for (const { bytes, pauseMs } of plan) {
    if (pauseMs > 0) await pause(pauseMs, tcp, signal)
    if (signal.aborted || tcp.destroyed) return
    if (bytes.length > 0) tcp.write(bytes)
  }
}

/** Resolves early when the other side has gone: the rest would only be lost. */
function pause(ms: number, tcp: Socket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      tcp.off('close', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    tcp.once('close', done)
    signal.addEventListener('abort', done, { once: true })
  })
}
