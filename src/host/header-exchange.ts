import { connect } from 'node:net'
import { messageOf, systemCode } from '../errors.js'
import type { ConnectObservation } from './types.js'

/** Writes to make on a fresh connection, each `pauseMs` after the one before. */
export interface ExchangeOptions {
  readonly host: string
  readonly port: number
  readonly writes: readonly { readonly bytes: Uint8Array; readonly pauseMs: number }[]
  /** How long to wait for an answer after the last write. */
  readonly waitMs: number
  /** Sent when a CONNACK came, before we close. */
  readonly goodbye?: Uint8Array
  readonly signal?: AbortSignal
}

/**
 * One connection with nothing between the bytes and the socket: what a receiver does with a header and with what
 * follows it. The connection is closed when the answer is in.
 */
export function exchange(options: ExchangeOptions): Promise<ConnectObservation> {
  const started = performance.now()
  return new Promise((resolve) => {
    const socket = connect({ host: options.host, port: options.port, noDelay: true })
    const received: Buffer[] = []
    let local: string | undefined
    let waiting: NodeJS.Timeout | undefined
    let over = false
    const finish = (outcome: ConnectObservation['outcome'], detail?: string) => {
      if (over) return
      over = true
      clearTimeout(waiting)
      options.signal?.removeEventListener('abort', abort)
      const bytes = Buffer.concat(received).subarray(0, 256)
      const answered = outcome === 'accepted' || outcome === 'connack'
      if (answered && options.goodbye) socket.end(options.goodbye)
      else if (outcome === 'timeout') socket.resetAndDestroy()
      else socket.destroy()
      resolve({
        outcome,
        local,
        connack: answered ? bytes[3] : undefined,
        properties: undefined,
        ms: performance.now() - started,
        detail,
        received: answered || bytes.length === 0 ? undefined : bytes,
      })
    }
    const abort = () => finish('timeout', 'stopped')
    const wait = (ms: number, then: () => void) => {
      clearTimeout(waiting)
      waiting = setTimeout(then, ms)
    }
    const write = (index: number) => {
      const next = options.writes[index]
      if (next === undefined) return wait(options.waitMs, () => finish('timeout', `nothing for ${options.waitMs} ms`))
      const send = () => {
        if (next.bytes.length > 0) socket.write(next.bytes)
        write(index + 1)
      }
      if (next.pauseMs > 0) wait(next.pauseMs, send)
      else send()
    }
    options.signal?.addEventListener('abort', abort, { once: true })
    wait(options.waitMs, () => finish('unreachable', `no connection within ${options.waitMs} ms`))
    socket.on('connect', () => {
      local = `${socket.localAddress}:${socket.localPort}`
      write(0)
    })
    socket.on('data', (chunk) => {
      received.push(chunk)
      const bytes = Buffer.concat(received)
      if (bytes[0] !== 0x20) finish('not-mqtt', `it answered ${bytes.subarray(0, 16).toString('hex')}`)
      else if (bytes.length >= 4) finish(bytes[3] === 0 ? 'accepted' : 'connack')
    })
    socket.on('end', () => finish('closed', 'closed'))
    socket.on('error', (error) => {
      if (local === undefined) {
        finish(systemCode(error) === 'ECONNREFUSED' ? 'refused' : 'unreachable', messageOf(error))
      } else finish('reset', systemCode(error) === 'EPIPE' ? 'closed' : 'reset')
    })
    socket.on('close', () => finish('closed', 'closed'))
  })
}
