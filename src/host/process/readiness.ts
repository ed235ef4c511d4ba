import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { SocketAddress } from '../../kernel/socket-address.js'
import { listeningHere } from '../net/listening.js'

export interface ReadinessOptions {
  /** Default 10 000 ms. */
  readonly withinMs?: number
  readonly signal?: AbortSignal
  /** Stop asking when this turns false: the program has ended. */
  readonly alive?: () => boolean
}

/**
 * Waits until all listeners are there, by asking again and again. Returns those that never came (empty: ready).
 * Where the kernel lists its sockets (Linux), that list is read, so that our connections do not show up in the logs
 * of the program under test; elsewhere, and when the list stays silent, by connecting.
 */
export async function waitForListeners(
  listeners: readonly SocketAddress[],
  options: ReadinessOptions = {},
): Promise<readonly SocketAddress[]> {
  const begin = performance.now()
  const deadline = begin + (options.withinMs ?? 10_000)
  let missing = listeners
  for (let wait = 1; ; wait = Math.min(wait * 1.5, 20)) {
    const kernel = await listeningPorts()
    const byConnecting = kernel === undefined || performance.now() - begin > 400
    missing = await stillMissing(missing, kernel, byConnecting)
    if (missing.length === 0 || options.alive?.() === false || performance.now() > deadline) return missing
    await pause(wait, undefined, options.signal && { signal: options.signal })
  }
}

/** What `serving` waits for: a program that was started, its listeners, and the signal that may cancel the wait. */
export interface Starting {
  readonly listeners: readonly SocketAddress[]
  readonly withinMs: number
  readonly signal: AbortSignal | undefined
  readonly alive: () => boolean
  readonly stop: () => Promise<void>
}

interface NotServing {
  readonly ready: false
  readonly missing: number
  readonly hung?: { readonly withinMs: number; readonly missing: readonly SocketAddress[] }
}

/**
 * Waits until a program that was started has all its listeners. One that ends, is too late or is called off has been
 * stopped when this returns or throws. `missing`: how many of its listeners never came; `hung`: which, where it was still
 * running when the time was over.
 */
export async function serving(starting: Starting): Promise<{ readonly ready: true } | NotServing> {
  const { listeners, withinMs, signal, alive, stop } = starting
  try {
    const missing = await waitForListeners(listeners, { withinMs, alive, ...(signal && { signal }) })
    if (missing.length === 0 && alive()) return { ready: true }
    const hung = alive() ? { withinMs, missing } : undefined
    await stop()
    return { ready: false, missing: missing.length, ...(hung && { hung }) }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Whether a connection to the listener succeeds within `timeoutMs`. It is closed at once, without a byte. */
export function answers(listener: SocketAddress, timeoutMs = 1000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect('path' in listener ? { path: listener.path } : { host: listener.host, port: listener.port })
    const finish = (yes: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(yes)
    }
    const timer = setTimeout(() => finish(false), timeoutMs)
    socket.once('connect', () => finish(true))
    socket.once('error', () => finish(false))
  })
}

async function stillMissing(
  listeners: readonly SocketAddress[],
  kernel: ReadonlySet<number> | undefined,
  byConnecting: boolean,
): Promise<readonly SocketAddress[]> {
  const there = await Promise.all(
    listeners.map((listener) => {
      if ('path' in listener) return existsSync(listener.path) && answers(listener)
      return kernel?.has(listener.port) === true || (byConnecting && answers(listener))
    }),
  )
  return listeners.filter((_, index) => !there[index])
}

/** TCP ports in state LISTEN, whatever their address; `undefined` where the kernel does not say. */
async function listeningPorts(): Promise<ReadonlySet<number> | undefined> {
  const here = await listeningHere()
  return here && new Set(here.map((one) => one.port))
}
