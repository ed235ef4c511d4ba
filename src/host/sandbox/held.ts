import type { OpenSession } from '../net/mqtt-connect.js'

/** An open MQTT session without a client behind it: it says what it is told to and notes what becomes of it. */
export interface HeldSession {
  /** Sends PINGREQ; whether PINGRESP came within that time. */
  ping(withinMs?: number): Promise<boolean>
  /** Milliseconds from now until the other side closes; `undefined` when it does not within that time. */
  closedWithin(ms: number): Promise<number | undefined>
  drop(): void
}

export function hold(session: OpenSession): HeldSession {
  const { stream } = session
  let over = false
  let heard = 0
  const wakers = new Set<() => void>()
  const wake = () => {
    for (const waker of [...wakers]) waker()
  }
  stream.on('data', (chunk: Buffer) => {
    heard += chunk.length
    wake()
  })
  for (const name of ['end', 'close', 'error']) {
    stream.on(name, () => {
      over = true
      wake()
    })
  }
  stream.resume()
  const when = (is: () => boolean, ms: number) =>
    new Promise<boolean>((resolve) => {
      const check = () => {
        if (is()) done(true)
      }
      const done = (yes: boolean) => {
        clearTimeout(timer)
        wakers.delete(check)
        resolve(yes)
      }
      const timer = setTimeout(() => done(is()), ms)
      wakers.add(check)
      check()
    })
  return {
    async ping(withinMs = 1000) {
      if (over) return false
      const before = heard
      stream.write(Uint8Array.of(0xc0, 0x00))
      return (await when(() => heard > before || over, withinMs)) && heard > before
    },
    async closedWithin(ms) {
      const begin = performance.now()
      return (await when(() => over, ms)) ? performance.now() - begin : undefined
    },
    drop: () => session.close(),
  }
}
