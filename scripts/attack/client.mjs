/** MQTT bytes and clients for the attacks, written from the specification. */
import { connect } from 'node:net'

export function packet(first, ...parts) {
  const body = Buffer.concat(parts)
  const size = []
  let left = body.length
  do {
    const byte = left % 128
    left = Math.floor(left / 128)
    size.push(left > 0 ? byte + 128 : byte)
  } while (left > 0)
  return Buffer.concat([Buffer.from([first, ...size]), body])
}

export function text(value) {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes])
}

export const connectPacket = (id, { level = 4, flags = 2 } = {}) =>
  packet(0x10, text('MQTT'), Buffer.from([level, flags, 0, 0, ...(level === 5 ? [0] : [])]), text(id))
export const pingreq = Buffer.from([0xc0, 0])
const none = Buffer.alloc(0)
/** Of a packet without any property (5.0). */
const noProperties = Buffer.from([0])
const twoBytes = (id) => Buffer.from([id >> 8, id & 255])

/** @param properties true for a client that speaks MQTT 5.0 */
export const publish = (topic, payload, { qos = 0, retain = false, id = 1, properties = false } = {}) =>
  packet(
    0x30 | (qos << 1) | Number(retain),
    text(topic),
    qos > 0 ? twoBytes(id) : none,
    properties ? noProperties : none,
    payload,
  )
export const subscribe = (filters, qos = 0, { properties = false } = {}) =>
  packet(
    0x82,
    twoBytes(1),
    properties ? noProperties : none,
    ...filters.flatMap((one) => [text(one), Buffer.from([qos])]),
  )
export const unsubscribe = (filters, { properties = false } = {}) =>
  packet(0xa2, twoBytes(1), properties ? noProperties : none, ...filters.map(text))
export const pubrel = (id) => packet(0x62, twoBytes(id))

/** A socket that has its CONNACK. */
export function arrive(port, id, how = {}) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => socket.write(connectPacket(id, how)))
    socket.once('error', reject)
    socket.once('data', () => {
      socket.off('error', reject).on('error', () => {})
      resolve(socket)
    })
  })
}

/** Writes as long as the server takes it, until `bytes` are out or `ms` are over; how many bytes were taken. */
export async function pour(socket, chunk, { bytes, ms }) {
  const until = performance.now() + ms
  let sent = 0
  while (sent < bytes && !socket.destroyed && performance.now() < until) {
    sent += chunk.length
    if (socket.write(chunk)) continue
    await new Promise((resolve) => {
      const timer = setTimeout(done, Math.max(1, until - performance.now()))
      function done() {
        clearTimeout(timer)
        socket.off('drain', done).off('close', done)
        resolve()
      }
      socket.once('drain', done).once('close', done)
    })
  }
  return sent - socket.writableLength
}

/** A good client: answers to its PINGREQ, in milliseconds. */
export async function goodClient(port) {
  const socket = await arrive(port, 'good')
  const times = []
  let since
  let stopped = false
  const ask = () => {
    if (stopped) return
    since = performance.now()
    socket.write(pingreq)
  }
  let timer
  socket.on('data', () => {
    times.push(performance.now() - since)
    since = undefined
    timer = setTimeout(ask, 25)
  })
  ask()
  return {
    /** The slowest answer but one in a hundred, in milliseconds; one that is still awaited counts. */
    stop: () => {
      stopped = true
      clearTimeout(timer)
      if (since !== undefined) times.push(performance.now() - since)
      socket.destroy()
      times.sort((a, b) => a - b)
      return { worst: times.at(-1) ?? 0, usual: times[Math.floor(times.length * 0.99)] ?? 0 }
    },
  }
}
