import { type Packet, PcapReader } from './pcap.js'
import { type Segment, segmentOf } from './tcp-segment.js'

/** What a capture shows of TCP connections, in order. `at` is milliseconds since 1970. */
export type Reassembled =
  | {
      readonly kind: 'open'
      readonly connection: number
      readonly at: number
      readonly client: string
      readonly server: string
    }
  | {
      readonly kind: 'data'
      readonly connection: number
      readonly at: number
      readonly from: 'client' | 'server'
      readonly bytes: Uint8Array
    }
  | {
      readonly kind: 'lost'
      readonly connection: number
      readonly at: number
      readonly from: 'client' | 'server'
      readonly bytes: number
    }
  | {
      readonly kind: 'close'
      readonly connection: number
      readonly at: number
      readonly by: 'client' | 'server' | undefined
      readonly reset: boolean
    }

interface Half {
  /** Sequence number that comes next; undefined: nothing was seen. */
  next: number | undefined
  readonly early: Map<number, Uint8Array>
  earlyBytes: number
}

interface Connection {
  readonly number: number
  readonly client: string
  readonly halves: { readonly client: Half; readonly server: Half }
  closedBy: 'client' | 'server' | undefined
}

/** Connections remembered at a time; the oldest are forgotten first. */
const mostConnections = 20_000
/** Bytes that wait for an earlier segment, a direction; beyond it the earlier one counts as lost. */
const mostEarly = 256 * 1024

/** TCP connections from a capture file, chunk by chunk: segments in any order, repeated, overlapping or missing. */
export class Reassembly {
  readonly #reader = new PcapReader()
  readonly #connections = new Map<string, Connection>()
  #count = 0
  #at = 0

  /** @throws Error when the bytes are no capture */
  push(chunk: Uint8Array): readonly Reassembled[] {
    return this.#reader.push(chunk).flatMap((packet) => this.#packet(packet))
  }

  /** What was still waited for when the capture ended; `pending` bytes belong to a packet that was cut off. */
  end(): { readonly events: readonly Reassembled[]; readonly pending: number } {
    const events: Reassembled[] = []
    for (const one of this.#connections.values()) {
      for (const from of ['client', 'server'] as const)
        while (one.halves[from].early.size > 0) this.#skip(one, from, events)
      if (one.closedBy === undefined)
        events.push({ kind: 'close', connection: one.number, at: this.#at, by: undefined, reset: false })
    }
    this.#connections.clear()
    return { events, pending: this.#reader.pending }
  }

  #packet(packet: Packet): readonly Reassembled[] {
    const segment = segmentOf(packet)
    if (segment === undefined) return []
    this.#at = packet.at
    const events: Reassembled[] = []
    const one = this.#connectionOf(segment, events)
    const from = one.client === segment.from ? 'client' : 'server'
    const half = one.halves[from]
    const start = segment.syn ? (segment.seq + 1) >>> 0 : segment.seq
    half.next ??= start
    if (segment.payload.length > 0) this.#data(one, from, start, segment.payload, events)
    if (segment.fin || segment.rst) this.#ended(one, from, segment, events)
    return events
  }

  #connectionOf(segment: Segment, events: Reassembled[]): Connection {
    const { from, to, syn, ack } = segment
    const key = from < to ? `${from} ${to}` : `${to} ${from}`
    const known = this.#connections.get(key)
    // A SYN of its own begins another connection between the same ports; a repeated one does not.
    const anew = syn && !ack && known?.closedBy !== undefined
    if (known !== undefined && !anew) return known
    const client = syn && ack ? to : syn || lesserPort(to, from) ? from : to
    const half = (): Half => ({ next: undefined, early: new Map(), earlyBytes: 0 })
    const one: Connection = {
      number: ++this.#count,
      client,
      halves: { client: half(), server: half() },
      closedBy: undefined,
    }
    this.#connections.set(key, one)
    if (this.#connections.size > mostConnections) this.#forgetOldest()
    events.push({ kind: 'open', connection: one.number, at: this.#at, client, server: client === from ? to : from })
    return one
  }

  #forgetOldest(): void {
    for (const key of this.#connections.keys()) {
      this.#connections.delete(key)
      return
    }
  }

  #data(one: Connection, from: 'client' | 'server', seq: number, payload: Uint8Array, events: Reassembled[]): void {
    const half = one.halves[from]
    if (!half.early.has(seq) || (half.early.get(seq)?.length ?? 0) < payload.length) {
      half.earlyBytes += payload.length - (half.early.get(seq)?.length ?? 0)
      half.early.set(seq, Uint8Array.from(payload))
    }
    this.#inOrder(one, from, events)
    while (half.earlyBytes > mostEarly) this.#skip(one, from, events)
  }

  #inOrder(one: Connection, from: 'client' | 'server', events: Reassembled[]): void {
    const half = one.halves[from]
    for (;;) {
      const next = half.next ?? 0
      const fitting = [...half.early].find(([seq]) => ((next - seq) | 0) >= 0)
      if (fitting === undefined) return
      const [seq, payload] = fitting
      half.early.delete(seq)
      half.earlyBytes -= payload.length
      const bytes = payload.subarray((next - seq) | 0)
      if (bytes.length === 0) continue
      half.next = (next + bytes.length) >>> 0
      events.push({ kind: 'data', connection: one.number, at: this.#at, from, bytes })
    }
  }

  /** Goes on behind what is missing. */
  #skip(one: Connection, from: 'client' | 'server', events: Reassembled[]): void {
    const half = one.halves[from]
    const next = half.next ?? 0
    const gaps = [...half.early.keys()].map((seq) => (seq - next) | 0)
    const bytes = Math.min(...gaps)
    half.next = (next + bytes) >>> 0
    events.push({ kind: 'lost', connection: one.number, at: this.#at, from, bytes })
    this.#inOrder(one, from, events)
  }

  #ended(one: Connection, from: 'client' | 'server', { rst }: Segment, events: Reassembled[]): void {
    if (one.closedBy !== undefined) return
    if (one.halves[from].early.size > 0) return
    one.closedBy = from
    events.push({ kind: 'close', connection: one.number, at: this.#at, by: from, reset: rst })
  }
}

/** Where no SYN was seen, the server is the side with the lower port. */
function lesserPort(a: string, b: string): boolean {
  const port = (text: string) => Number(text.slice(text.lastIndexOf(':') + 1))
  return port(a) < port(b)
}
