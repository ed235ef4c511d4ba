/**
 * A time by which work has to be done. Not `AbortSignal.timeout` or `any`: their timers are held weakly, and under load
 * Node 20 lost some of them, so that a silent server was waited for without end.
 */
export class Deadline {
  readonly #controller = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #last: NodeJS.Immediate | undefined
  #passed = false

  /** Aborted when the time is up, and by `stop`. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The time was up, and nobody stopped the work before. */
  get passed(): boolean {
    return this.#passed
  }

  /**
   * From now on so many milliseconds, instead of what was set before.
   * @param reason what the signal is aborted with
   */
  in(ms: number, reason?: unknown): void {
    this.clear()
    this.#timer = setTimeout(() => {
      // On a busy machine an answer may have come that nobody had the time to read: timers run before sockets.
      this.#last = setImmediate(() => {
        this.#passed = !this.signal.aborted
        this.#controller.abort(reason)
      })
    }, ms)
  }

  clear(): void {
    clearTimeout(this.#timer)
    clearImmediate(this.#last)
  }

  stop(reason?: unknown): void {
    this.#controller.abort(reason)
  }
}

/**
 * Does work that is bounded by a deadline: in `ms` milliseconds (`undefined`: when the work sets one), and at `signal`.
 * Nothing of it is left when the work has ended.
 */
export async function withDeadline<T>(
  ms: number | undefined,
  signal: AbortSignal | undefined,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const deadline = new Deadline()
  const stop = () => deadline.stop(signal?.reason)
  if (signal?.aborted) stop()
  signal?.addEventListener('abort', stop, { once: true })
  if (ms !== undefined) deadline.in(ms)
  try {
    return await work(deadline)
  } finally {
    deadline.clear()
    signal?.removeEventListener('abort', stop)
  }
}
