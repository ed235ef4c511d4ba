import { type Decoded, Decoder } from '../proxy-header/index.js'
import type { TapSide, What } from './event.js'
import { LookingFramer } from './framer.js'
import { type MqttPacket, readPacket } from './packet.js'
import { FrameReader, HttpHead } from './websocket.js'

/** What both directions of a connection know together. */
export interface Shared {
  /** Of the client's CONNECT; undefined: not seen. */
  version: number | undefined
  clientId: string | undefined
}

export interface SeenPiece {
  readonly what: What
  readonly head?: Uint8Array
  readonly bytes?: Uint8Array
}

type State = 'opening' | 'header' | 'http' | 'frames' | 'mqtt' | 'opaque'

const nothing = new Uint8Array(0)

/**
 * One direction of a connection: PROXY headers, then MQTT, WebSocket with MQTT inside, or TLS that stays closed. It never
 * throws: what it cannot read is said once, and the rest of the direction passes by unread. Memory is bounded by 64 KiB
 * and one header.
 */
export class Direction {
  #state: State = 'opening'
  #decoder = new Decoder()
  readonly #framer = new LookingFramer()
  readonly #frames = new FrameReader()
  readonly #http = new HttpHead()
  #early: Uint8Array = nothing
  #headers = 0

  constructor(
    readonly from: TapSide,
    readonly shared: Shared,
  ) {}

  /** Whether it is between two packets: nothing of a packet or header is held back. */
  get between(): boolean {
    return this.#early.length === 0 && this.#framer.pending === 0
  }

  push(bytes: Uint8Array): readonly SeenPiece[] {
    const seen: SeenPiece[] = []
    let rest = bytes
    // Each step takes what belongs to one state, and hands on what follows.
    while (rest.length > 0) rest = this.#step(rest, seen)
    return seen
  }

  /** Bytes are missing in front of what comes next: it can be read no further, but for a direction that is closed anyway. */
  gap(): void {
    this.#state = 'opaque'
  }

  #step(bytes: Uint8Array, seen: SeenPiece[]): Uint8Array {
    switch (this.#state) {
      case 'opening':
        return this.#open(bytes, seen)
      case 'header':
        return this.#header(bytes, seen)
      case 'http':
        return this.#head(bytes, seen)
      case 'frames':
        return this.#unframed(bytes, seen)
      case 'mqtt':
        return this.#mqtt(bytes, seen)
      case 'opaque':
        return nothing
    }
  }

  /** What begins here, by its first bytes. */
  #open(bytes: Uint8Array, seen: SeenPiece[]): Uint8Array {
    const [first = 0] = bytes
    const client = this.from === 'client'
    if (client && this.#headers < 4 && (first === 0x0d || (first === 0x50 && this.#startsHeader(bytes))))
      this.#state = 'header'
    else if (first === 0x16 || first === 0x15) return this.#tls(bytes, seen)
    else if (client ? first === 0x10 : first >> 4 === 2 || first >> 4 === 14) this.#state = 'mqtt'
    else if (client ? /^[A-Z]/.test(String.fromCharCode(first)) : first === 0x48) this.#state = 'http'
    else {
      this.#state = 'opaque'
      const text = `${hex(bytes, 8)} is not a header, MQTT, TLS or HTTP`
      seen.push({ what: { kind: 'nonsense', from: this.from, text, rest: 'not decoded' }, bytes })
      return nothing
    }
    return bytes
  }

  /** `PROXY ` and not `POST`: decided by as many bytes as there are. */
  #startsHeader(bytes: Uint8Array): boolean {
    return 'PROXY '.startsWith(Buffer.from(bytes.subarray(0, 6)).toString('latin1'))
  }

  #header(bytes: Uint8Array, seen: SeenPiece[]): Uint8Array {
    const all = this.#early.length === 0 ? bytes : Buffer.concat([this.#early, bytes])
    const decoded = this.#decoder.push(bytes)
    if (decoded.status === 'more') {
      this.#early = Uint8Array.from(all)
      return nothing
    }
    this.#early = nothing
    if (decoded.status === 'error') return this.#brokenHeader(decoded, all, seen)
    const { rest } = this.#decoder
    this.#headers++
    this.#decoder = new Decoder()
    this.#state = 'opening'
    seen.push({ what: { kind: 'header', from: this.from, decoded }, bytes: all.subarray(0, decoded.length) })
    return rest
  }

  #brokenHeader({ error }: Extract<Decoded, { status: 'error' }>, bytes: Uint8Array, seen: SeenPiece[]): Uint8Array {
    this.#state = 'opaque'
    const text = `a broken PROXY header: ${error.message} (${error.code} at byte ${error.offset})`
    seen.push({ what: { kind: 'nonsense', from: this.from, text, rest: 'not decoded' }, bytes })
    return nothing
  }

  #tls(bytes: Uint8Array, seen: SeenPiece[]): Uint8Array {
    this.#state = 'opaque'
    const kind = bytes[0] === 0x15 ? 'an alert' : this.from === 'client' ? 'a ClientHello' : 'a ServerHello'
    seen.push({ what: { kind: 'tls', from: this.from, text: `TLS: ${kind}; what follows stays closed` }, bytes })
    return nothing
  }

  #head(bytes: Uint8Array, seen: SeenPiece[]): Uint8Array {
    const head = this.#http.push(bytes)
    if (head === undefined) return nothing
    const [start] = head.lines ?? []
    if (
      head.lines === undefined ||
      start === undefined ||
      !/^(?:[A-Z]+ \S+ HTTP\/1\.\d|HTTP\/1\.\d \d{3})/.test(start)
    ) {
      this.#state = 'opaque'
      seen.push({
        what: { kind: 'nonsense', from: this.from, text: 'an HTTP head that is none', rest: 'not decoded' },
        bytes,
      })
      return nothing
    }
    const upgrade = head.lines.some((line) => /^upgrade: *websocket/i.test(line))
    const switched = this.from === 'client' ? upgrade : / 101\b/.test(start)
    const protocol = head.lines
      .map((line) => /^sec-websocket-protocol: *(.*)/i.exec(line)?.[1])
      .find((one) => one !== undefined)
    const text = protocol === undefined ? start : `${start} (${protocol})`
    seen.push({ what: { kind: 'websocket', from: this.from, text }, bytes })
    this.#state = switched ? 'frames' : 'opaque'
    return head.rest
  }

  #unframed(bytes: Uint8Array, seen: SeenPiece[]): Uint8Array {
    for (const part of this.#frames.push(bytes)) {
      if (part.kind === 'data') this.#mqtt(part.bytes, seen)
      else if (part.kind === 'control') seen.push({ what: { kind: 'websocket', from: this.from, text: part.text } })
      else {
        this.#state = 'opaque'
        seen.push({ what: { kind: 'nonsense', from: this.from, text: part.text, rest: 'not decoded' } })
      }
      if (this.#state === 'opaque') return nothing
    }
    return nothing
  }

  #mqtt(bytes: Uint8Array, seen: SeenPiece[]): Uint8Array {
    const { packets, broken } = this.#framer.push(bytes)
    for (const framed of packets) {
      const packet = readPacket(framed, this.shared.version)
      if (packet.name === 'CONNECT') this.#connected(packet)
      seen.push({ what: { kind: 'mqtt', from: this.from, packet }, head: framed.head, bytes: framed.body })
    }
    if (broken === undefined) return nothing
    this.#state = 'opaque'
    seen.push({ what: { kind: 'nonsense', from: this.from, text: `not MQTT: ${broken}`, rest: 'not decoded' }, bytes })
    return nothing
  }

  #connected({ version, clientId }: MqttPacket): void {
    this.shared.version = version
    this.shared.clientId = clientId
  }
}

function hex(bytes: Uint8Array, most: number): string {
  const text = Buffer.from(bytes.subarray(0, most))
    .toString('hex')
    .replace(/..(?!$)/g, '$& ')
  return bytes.length > most ? `${text} ...` : text
}
