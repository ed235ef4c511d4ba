import { type Packet, PcapReader } from '../../capture/pcap.js'
import { type Segment, segmentOf } from '../../capture/tcp-segment.js'
import { type Decoded, Decoder } from '../../proxy-header/index.js'

/** The beginning of one direction of a captured TCP connection. */
export interface CapturedStream {
  readonly flow: string
  readonly decoded: Decoded
  /** The first bytes that were sent, in order, at least the header when there is one. */
  readonly bytes: Uint8Array
}

interface Flow {
  next: number
  readonly decoder: Decoder
  readonly parts: Uint8Array[]
  /** Segments that came too early, by sequence number. */
  readonly early: Map<number, Uint8Array>
  decoded: Decoded | undefined
}

/** Connections remembered at a time; the oldest are forgotten first. */
const flowLimit = 100_000

/** Segments kept for a connection while an earlier one is missing; a header spans two or three at most. */
const earlyLimit = 64

/**
 * Reads captures chunk by chunk and hands out the beginning of each direction as soon as it is known to be a header or
 * not. Memory: what is not decided yet, at most a header a connection.
 */
export class HeaderCapture {
  private readonly reader = new PcapReader()
  private readonly flows = new Map<string, Flow>()

  /** @throws Error when the bytes are no capture */
  push(chunk: Uint8Array): CapturedStream[] {
    return this.packets(this.reader.push(chunk))
  }

  /** The same of packets that were read elsewhere. */
  packets(packets: readonly Packet[]): CapturedStream[] {
    const found: CapturedStream[] = []
    for (const packet of packets) {
      const segment = segmentOf(packet)
      const stream = segment && this.segment(segment)
      if (stream) found.push(stream)
    }
    return found
  }

  /** Streams whose header was not whole when the capture ended. */
  end(): CapturedStream[] {
    const open = [...this.flows].filter(([, flow]) => flow.decoded?.status === 'more')
    return open.map(([name, flow]) => stream(name, flow, flow.decoded ?? { status: 'more', missing: 1 }))
  }

  private segment({ flow: name, seq, syn, payload }: Segment): CapturedStream | undefined {
    if (syn) this.flows.set(name, begin((seq + 1) >>> 0))
    if (this.flows.size > flowLimit) this.forgetOldest()
    if (payload.length === 0) return undefined
    let flow = this.flows.get(name)
    if (flow === undefined) {
      flow = begin(seq)
      this.flows.set(name, flow)
    }
    if (flow.decoded !== undefined && flow.decoded.status !== 'more') return undefined
    if (flow.early.size < earlyLimit) flow.early.set(syn ? (seq + 1) >>> 0 : seq, new Uint8Array(payload))
    return this.inOrder(name, flow)
  }

  private forgetOldest(): void {
    for (const name of this.flows.keys()) {
      this.flows.delete(name)
      return
    }
  }

  private inOrder(name: string, flow: Flow): CapturedStream | undefined {
    for (;;) {
      const fitting = [...flow.early].find(([seq]) => ((flow.next - seq) | 0) >= 0)
      if (fitting === undefined) return undefined
      const [seq, payload] = fitting
      flow.early.delete(seq)
      const fresh = payload.subarray((flow.next - seq) | 0)
      if (fresh.length === 0) continue
      flow.next = (flow.next + fresh.length) >>> 0
      flow.parts.push(fresh)
      flow.decoded = flow.decoder.push(fresh)
      if (flow.decoded.status === 'more') continue
      const done = stream(name, flow, flow.decoded)
      flow.parts.length = 0
      flow.early.clear()
      return done
    }
  }
}

function begin(next: number): Flow {
  return { next, decoder: new Decoder(), parts: [], early: new Map(), decoded: undefined }
}

function stream(flow: string, { parts }: Flow, decoded: Decoded): CapturedStream {
  return { flow, decoded, bytes: Buffer.concat(parts) }
}
