import { open } from 'node:fs/promises'
import { parseConnectedLine } from '../../brokers/mosquitto/connected-line.js'
import { parseAccepting } from '../../brokers/rabbitmq/accepting-line.js'
import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import type { Sight } from '../types.js'

/** How often a file that grows is looked at, milliseconds. */
const lookMs = 10

/**
 * What a broker saw of its clients, from the log file it is writing: Mosquitto's `New client connected from ...`
 * lines, what the embedded broker writes with `-v`, or RabbitMQ's `accepting MQTT connection ...`.
 */
export class SightLog {
  private at = 0
  private tail = ''
  private readonly sights = new Map<string, Sight>()

  /** @param file is read from its present end on */
  constructor(private readonly file: string) {}

  /** @throws Fault MP-BROKER-LOG (exit 2) when the file cannot be read */
  async begin(): Promise<void> {
    await this.skip().catch((error: unknown) => {
      throw new Fault('MP-BROKER-LOG', `cannot read ${this.file}: ${messageOf(error)}`, {
        exit: EXIT.usage,
        cause: error,
      })
    })
    this.sights.clear()
  }

  /** What the log has already is skipped, however long it is. */
  private async skip(): Promise<void> {
    const handle = await open(this.file, 'r')
    try {
      this.at = (await handle.stat()).size
      // A folder can be opened, and not read.
      await handle.read(Buffer.alloc(1), 0, 1, 0)
    } finally {
      await handle.close()
    }
  }

  /** What the broker saw of the client with that id; waits for its line up to `withinMs`. */
  async saw(clientId: string, withinMs: number): Promise<Sight | undefined> {
    const end = performance.now() + withinMs
    for (;;) {
      await this.read()
      const sight = this.sights.get(clientId)
      if (sight || performance.now() >= end) return sight
      await new Promise((resolve) => setTimeout(resolve, lookMs))
    }
  }

  private async read(): Promise<void> {
    const handle = await open(this.file, 'r')
    try {
      const { size } = await handle.stat()
      if (size < this.at) this.at = 0
      const buffer = Buffer.alloc(Math.min(size - this.at, 1 << 20))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, this.at)
      this.at += bytesRead
      const lines = (this.tail + buffer.toString('utf8', 0, bytesRead)).split('\n')
      this.tail = lines.pop() ?? ''
      for (const line of lines) this.remember(line)
    } finally {
      await handle.close()
    }
  }

  private remember(line: string): void {
    const found = parseConnectedLine(line) ?? parseAccepting(line)
    if (!found) return
    const { clientId, address, port } = found
    const username = 'username' in found ? found.username : undefined
    this.sights.set(clientId, { address, port, username, tls: undefined, evidence: line })
  }
}
