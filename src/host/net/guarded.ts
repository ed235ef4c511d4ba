import { Duplex } from 'node:stream'
import { PacketFault } from '../../mqtt-wire/packet-fault.js'
import { ServerStream } from '../../mqtt-wire/server-stream.js'

/** What a server sent is not valid MQTT, or does not fit what was sent to it. */
export class BrokenAnswer extends Error {
  override readonly name = 'BrokenAnswer'
}

/**
 * A stream whose client is given whole, sound packets only; the first one that is neither ends it with a BrokenAnswer.
 * @param connected the CONNACK was read already
 */
export function guarded(inner: Duplex, mqtt: '3.1' | '3.1.1' | '5.0', connected: boolean): Duplex {
  return new Guarded(inner, new ServerStream(mqtt === '5.0' ? 5 : mqtt === '3.1' ? 3 : 4, connected))
}

/** So many bytes at once are a flood: what else this process has to do comes before the next ones. */
const floodBytes = 8192

class Guarded extends Duplex {
  #resting = false

  constructor(
    readonly inner: Duplex,
    readonly server: ServerStream,
  ) {
    super()
    inner.on('data', (chunk: Buffer) => this.#take(chunk))
    inner.on('end', () => this.push(null))
    inner.on('close', () => this.destroy())
    inner.on('error', (error) => this.destroy(error))
    // The user of the stream has its own listener; this one keeps a late error from ending the process.
    this.on('error', () => {})
    // Closed before we listened: nothing will be said again.
    if (inner.destroyed) this.destroy(inner.errored ?? undefined)
  }

  #take(chunk: Buffer): void {
    if (this.destroyed) return
    try {
      const sound = this.server.received(chunk)
      if (sound.length > 0 && !this.push(sound)) this.inner.pause()
      if (chunk.length >= floodBytes) this.#rest()
    } catch (error) {
      if (!(error instanceof PacketFault)) throw error
      this.destroy(new BrokenAnswer(`the other side broke the protocol: ${error.message}`))
    }
  }

  /** Timers, among them the time-outs of this very stream, run before more is read. */
  #rest(): void {
    this.#resting = true
    this.inner.pause()
    setImmediate(() => {
      this.#resting = false
      if (!this.destroyed && this.readableLength === 0) this.inner.resume()
    })
  }

  override _read(): void {
    if (!this.#resting) this.inner.resume()
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.server.sent(chunk)
    this.inner.write(chunk, done)
  }

  override _final(done: () => void): void {
    this.inner.end(done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.inner.destroy()
    done(error)
  }
}
