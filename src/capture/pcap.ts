/** Packets from a capture file, chunk by chunk: pcap (either order, micro- or nanoseconds) and pcapng. Pure. */

export interface Packet {
  /** Milliseconds since 1970; 0 where the capture has no time of it. */
  readonly at: number
  /** DLT of its interface. */
  readonly linkType: number
  readonly bytes: Uint8Array
}

/** No packet and no block is legally larger by far; a larger length means that the file is broken. */
const largest = 16 * 1024 * 1024

export class PcapReader {
  private held = Buffer.alloc(0)
  private little = true
  private kind: 'unknown' | 'pcap' | 'pcapng' = 'unknown'
  private linkTypes: number[] = []
  /** Of each interface: units of its times in a second. */
  private perSecond: number[] = []

  /** @throws Error when the bytes are no capture */
  push(chunk: Uint8Array): Packet[] {
    this.held = Buffer.concat([this.held, chunk])
    const packets: Packet[] = []
    let used = 0
    for (let taken = this.take(used, packets); taken > 0; taken = this.take(used, packets)) used += taken
    this.held = Buffer.from(this.held.subarray(used))
    return packets
  }

  /** Bytes that have not made a whole packet or block yet. */
  get pending(): number {
    return this.held.length
  }

  /** Takes the next header, record or block; 0 when it is not whole yet. */
  private take(at: number, packets: Packet[]): number {
    if (this.kind === 'unknown') return this.begin()
    return this.kind === 'pcap' ? this.record(at, packets) : this.block(at, packets)
  }

  private begin(): number {
    if (this.held.length < 4) return 0
    const magic = this.held.readUInt32BE(0)
    if (magic === 0x0a0d0d0a) {
      this.kind = 'pcapng'
      return this.block(0, [])
    }
    this.little = magic === 0xd4c3b2a1 || magic === 0x4d3cb2a1
    if (!this.little && magic !== 0xa1b2c3d4 && magic !== 0xa1b23c4d) throw new Error('neither pcap nor pcapng')
    if (this.held.length < 24) return 0
    this.linkTypes = [this.uint32(20) & 0xffff]
    this.perSecond = [magic === 0x4d3cb2a1 || magic === 0xa1b23c4d ? 1e9 : 1e6]
    this.kind = 'pcap'
    return 24
  }

  private record(at: number, packets: Packet[]): number {
    if (at + 16 > this.held.length) return 0
    const length = this.checked(this.uint32(at + 8))
    if (at + 16 + length > this.held.length) return 0
    const time = this.uint32(at) * 1000 + (this.uint32(at + 4) * 1000) / (this.perSecond[0] ?? 1e6)
    packets.push({ at: time, linkType: this.linkTypes[0] ?? 1, bytes: this.held.subarray(at + 16, at + 16 + length) })
    return 16 + length
  }

  private block(at: number, packets: Packet[]): number {
    if (at + 12 > this.held.length) return 0
    const type = this.uint32(at)
    if (type === 0x0a0d0d0a) {
      this.little = this.held.readUInt32BE(at + 8) === 0x4d3c2b1a
      this.linkTypes = []
      this.perSecond = []
    }
    const length = this.checked(this.uint32(at + 4))
    if (length < 12 || length % 4 !== 0) throw new Error('a pcapng block of impossible length')
    if (at + length > this.held.length) return 0
    if (type === 1) {
      this.linkTypes.push(this.uint16(at + 8))
      this.perSecond.push(this.resolution(at + 16, at + length - 4))
    }
    if (type === 6 && length >= 32) {
      const device = this.uint32(at + 8)
      const units = this.uint32(at + 12) * 2 ** 32 + this.uint32(at + 16)
      const time = (units * 1000) / (this.perSecond[device] ?? 1e6)
      this.packet(at + 28, this.uint32(at + 20), { at: time, device }, at + length, packets)
    }
    if (type === 3 && length >= 16)
      this.packet(at + 12, this.uint32(at + 8), { at: 0, device: 0 }, at + length, packets)
    return length
  }

  private packet(
    from: number,
    length: number,
    of: { readonly at: number; readonly device: number },
    end: number,
    packets: Packet[],
  ): void {
    const bytes = this.held.subarray(from, Math.min(from + length, end - 4))
    packets.push({ at: of.at, linkType: this.linkTypes[of.device] ?? 1, bytes })
  }

  /** The option `if_tsresol` (9) of an interface: a power of ten, or of two with the highest bit; default microseconds. */
  private resolution(from: number, end: number): number {
    for (let at = from; at + 4 <= end; at += 4 + Math.ceil(this.uint16(at + 2) / 4) * 4) {
      const code = this.uint16(at)
      if (code === 0) break
      const value = this.held[at + 4] ?? 6
      if (code === 9) return value & 0x80 ? 2 ** (value & 0x7f) : 10 ** value
    }
    return 1e6
  }

  private checked(length: number): number {
    if (length > largest) throw new Error(`a packet of ${length} bytes`)
    return length
  }

  private uint32(at: number): number {
    return this.little ? this.held.readUInt32LE(at) : this.held.readUInt32BE(at)
  }

  private uint16(at: number): number {
    return this.little ? this.held.readUInt16LE(at) : this.held.readUInt16BE(at)
  }
}
