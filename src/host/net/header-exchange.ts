import type { Socket } from 'node:net'
import { connackText } from '../../explain/reason-codes.js'
import type { ConnectOutcome } from '../../kernel/connect-outcome.js'
import { hexOf, type WritePlan } from '../../proxy-header/index.js'
import { withDeadline } from '../process/deadline.js'
import { type ConnackAnswer, connackFrom } from './connack.js'
import { DialError, wordsOf } from './dial-error.js'
import { openTcp, writePlan } from './tcp.js'

/** What a receiver answered to raw bytes. */
export interface Exchanged {
  /** `refused`, `unreachable`: there was no connection at all. */
  readonly outcome: ConnectOutcome
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
  readonly writes: WritePlan
  /** How long to wait for the connection, and for an answer after the last write. */
  readonly waitMs: number
  /** Sent when a CONNACK came, before we close. */
  readonly goodbye?: Uint8Array
  readonly signal?: AbortSignal
}

/**
 * One connection with nothing between the bytes and the socket: what a receiver does with a header and with what
 * follows it, also when it does so before everything is written. The connection is closed when the answer is in.
 */
export async function exchange(options: ExchangeOptions): Promise<Exchanged> {
  const { host, port, waitMs } = options
  const started = performance.now()
  const ms = () => performance.now() - started
  const tcp = { target: { host, port }, timeoutMs: waitMs, ...(options.signal && { signal: options.signal }) }
  let socket: Socket
  try {
    socket = await withDeadline(waitMs, options.signal, ({ signal }) => openTcp(tcp, signal))
  } catch (error) {
    const { outcome, detail } = unconnected(error, options)
    return { outcome, local: undefined, connack: undefined, ms: ms(), detail }
  }
  const local = { address: socket.localAddress ?? '', port: socket.localPort ?? 0 }
  const answer = await converse(socket, options)
  const { outcome, connack } = answer
  const result = { outcome, local, connack, ms: ms(), detail: detailOf(answer, options) }
  if (connack !== undefined && options.goodbye) socket.resume().end(options.goodbye)
  else if (outcome === 'timeout') socket.resetAndDestroy()
  else socket.destroy()
  return result
}

/** Writes and listens at once; the time to wait begins when all is written. */
function converse(socket: Socket, { writes, waitMs, signal }: ExchangeOptions): Promise<ConnackAnswer> {
  return withDeadline(undefined, signal, async (deadline) => {
    const written = writePlan(socket, writes, deadline.signal).then(() => deadline.in(waitMs))
    const answer = await connackFrom(socket, '3.1.1', deadline.signal)
    deadline.stop()
    await written
    return answer
  })
}

function unconnected(error: unknown, { signal, waitMs }: ExchangeOptions): Pick<Exchanged, 'outcome' | 'detail'> {
  if (signal?.aborted) return { outcome: 'timeout', detail: 'stopped' }
  if (!(error instanceof DialError)) throw error
  if (error.outcome === 'timeout') return { outcome: 'unreachable', detail: `no connection within ${waitMs} ms` }
  return { outcome: error.outcome, detail: error.cause instanceof Error ? wordsOf(error.cause) : error.message }
}

function detailOf({ outcome, connack, received }: ConnackAnswer, { signal, waitMs }: ExchangeOptions): string {
  if (connack !== undefined) return connackText(connack)
  if (outcome === 'not-mqtt') return `it answered ${hexOf((received ?? new Uint8Array(0)).subarray(0, 16))}`
  if (outcome === 'timeout') return signal?.aborted ? 'stopped' : `nothing for ${waitMs} ms`
  return outcome
}
