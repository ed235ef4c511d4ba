import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConnectionPackets, pcapngBegin, pcapngPacket, type WrittenPacket } from '../../src/capture/pcapng.js'
import { type Reassembled, Reassembly } from '../../src/capture/reassembly.js'

const ends = { client: { address: '192.0.2.1', port: 40_000 }, server: { address: '192.0.2.2', port: 1884 } }

/** What a capture of these packets comes to. */
function read(packets: readonly WrittenPacket[], cut = 7919): readonly Reassembled[] {
  const file = Buffer.concat([pcapngBegin('test'), ...packets.map(pcapngPacket)])
  const reassembly = new Reassembly()
  const events: Reassembled[] = []
  for (let at = 0; at < file.length; at += cut) events.push(...reassembly.push(file.subarray(at, at + cut)))
  return [...events, ...reassembly.end().events]
}

function bytesOf(events: readonly Reassembled[], from: 'client' | 'server'): string {
  const parts = events.flatMap((one) => (one.kind === 'data' && one.from === from ? [one.bytes] : []))
  return Buffer.concat(parts).toString('latin1')
}

describe('TCP connections from a capture', () => {
  it('are whole in whatever order their segments came, and however often', () => {
    const texts = fc.array(
      fc.tuple(fc.constantFrom('client' as const, 'server' as const), fc.string({ minLength: 1, maxLength: 40 })),
      { minLength: 1, maxLength: 12 },
    )
    fc.assert(
      fc.property(texts, fc.infiniteStream(fc.nat()), (sent, draws) => {
        const packets = new ConnectionPackets(ends)
        const open = packets.open(1000)
        const data = sent.flatMap(([from, text], index) =>
          packets.data({ from, at: 1001 + index, bytes: Buffer.from(text, 'latin1') }),
        )
        const shuffled = [...data, ...data.slice(0, 2)]
          .map((one) => ({ one, key: draws.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one)
        const events = read([...open, ...shuffled])
        for (const side of ['client', 'server'] as const) {
          expect(bytesOf(events, side)).toBe(
            Buffer.from(
              sent
                .filter(([from]) => from === side)
                .map(([, text]) => text)
                .join(''),
              'latin1',
            ).toString('latin1'),
          )
        }
        expect(events.filter((one) => one.kind === 'lost')).toEqual([])
      }),
    )
  })

  it('name what is missing, with its size, and go on behind it', () => {
    const packets = new ConnectionPackets(ends)
    const open = packets.open(1000)
    const [first, second, third] = ['one', 'second', 'third'].flatMap((text) =>
      packets.data({ from: 'server', at: 1001, bytes: Buffer.from(text) }),
    )
    if (!first || !second || !third) throw new Error('three packets')
    const events = read([...open, first, third])
    expect(events.find((one) => one.kind === 'lost')).toMatchObject({ from: 'server', bytes: 'second'.length })
    expect(bytesOf(events, 'server')).toBe('onethird')
  })

  it('know client and server, their times, and who closed', () => {
    const packets = new ConnectionPackets(ends)
    const data = packets.open(1_700_000_000_123)
    const closed = packets.close(1_700_000_000_456, 'server', false)
    const events = read([...data, ...closed])
    expect(events).toEqual([
      { kind: 'open', connection: 1, at: 1_700_000_000_123, client: '192.0.2.1:40000', server: '192.0.2.2:1884' },
      { kind: 'close', connection: 1, at: 1_700_000_000_456, by: 'server', reset: false },
    ])
  })

  it('keep apart two that use the same ports one after the other', () => {
    const once = (text: string, at: number) => {
      const packets = new ConnectionPackets(ends)
      return [
        ...packets.open(at),
        ...packets.data({ from: 'client', at, bytes: Buffer.from(text) }),
        ...packets.close(at, 'client', false),
      ]
    }
    const events = read([...once('first', 1000), ...once('again', 2000)])
    expect(events.filter((one) => one.kind === 'data').map((one) => one.connection)).toEqual([1, 2])
  })
})
