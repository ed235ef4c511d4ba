import { connect } from 'node:net'
import { expect } from 'vitest'
import { encode, type SslSpec } from '../../src/proxy-header/index.js'
import type { Running } from '../program.js'

const source = { address: '203.0.113.7', port: 56_324 }
const mqttConnect = Buffer.from('100d00044d5154540402003c000161', 'hex')

/** A CONNECT behind a version 2 header: the code of the CONNACK, `undefined` when the other side closed instead. */
function connackBehindHeader(port: number, ssl?: SslSpec): Promise<number | undefined> {
  const destination = { address: '127.0.0.1', port }
  const header = encode({ version: 2, source, destination, ...(ssl && { ssl }) })
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.concat([header, mqttConnect])))
    socket.on('data', (answer) => {
      socket.destroy()
      resolve(answer[3])
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(undefined))
  })
}

/** When it says that it listens, a client with a header is let in; then Ctrl-C. */
export async function serveOne(broker: Running): Promise<void> {
  expect(await connackBehindHeader(await portOf(broker))).toBe(0)
  await broker.printed(/203\.0\.113\.7:56324/)
  broker.signal('SIGINT')
}

/** The client needs a certificate, and the broker calls it by the name in it. */
export async function serveByCertificate(broker: Running): Promise<void> {
  const port = await portOf(broker)
  expect(await connackBehindHeader(port)).toBeUndefined()
  expect(await connackBehindHeader(port, { version: 'TLSv1.3', cn: 'sensor-17' })).toBe(0)
  await broker.printed(/sensor-17/)
  broker.signal('SIGINT')
}

/** It ends by itself after the last one. */
export async function serveTen(broker: Running): Promise<void> {
  const port = await portOf(broker)
  for (let n = 0; n < 10; n++) expect(await connackBehindHeader(port)).toBe(0)
}

/** A client with a header comes through a relay; then Ctrl-C, unless the relay ends by itself. */
export function relayOne(end: 'Ctrl-C' | 'ends by itself' = 'Ctrl-C') {
  return async (relay: Running): Promise<void> => {
    expect(await connackBehindHeader(await portOf(relay))).toBe(0)
    if (end === 'Ctrl-C') relay.signal('SIGINT')
  }
}

async function portOf(broker: Running): Promise<number> {
  const found = await broker.printed(
    /listening (?:on )?127\.0\.0\.1:(\d+)|"port":(\d+)|listen socket on port (\d+)[\s\S]*running/,
  )
  return Number(found.slice(1).find(Boolean))
}
