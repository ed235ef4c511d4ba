import { connect } from 'node:net'
import { PACKET } from '../../mqtt-wire/packet-types.js'
import { disconnect } from '../../mqtt-wire/packet-writer.js'
import { wordsOf } from '../net/dial-error.js'
import type { DialOptions } from '../types.js'

/** Bytes of a CONNACK of MQTT 3.1.1. */
const connackBytes = 4
/** What is read is looked at within the call: one buffer does for all connections, and none of them needs its own. */
const buffer = new Uint8Array(64)
const goodbye = disconnect(0)
/** How long the other side may take to close after a DISCONNECT before it is reset, milliseconds. */
const closeMs = 1000

/** Whether the way in is plain TCP, where the header and CONNECT leave in one write and the answer is four bytes. */
export function isPlain({ target, pauseMs = 0, preface = [] }: DialOptions): boolean {
  return target.scheme === 'mqtt' && pauseMs === 0 && preface.every((piece) => piece.pauseMs === 0)
}

/**
 * A connection, a CONNECT and its answer with as little work as that takes: for very many. It is ended as soon as it is
 * accepted, by a DISCONNECT, so that the other side closes and no port of ours waits.
 * @param settle why it was not accepted; `undefined`: it was
 * @param closed the connection is gone
 * @returns drops it
 */
export function quickConnect(
  options: DialOptions,
  settle: (refusal: string | undefined) => void,
  closed: () => void,
): () => void {
  const { target, socketPath, localAddress, preface = [], first = new Uint8Array(), timeoutMs } = options
  let settled = false
  let heard = 0
  let [kind, code] = [0, 0]
  const done = (refusal: string | undefined) => {
    if (settled) return
    settled = true
    clearTimeout(timer)
    settle(refusal)
  }
  const read = (count: number, bytes: Uint8Array) => {
    if (settled) return true
    for (let at = 0; at < count && heard < connackBytes; at++, heard++) {
      if (heard === 0) kind = bytes[at] ?? 0
      if (heard === connackBytes - 1) code = bytes[at] ?? 0
    }
    if (heard === connackBytes) answered()
    return true
  }
  const answered = () => {
    if (kind === PACKET.connack && code === 0) {
      done(undefined)
      socket.write(goodbye)
      const late = setTimeout(() => socket.resetAndDestroy(), closeMs)
      socket.once('close', () => clearTimeout(late))
      return
    }
    done(kind === PACKET.connack ? `CONNACK ${code}` : 'the answer was no CONNACK')
    socket.destroy()
  }
  const onread = { buffer, callback: read }
  const socket = connect(
    socketPath === undefined
      ? {
          host: target.host,
          port: target.port,
          noDelay: true,
          onread,
          ...(localAddress !== undefined && { localAddress }),
        }
      : { path: socketPath, onread },
  )
  const timer = setTimeout(() => {
    done(`no CONNACK within ${timeoutMs} ms`)
    socket.destroy()
  }, timeoutMs)
  socket.once('connect', () => {
    socket.write(preface.length === 0 ? first : Buffer.concat([...preface.map(({ bytes }) => bytes), first]))
  })
  socket.once('error', (error) => done(wordsOf(error)))
  socket.once('close', () => {
    done('the connection was closed')
    closed()
  })
  return () => {
    socket.destroy()
  }
}
