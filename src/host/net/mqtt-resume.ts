import { Duplex } from 'node:stream'

/**
 * A stream for an MQTT client that continues a connection whose CONNECT was sent and answered already: the client's own
 * CONNECT is swallowed and the CONNACK told again; everything after it passes.
 */
export async function resumed(
  inner: Duplex,
  mqtt: '3.1.1' | '5.0',
  properties: Readonly<Record<string, unknown>> | undefined,
): Promise<Duplex> {
  const { default: packet } = await import('mqtt-packet')
  const protocolVersion = mqtt === '5.0' ? 5 : 4
  const connack = packet.generate(
    {
      cmd: 'connack',
      sessionPresent: false,
      ...(mqtt === '5.0' ? { reasonCode: 0, ...(properties && { properties }) } : { returnCode: 0 }),
    },
    { protocolVersion },
  )
  return new Resumed(inner, connack)
}

class Resumed extends Duplex {
  #connect: Buffer | undefined = Buffer.alloc(0)

  constructor(
    readonly inner: Duplex,
    readonly connack: Buffer,
  ) {
    super()
    inner.on('end', () => this.push(null))
    inner.on('close', () => this.destroy())
    inner.on('error', (error) => this.destroy(error))
    // Closed before we listened: nothing will be said again.
    if (inner.destroyed) this.destroy(inner.errored ?? undefined)
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (this.#connect === undefined) {
      this.inner.write(chunk, done)
      return
    }
    this.#connect = Buffer.concat([this.#connect, chunk])
    if (this.#connect.length >= lengthOf(this.#connect)) {
      this.#connect = undefined
      this.push(this.connack)
      this.inner.on('data', (data: Buffer) => {
        if (!this.push(data)) this.inner.pause()
      })
    }
    done()
  }

  override _read(): void {
    if (this.#connect === undefined) this.inner.resume()
  }

  override _final(done: () => void): void {
    this.inner.end(done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.inner.destroy()
    done(error)
  }
}

/** Bytes of the first packet by its remaining length; more than there are while that is incomplete. */
function lengthOf(bytes: Buffer): number {
  let value = 0
  for (let i = 0; i < 4; i++) {
    const byte = bytes[i + 1]
    if (byte === undefined) break
    value += (byte & 0x7f) * 128 ** i
    if (byte < 0x80) return value + i + 2
  }
  return Number.POSITIVE_INFINITY
}
