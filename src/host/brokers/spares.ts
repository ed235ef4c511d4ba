import type { BrokerStart, Spare } from '../types.js'

/** Spares beyond this number would only be idle. */
const mostIdle = 4
/** Of one file at a time: each start keeps a processor busy for seconds. */
const mostBusy = 2

/** Brokers that were used, are empty again and wait for the next who brings the same file. */
export class Spares {
  readonly #idle: { readonly shape: string; readonly spare: Spare }[] = []
  readonly #busy = new Map<string, number>()
  #waiting: (() => void)[] = []
  #closed = false

  /**
   * A spare of this shape, or `undefined`: the caller is to start one, and says `left` when it does not.
   * @param wait rather for one that is in use than have too many
   */
  async take(shape: string, wait: boolean): Promise<Spare | undefined> {
    for (;;) {
      const at = this.#idle.findLastIndex((one) => one.shape === shape && one.spare.alive())
      const busy = this.#busy.get(shape) ?? 0
      if (at >= 0 || !wait || busy < mostBusy || this.#closed) {
        this.#busy.set(shape, busy + 1)
        return at < 0 ? undefined : this.#idle.splice(at, 1)[0]?.spare
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** One of this shape is in use no longer, and will not come back. */
  left(shape: string): void {
    this.#busy.set(shape, Math.max(0, (this.#busy.get(shape) ?? 0) - 1))
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** Keeps one; the oldest goes when there are too many. */
  async give(shape: string, spare: Spare): Promise<void> {
    if (this.#closed) await spare.stop()
    else this.#idle.push({ shape, spare })
    this.left(shape)
    if (this.#idle.length > mostIdle) await this.#idle.shift()?.spare.stop()
  }

  /** Ends them all; what is given back later is ended at once. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#idle.splice(0).map(({ spare }) => spare.stop()))
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

/** Whether a broker with this file needs nothing of the folder it was started for. */
export function mayOutlive(config: string, folder: string): boolean {
  return !config.includes(folder) && !/^\s*[^#\s]*(?:file|path|dir)\s*=/m.test(config)
}

/** The content of a file without comments and its own ports: brokers of the same shape can replace each other. */
export function shapeOf(config: string, listeners: BrokerStart['listeners']): string {
  const kept = config
    .split('\n')
    .map((line) => line.replace(/^\s*#.*/, '').trim())
    .filter((line) => line !== '')
    .join('\n')
  return listeners.reduce<string>(
    (text, one, index) =>
      'port' in one ? text.replaceAll(new RegExp(`(?<!\\d)${one.port}(?!\\d)`, 'g'), `<port ${index}>`) : text,
    kept,
  )
}
