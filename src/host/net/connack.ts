import type { Duplex } from 'node:stream'
import type { IConnackPacket } from 'mqtt-packet'
import { PacketFault } from '../../mqtt-wire/packet-fault.js'
import { PacketReader } from '../../mqtt-wire/packet-reader.js'
import { readConnack } from '../../mqtt-wire/server-packet.js'
import type { ConnectObservation } from '../types.js'
import { isReset, isTls, wordsOf } from './dial-error.js'

/** What came back for a CONNECT. */
export type ConnackAnswer = Omit<ConnectObservation, 'local' | 'ms' | 'tls'>

/** A CONNACK is a few hundred bytes; a server that sends more before it is complete does not speak MQTT. */
const mostBytes = 64 * 1024
const keptBytes = 256

export const answer = (outcome: ConnackAnswer['outcome'], detail?: string, received?: Buffer): ConnackAnswer => ({
  outcome,
  stage: 'mqtt',
  connack: undefined,
  properties: undefined,
  detail,
  received: received === undefined || received.length === 0 ? undefined : received.subarray(0, keptBytes),
})

/** Reads one CONNACK, or what comes instead of it; what follows it stays in the stream. Ends with `timeout` at `signal`. */
export async function connackFrom(
  stream: Duplex,
  mqtt: '3.1' | '3.1.1' | '5.0',
  signal: AbortSignal,
): Promise<ConnackAnswer> {
  const { default: mqttPacket } = await import('mqtt-packet')
  const parse = mqttPacket.parser({ protocolVersion: mqtt === '5.0' ? 5 : 4 })
  return new Promise((resolve) => {
    let seen = Buffer.alloc(0)
    const done = (result: ConnackAnswer) => {
      stream.off('data', onData)
      stream.off('error', onError)
      stream.off('end', onEnd)
      stream.off('close', onEnd)
      signal.removeEventListener('abort', onAbort)
      stream.pause()
      resolve(result)
    }
    const onData = (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk])
      const length = packetLength(seen)
      if (seen[0] !== 0x20 || length === 'bad' || seen.length > mostBytes) {
        return done(answer('not-mqtt', 'the answer is not a CONNACK', seen))
      }
      if (length === 'more' || seen.length < length) return
      if (!isSound(seen.subarray(0, length), mqtt)) return done(answer('not-mqtt', 'the CONNACK is malformed', seen))
      let packet: IConnackPacket | undefined
      parse.once('packet', (one) => {
        packet = one as IConnackPacket
      })
      parse.once('error', () => {})
      parse.parse(seen.subarray(0, length))
      done(packet === undefined ? answer('not-mqtt', 'the CONNACK is malformed', seen) : judged(packet))
      // After `done`: a stream that flows would hand it to us again at once.
      if (seen.length > length) stream.unshift(seen.subarray(length))
    }
    const onError = (error: Error) => {
      if (isTls(error)) done(answer('tls', wordsOf(error), seen))
      else done(answer(isReset(error) ? 'reset' : 'closed', wordsOf(error), seen))
    }
    const onEnd = () => done(answer('closed', 'closed without a CONNACK', seen))
    const onAbort = () => done(answer('timeout', undefined, seen))
    stream.on('data', onData)
    stream.once('error', onError)
    stream.once('end', onEnd)
    stream.once('close', onEnd)
    signal.addEventListener('abort', onAbort, { once: true })
    if (stream.errored) onError(stream.errored)
    else if (stream.destroyed || stream.readableEnded) onEnd()
    else if (signal.aborted) onAbort()
  })
}

/** Whether this is a CONNACK to the letter, which `mqtt-packet` does not ask. */
function isSound(packet: Buffer, mqtt: '3.1' | '3.1.1' | '5.0'): boolean {
  const reader = new PacketReader(packet, 1)
  try {
    reader.varint()
    readConnack(mqtt === '5.0' ? 5 : 4, reader)
    return reader.left === 0
  } catch (error) {
    if (error instanceof PacketFault) return false
    throw error
  }
}

function judged(packet: IConnackPacket): ConnackAnswer {
  const code = packet.reasonCode ?? packet.returnCode ?? 0
  return {
    outcome: code === 0 ? 'accepted' : 'connack',
    stage: 'mqtt',
    connack: code,
    properties: packet.properties === undefined ? undefined : { ...packet.properties },
    detail: undefined,
    received: undefined,
  }
}

/** Bytes of the whole first packet by its remaining length ([MQTT-2.1.4]). */
function packetLength(bytes: Buffer): number | 'more' | 'bad' {
  let value = 0
  for (let i = 0; i < 4; i++) {
    const byte = bytes[i + 1]
    if (byte === undefined) return 'more'
    value += (byte & 0x7f) * 128 ** i
    if (byte < 0x80) return value > mostBytes ? 'bad' : value + i + 2
  }
  return 'bad'
}
