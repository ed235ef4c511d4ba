/** Beyond this many lines the oldest are forgotten, so that a chatty program cannot fill our memory. */
const keep = 50_000

/** The lines a program wrote, and a way to wait for one that has not come yet. */
export class LineLog {
  #lines: string[] = []
  #listeners = new Set<(line: string) => void>()
  #enders = new Set<() => void>()
  #flushers: (() => void)[] = []
  #ended = false

  /** A sink for one stream of bytes; several streams may share a log, each keeps its own unfinished line. */
  reader(): (chunk: Buffer) => void {
    const decoder = new TextDecoder()
    let rest = ''
    this.#flushers.push(() => {
      rest += decoder.decode()
      if (rest !== '') this.#add(rest)
      rest = ''
    })
    return (chunk) => {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = parts.pop() ?? ''
      for (const part of parts) this.#add(part.endsWith('\r') ? part.slice(0, -1) : part)
    }
  }

  /** Everything so far, oldest first. */
  lines(): readonly string[] {
    return this.#lines
  }

  /** The last `count` lines that are not empty, for messages. */
  tail(count = 10): readonly string[] {
    return this.#lines.filter((line) => line.trim() !== '').slice(-count)
  }

  /** Told every further line; the returned function ends that. */
  onLine(listener: (line: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * The first line, old or new, that `test` takes; `undefined` when none came within `withinMs` or the program ended
   * first. `from` leaves out that many of the oldest lines.
   */
  waitFor(test: (line: string) => boolean, withinMs: number, from = 0): Promise<string | undefined> {
    const old = this.#lines.slice(from).find(test)
    if (old !== undefined || this.#ended) return Promise.resolve(old)
    return new Promise((resolve) => {
      const finish = (line: string | undefined) => {
        clearTimeout(timer)
        this.#listeners.delete(listener)
        this.#enders.delete(ender)
        resolve(line)
      }
      const listener = (line: string) => {
        if (test(line)) finish(line)
      }
      const ender = () => finish(undefined)
      const timer = setTimeout(ender, withinMs)
      this.#listeners.add(listener)
      this.#enders.add(ender)
    })
  }

  /** No more will come: unfinished lines are taken as they are, waiters are let go. */
  end(): void {
    for (const flush of this.#flushers) flush()
    this.#ended = true
    for (const ender of [...this.#enders]) ender()
  }

  #add(line: string): void {
    this.#lines.push(line)
    if (this.#lines.length > keep) this.#lines.splice(0, this.#lines.length - keep)
    for (const listener of [...this.#listeners]) listener(line)
  }
}
