import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pcapngOf } from '../../../src/capture/pcapng.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { tapCapture } from '../../../src/stories/tap/capture.js'
import type { TapEvent } from '../../../src/tap/event.js'

let folder = ''
beforeAll(async () => {
  folder = (await makeWorkdir('test')).path
})
afterAll(endAll)

const connection = (port: number) => ({
  client: { address: '127.0.0.1', port: 40_000 + port },
  server: { address: '127.0.0.1', port },
  openedAt: 1_000_000,
  chunks: [
    { from: 'client' as const, at: 1_000_001, bytes: Buffer.from('100d00044d5154540402003c000161', 'hex') },
    { from: 'server' as const, at: 1_000_002, bytes: Buffer.from('20020000', 'hex') },
  ],
  closedAt: 1_000_003,
  closedBy: 'client' as const,
  reset: false,
})
const capture = Buffer.from(pcapngOf([connection(1884), connection(1885)], ''))

async function read(bytes: Uint8Array, ports: readonly number[] = []) {
  const file = join(folder, 'capture')
  writeFileSync(file, bytes)
  const events: TapEvent[] = []
  const { connections, cutOff } = await tapCapture(file, ports, (event) => events.push(event))
  const packets = events.flatMap(({ what }) => (what.kind === 'mqtt' ? what.packet.name : []))
  return { connections, cutOff, packets }
}

it('reads the connections of a capture, all or those of a port', async () => {
  const both = ['CONNECT', 'CONNACK', 'CONNECT', 'CONNACK']
  const all = await read(capture)
  expect([all.connections, all.cutOff, all.packets.sort()]).toEqual([2, 0, both.sort()])
  expect(await read(capture, [1885])).toEqual({ connections: 1, cutOff: 0, packets: ['CONNECT', 'CONNACK'] })
  expect(await read(capture, [1])).toEqual({ connections: 0, cutOff: 0, packets: [] })
})

it('reads a truncated capture up to where it ends, wherever that is, and says how much it could not', async () => {
  const whole = await read(capture)
  for (let length = 1; length < capture.length; length += 7) {
    const { packets, cutOff } = await read(capture.subarray(0, length))
    expect(cutOff).toBeLessThan(200)
    expect(packets.length).toBeLessThanOrEqual(whole.packets.length)
  }
  const { packets, cutOff } = await read(capture.subarray(0, capture.length - 5))
  expect(packets).toHaveLength(4)
  expect(cutOff).toBeGreaterThan(0)
})

it.each([
  ['nothing', Buffer.alloc(0), / is empty$/],
  ['text', Buffer.from('this is no capture'), /cannot be read as a capture: neither pcap nor pcapng/],
  ['a web page', Buffer.from('<html>'), /cannot be read as a capture/],
] as const)('refuses %s', async (_, bytes, message) => {
  await expect(read(bytes)).rejects.toMatchObject({
    code: 'MP-CAPTURE',
    exit: 2,
    message: expect.stringMatching(message),
    hints: [expect.stringContaining('pcapng')],
  })
})

it('says what is not there, or cannot be read', async () => {
  for (const file of [join(folder, 'none'), folder]) {
    await expect(tapCapture(file, [], () => {})).rejects.toMatchObject({ code: 'MP-INPUT', exit: 2 })
  }
})
