import { Decoder, encode, type HeaderSpec, type ProxyHeader, type SslSpec } from '../proxy-header/index.js'
import type { TapSide } from './event.js'
import { faultKinds, type WayFault } from './fault-kinds.js'
import { LookingFramer } from './framer.js'
import { withChangedTlv } from './tlv-faults.js'

/** What goes on of a chunk, piece by piece, and what happens then. Pauses are milliseconds. */
export interface Struck {
  readonly pieces: readonly { readonly bytes: Uint8Array; readonly pauseMs: number }[]
  readonly ending?: 'close' | 'reset' | 'freeze'
  /** What was done, in words; absent: nothing yet. */
  readonly did?: string
}

const maxTrickled = 2000

/** Fault of one connection: looks at its bytes and says what goes on. Both directions go through one object. */
export class FaultyConnection {
  #decoder: Decoder | undefined = new Decoder()
  #early = Buffer.alloc(0)
  readonly #framers: Readonly<Record<TapSide, PacketEdges>> = { client: new PacketEdges(), server: new PacketEdges() }
  #trickled = 0
  #done = false

  constructor(readonly fault: WayFault) {}

  /** @returns undefined: the bytes go on as they are */
  data(from: TapSide, bytes: Uint8Array): Struck | undefined {
    const { name } = this.fault
    if (name === 'delay')
      return { pieces: [{ bytes, pauseMs: this.#milliseconds }], ...this.#once(`delays by ${this.fault.value}`) }
    if (name === 'trickle') return from === 'client' ? this.#trickle(bytes) : undefined
    if (from === 'client' && this.#decoder !== undefined) return this.#header(bytes, this.#decoder)
    return this.#packets(from, bytes)
  }

  get #milliseconds(): number {
    return Number(this.fault.value)
  }

  #once(did: string): { readonly did?: string } {
    if (this.#done) return {}
    this.#done = true
    return { did }
  }

  #trickle(bytes: Uint8Array): Struck | undefined {
    if (this.#trickled >= maxTrickled) return undefined
    const slow = Math.min(bytes.length, maxTrickled - this.#trickled)
    this.#trickled += slow
    const pieces = Array.from({ length: slow }, (_, at) => ({
      bytes: bytes.subarray(at, at + 1),
      pauseMs: this.#milliseconds,
    }))
    if (slow < bytes.length) pieces.push({ bytes: bytes.subarray(slow), pauseMs: 0 })
    return { pieces, ...this.#once('sends byte by byte') }
  }

  /** The header is held back until it is whole: what it becomes depends on all of it. */
  #header(bytes: Uint8Array, decoder: Decoder): Struck | undefined {
    const held = Buffer.concat([this.#early, bytes])
    const decoded = decoder.push(bytes)
    const { name } = this.fault
    if (name === 'cut-in-header' && held.length > 0 && decoded.status !== 'error') {
      const half = Math.max(1, Math.floor((decoded.status === 'header' ? decoded.length : held.length) / 2))
      return {
        pieces: [{ bytes: held.subarray(0, half), pauseMs: 0 }],
        ending: 'close',
        did: `closes after ${half} bytes of the header`,
      }
    }
    if (decoded.status === 'more') {
      this.#early = held
      return { pieces: [] }
    }
    this.#decoder = undefined
    this.#early = Buffer.alloc(0)
    const length = decoded.status === 'header' ? decoded.length : 0
    const [raw, rest] = [held.subarray(0, length), held.subarray(length)]
    if (name === 'cut-after-header' && length > 0) {
      return { pieces: [{ bytes: raw, pauseMs: 0 }], ending: 'close', did: 'closes after the header' }
    }
    const header = decoded.status === 'header' ? decoded.header : undefined
    const changed = this.#changed(raw, header)
    const after = rest.length === 0 ? undefined : this.#packets('client', rest)
    return {
      pieces: [{ bytes: changed ?? raw, pauseMs: 0 }, ...(after?.pieces ?? [{ bytes: rest, pauseMs: 0 }])],
      ...(changed !== undefined && { did: faultKinds[name].what }),
      ...(after?.ending && { ending: after.ending }),
      ...(after?.did !== undefined && { did: after.did }),
    }
  }

  /** Another header instead; undefined: it stays. */
  #changed(raw: Uint8Array, header: ProxyHeader | undefined): Uint8Array | undefined {
    const { name, value = '' } = this.fault
    if (name === 'forge-header') return encode({ ...specOf(header), ...claim(value) })
    if (header === undefined) return name === 'forge-cn' ? encode({ version: 2, ssl: cnSpec(value) }) : undefined
    switch (name) {
      case 'strip-header':
        return new Uint8Array(0)
      case 'duplicate-header':
        return Buffer.concat([raw, raw])
      case 'swap-header': {
        const { source, destination } = header
        return encode({
          ...specOf(header),
          ...(destination && { source: destination }),
          ...(source && { destination: source }),
        })
      }
      case 'forge-cn':
        return encode({ ...specOf(header), version: 2, ssl: { ...sslOf(header), ...cnSpec(value) } })
      case 'drop-tlv':
      case 'duplicate-tlv':
      case 'forge-tlv':
        return withChangedTlv(name, raw, header, value)
      default:
        return undefined
    }
  }

  #packets(from: TapSide, bytes: Uint8Array): Struck | undefined {
    if (this.#done) return undefined
    const { name } = this.fault
    for (const packet of this.#framers[from].push(bytes)) {
      const upTo = (end: number) => [{ bytes: bytes.subarray(0, Math.max(0, end)), pauseMs: 0 }]
      const connack = from === 'server' && packet.type === 2 && packet.whole
      if (connack && (name === 'cut-after-connack' || name === 'reset-after-connack' || name === 'half-open')) {
        const ending = name === 'cut-after-connack' ? 'close' : name === 'half-open' ? 'freeze' : 'reset'
        return { pieces: upTo(packet.end), ending, ...this.#once(faultKinds[name].what) }
      }
      if (name === 'cut-in-publish' && from === 'client' && packet.type === 3) {
        const middle = packet.start + Math.ceil((packet.end - packet.start) / 2)
        return { pieces: upTo(middle), ending: 'close', ...this.#once(faultKinds[name].what) }
      }
      if (name === 'drop-puback' && from === 'server' && packet.type === 4 && packet.whole && packet.start >= 0) {
        const kept = Buffer.concat([bytes.subarray(0, packet.start), bytes.subarray(packet.end)])
        return { pieces: [{ bytes: kept, pauseMs: 0 }], ...this.#once(faultKinds[name].what) }
      }
    }
    return undefined
  }
}

interface Edge {
  readonly type: number
  /** Within the chunk; negative when the packet began in an earlier one. */
  readonly start: number
  readonly end: number
  readonly whole: boolean
}

/** Where packets begin and end within the chunks of one direction. */
class PacketEdges {
  readonly #framer = new LookingFramer()

  push(chunk: Uint8Array): readonly Edge[] {
    const begun = this.#framer.pending
    const { packets } = this.#framer.push(chunk)
    const edges: Edge[] = []
    let start = -begun
    for (const { first, length } of packets) {
      edges.push({ type: first >> 4, start, end: start + length, whole: true })
      start += length
    }
    const type = (chunk[Math.max(0, start)] ?? 0) >> 4
    if (start >= 0 && start < chunk.length) edges.push({ type, start, end: chunk.length, whole: false })
    return edges
  }
}

function specOf(header: ProxyHeader | undefined): HeaderSpec {
  if (header === undefined) return { version: 2 }
  const { version, command, source, destination, alpn, authority, ssl } = header
  return {
    version,
    command,
    ...(source && { source }),
    ...(destination && { destination }),
    ...(version === 2 && alpn !== undefined && { alpn }),
    ...(version === 2 && authority !== undefined && { authority }),
    ...(version === 2 && ssl !== undefined && { ssl: sslOf(header) }),
  }
}

function sslOf({ ssl }: ProxyHeader): SslSpec {
  if (ssl === undefined) return {}
  const { client, verify, version, cn, cipher } = ssl
  return {
    client,
    verify,
    ...(version !== undefined && { version }),
    ...(cn !== undefined && { cn }),
    ...(cipher !== undefined && { cipher }),
  }
}

function cnSpec(cn: string): SslSpec {
  return { cn, client: 0x07, verify: 0, version: 'TLSv1.3' }
}

/** `IP:PORT`, checked when the fault was read. */
function claim(text: string): Pick<HeaderSpec, 'command' | 'source' | 'destination'> {
  const at = text.lastIndexOf(':')
  const address = text.slice(0, at).replace(/^\[|\]$/g, '')
  const source = { address, port: Number(text.slice(at + 1)) }
  const destination = { address: address.includes(':') ? '::1' : '127.0.0.1', port: 1883 }
  return { command: 'PROXY', source, destination }
}
