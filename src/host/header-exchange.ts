import { connect } from 'node:net'
import { messageOf, systemCode } from '../errors.js'

/** What a receiver answered to raw bytes. */
export interface Exchanged {
  /** `refused`, `unreachable`: there was no connection at all. */
  readonly outcome: 'connack' | 'closed' | 'reset' | 'refused' | 'unreachable' | 'timeout' | 'not-mqtt'
  /** Our end of the connection. */
  readonly local: { readonly address: string; readonly port: number } | undefined
  /** Reason code (5.0) or return code (3.1.1) of the CONNACK. */
  readonly connack: number | undefined
  /** Milliseconds from the first SYN to the outcome. */
  readonly ms: number
  /** In words. */
  readonly detail: string
}

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
export function exchange(options: ExchangeOptions): Promise<Exchanged> {
  const started = performance.now()
  return new Promise((resolve) => {
    const socket = connect({ host: options.host, port: options.port, noDelay: true })
    const received: Buffer[] = []
    let local: Exchanged['local']
    let waiting: NodeJS.Timeout | undefined
    let over = false
    const finish = (outcome: Exchanged['outcome'], detail: string) => {
      if (over) return
      over = true
      clearTimeout(waiting)
      options.signal?.removeEventListener('abort', abort)
      const answered = outcome === 'connack'
      if (answered && options.goodbye) socket.end(options.goodbye)
      else if (outcome === 'timeout') socket.resetAndDestroy()
      else socket.destroy()
      const connack = answered ? Buffer.concat(received)[3] : undefined
      resolve({ outcome, local, connack, ms: performance.now() - started, detail })
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
      local = { address: socket.localAddress ?? '', port: socket.localPort ?? 0 }
      write(0)
    })
    socket.on('data', (chunk) => {
      received.push(chunk)
      const bytes = Buffer.concat(received)
      if (bytes[0] !== 0x20) finish('not-mqtt', `it answered ${bytes.subarray(0, 16).toString('hex')}`)
      else if (bytes.length >= 4) finish('connack', `CONNACK ${bytes[3]}`)
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
