import { connect, type Socket } from 'node:net'
import { afterAll, expect, it } from 'vitest'
import { endAll } from '../../../src/host/process/lifetime.js'
import { startTap } from '../../../src/stories/tap/live.js'
import type { TapEvent, What } from '../../../src/tap/event.js'
import { listen } from '../../host/listening.js'

afterAll(endAll)

/** A tap in front of a program that takes what comes, and what it showed. */
async function tapping(serve: (socket: Socket) => void) {
  const seen: What[] = []
  const tap = await startTap({
    listen: { host: '127.0.0.1', port: 0 },
    target: { host: '127.0.0.1', port: await listen(serve) },
    connectTimeoutMs: 5000,
    faults: [],
    seed: 1,
    write: undefined,
    onEvent: ({ what }: TapEvent) => void seen.push(what),
  })
  const { at } = tap
  if ('path' in at) throw new Error('no port')
  const dial = () => {
    const socket = connect(at.port, at.host)
    socket.on('error', () => {})
    return socket
  }
  const nonsense = () => seen.filter(({ kind }) => kind === 'nonsense').map((one) => ('text' in one ? one.text : ''))
  return { dial, nonsense, seen }
}

/** Writes the same bytes again and again, as fast as they are taken. */
function flood(socket: Socket, bytes: Uint8Array, times: number): Promise<void> {
  return new Promise((resolve) => {
    let left = times
    socket.once('close', () => resolve())
    const more = () => {
      while (left-- > 0) if (!socket.write(bytes)) return void socket.once('drain', more)
      socket.destroySoon()
    }
    more()
  })
}

const chunk = 65_536
const endless: readonly (readonly [string, Buffer, RegExp | undefined])[] = [
  ['garbage', Buffer.alloc(chunk, 0xff), /is not a header, MQTT, TLS or HTTP/],
  ['a header that never ends', Buffer.from(`PROXY TCP4 ${'1'.repeat(chunk)}`), /a broken PROXY header/],
  ['an HTTP head that never ends', Buffer.from(`GET /${'a'.repeat(chunk)}`), /an HTTP head that is none/],
  ['a packet of 256 MB', Buffer.concat([Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(chunk)]), undefined],
]

it.each(endless)(
  'passes %s on in bounded memory, and says once what it cannot read',
  async (_, bytes, said) => {
    let got = 0
    const { dial, nonsense } = await tapping((socket) => {
      socket.on('data', (part: Buffer) => {
        got += part.length
      })
    })
    const times = 4000
    let highest = 0
    const before = process.memoryUsage().rss
    const watch = setInterval(() => {
      highest = Math.max(highest, process.memoryUsage().rss)
    }, 20)
    await flood(dial(), bytes, times)
    clearInterval(watch)
    await expect.poll(() => got).toBe(bytes.length * times)
    // 260 MB went by.
    expect((highest - before) / 2 ** 20).toBeLessThan(100)
    expect(nonsense()).toEqual(said === undefined ? [] : [expect.stringMatching(said)])
  },
  60_000,
)

it('passes single bytes on as they come, and other clients meanwhile', async () => {
  const { dial, nonsense, seen } = await tapping((socket) => socket.on('data', (bytes) => socket.write(bytes)))
  const slow = dial()
  // A byte follows when the one before it has come back: nothing waits in the tap until there is more.
  const text = Buffer.from(`PROXY TCP4 ${'1'.repeat(600)}`)
  let at = 0
  const done = new Promise<void>((resolve) => {
    slow.on('data', () => {
      if (++at === text.length) resolve()
      else slow.write(text.subarray(at, at + 1))
    })
  })
  slow.write(text.subarray(0, 1))
  const other = dial()
  other.write(Buffer.from('100d00044d5154540402003c000161', 'hex'))
  await expect.poll(() => seen.some((one) => one.kind === 'mqtt' && one.packet.clientId === 'a')).toBe(true)
  await done
  expect(nonsense()).toContainEqual(expect.stringMatching(/a broken PROXY header/))
})
