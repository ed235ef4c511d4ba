import type { Socket } from 'node:net'

/** What becomes of a chunk: these pieces go on, each after its pause, and then perhaps the connection ends. */
export interface Handling {
  readonly pieces: readonly { readonly bytes: Uint8Array; readonly pauseMs: number }[]
  /** `freeze`: nothing more is passed on, and nobody is told. */
  readonly ending?: 'close' | 'reset' | 'freeze'
}

/** Looks at one connection while it is relayed. It must not throw. */
export interface TapWatcher {
  /** @returns undefined: pass it on as it is */
  data(from: 'client' | 'server', bytes: Uint8Array): Handling | undefined
  /** `by` is who ended first. */
  end(by: 'client' | 'server' | undefined, reset: boolean, why: string | undefined): void
}

/** Both directions of a connection, until both have ended. */
export class Pipe {
  readonly done: Promise<void>
  #finish = () => {}
  #ended = 0
  #told = false
  #frozen = false

  constructor(
    near: Socket,
    far: Socket,
    private readonly watcher: TapWatcher,
  ) {
    this.done = new Promise((resolve) => {
      this.#finish = resolve
    })
    this.#join(near, far, 'client')
    this.#join(far, near, 'server')
  }

  #join(from: Socket, to: Socket, side: 'client' | 'server'): void {
    // One chunk at a time: faults pause, and what comes meanwhile waits in the socket.
    let work: Promise<void> | undefined
    from.on('data', (bytes: Buffer) => {
      if (this.#frozen) return
      const handling = this.watcher.data(side, bytes)
      if (handling === undefined && work === undefined) {
        if (!to.write(bytes)) pauseUntilDrained(from, to)
        return
      }
      from.pause()
      const mine = (work ?? Promise.resolve())
        .then(() => this.#handle(handling ?? { pieces: [{ bytes, pauseMs: 0 }] }, from, to, side))
        .then(() => {
          if (work !== mine) return
          work = undefined
          if (!this.#frozen) from.resume()
        })
      work = mine
    })
    from.once('end', () => {
      if (this.#frozen) return
      void (work ?? Promise.resolve()).then(() => {
        this.#tell(side, false)
        // Counted when all of it has left.
        to.end(() => this.#one())
      })
    })
    from.once('error', () => {
      this.#tell(side, true)
      to.resetAndDestroy()
      this.#finish()
    })
    from.once('close', () => {
      if (!this.#frozen) this.#tell(side, false)
    })
  }

  async #handle({ pieces, ending }: Handling, from: Socket, to: Socket, side: 'client' | 'server'): Promise<void> {
    for (const { bytes, pauseMs } of pieces) {
      if (pauseMs > 0) await wait(pauseMs, to)
      if (to.destroyed) return
      if (bytes.length > 0 && !to.write(bytes)) await drained(to)
    }
    if (ending === undefined) return
    if (ending === 'freeze') {
      this.#frozen = true
      from.pause()
      return
    }
    this.#tell(side, ending === 'reset')
    for (const socket of [from, to]) {
      if (ending === 'reset') socket.resetAndDestroy()
      else socket.destroySoon()
    }
    this.#finish()
  }

  #one(): void {
    this.#ended++
    if (this.#ended === 2) this.#finish()
  }

  #tell(by: 'client' | 'server', reset: boolean): void {
    if (this.#told) return
    this.#told = true
    this.watcher.end(by, reset, undefined)
  }
}

function pauseUntilDrained(from: Socket, to: Socket): void {
  from.pause()
  to.once('drain', () => from.resume())
}

function drained(to: Socket): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      to.off('drain', go)
      to.off('close', go)
      resolve()
    }
    to.once('drain', go)
    to.once('close', go)
  })
}

/** Ends early when the socket closes. */
export function wait(ms: number, socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer)
      socket.off('close', go)
      resolve()
    }
    const timer = setTimeout(go, ms)
    socket.once('close', go)
  })
}
