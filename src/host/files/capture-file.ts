import { constants, type WriteStream } from 'node:fs'
import { lstat, open } from 'node:fs/promises'
import {
  ConnectionPackets,
  pcapngBegin,
  pcapngPacket,
  type RecordedChunk,
  type RecordedEnds,
  type WrittenPacket,
} from '../../capture/pcapng.js'
import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'

/** Written but not yet on the disk; beyond it data is left out of the file rather than kept in memory. */
const mostWaiting = 64 * 1024 * 1024

/** A pcapng file that grows while connections are relayed. It is readable at any time: blocks are written whole. */
export class CaptureFile {
  #failed: Error | undefined

  private constructor(
    private readonly stream: WriteStream,
    readonly path: string,
  ) {
    stream.on('error', (error) => {
      this.#failed ??= error
    })
  }

  /** @throws Fault MP-OUTPUT (exit 2) */
  static async create(path: string): Promise<CaptureFile> {
    const link = await lstat(path).then(
      (found) => found.isSymbolicLink(),
      () => false,
    )
    // /dev/stdout is a link; what others put in the way of a file is not followed.
    if (link && !/^\/(?:dev|proc)\//.test(path)) {
      throw new Fault('MP-OUTPUT', `cannot write ${path}: it is a link`, {
        exit: EXIT.usage,
        hints: ['name another file'],
      })
    }
    const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants
    const flags = O_WRONLY | O_CREAT | O_TRUNC | (link ? 0 : O_NOFOLLOW)
    // Captures hold passwords: they are for their owner's eyes.
    const handle = await open(path, flags, 0o600).catch((error: unknown) => {
      throw new Fault('MP-OUTPUT', `cannot write ${path}: ${messageOf(error)}`, { exit: EXIT.usage, cause: error })
    })
    const stream = handle.createWriteStream()
    const file = new CaptureFile(stream, path)
    stream.write(pcapngBegin('mqtt-proxy tap'))
    return file
  }

  /** Records one connection; its packets are made up around the bytes, without the TLS that was ended on the way. */
  connection(
    ends: RecordedEnds,
    at: number,
  ): {
    data(chunk: RecordedChunk): void
    close(at: number, by: 'client' | 'server', reset: boolean): void
  } {
    const packets = new ConnectionPackets(ends)
    this.#write(packets.open(at))
    return {
      data: (chunk) => this.#write(packets.data(chunk)),
      close: (closedAt, by, reset) => this.#write(packets.close(closedAt, by, reset)),
    }
  }

  /** @throws Fault MP-OUTPUT (exit 3) when the file could not be written whole */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.stream.end(() => resolve()))
    if (this.#failed === undefined) return
    throw new Fault('MP-OUTPUT', `${this.path} is not whole: ${messageOf(this.#failed)}`, { exit: EXIT.environment })
  }

  #write(packets: readonly WrittenPacket[]): void {
    if (this.#failed !== undefined) return
    if (this.stream.writableLength > mostWaiting) {
      this.#failed = new Error('the disk is slower than the connections')
      return
    }
    for (const packet of packets) this.stream.write(pcapngPacket(packet))
  }
}
