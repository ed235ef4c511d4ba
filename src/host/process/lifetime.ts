import { setMaxListeners } from 'node:events'
import { EXIT } from '../../kernel/exit.js'

/**
 * Everything we start and must end: child processes, listeners, folders. Owners register a closer; success, failure,
 * Ctrl-C, SIGTERM and a crash of mqtt-proxy all go through `endAll`, newest first.
 */
type Closer = () => void | Promise<void>

interface Entry {
  readonly what: string
  readonly close: Closer
  /** Last resort, synchronous, when the process is going away at once. */
  readonly abandon: (() => void) | undefined
}

/** What a shell shows for a program that a signal ended. */
const codes = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: 129 } as const

export type StopSignal = keyof typeof codes

let stoppedCode: number | undefined
let hangup: (() => void) | undefined

/** A program that reads its files again at SIGHUP instead of ending. */
export function onHangup(handler: () => void): void {
  hangup = handler
}

/** A program that is meant to be stopped by a signal exits with this code then, instead of 130 or 143. */
export function exitWhenStopped(code: number): void {
  stoppedCode = code
}

const open = new Set<Entry>()
/** Being closed right now; still to be abandoned when that takes too long. */
const closing = new Set<Entry>()
const stopping = new AbortController()
// Every attempt under way listens to it.
setMaxListeners(0, stopping.signal)
let ending: Promise<void> | undefined

/** Aborted at the first SIGINT or SIGTERM; long work listens to it. */
export const interrupted: AbortSignal = stopping.signal

/** Registers something to be closed; the returned function closes it now (once) and forgets it. */
export function own(what: string, close: Closer, abandon?: () => void): () => Promise<void> {
  const entry: Entry = { what, close, abandon }
  open.add(entry)
  return async () => {
    if (open.has(entry)) await closeEntry(entry)
  }
}

async function closeEntry(entry: Entry): Promise<void> {
  open.delete(entry)
  closing.add(entry)
  try {
    await entry.close()
  } finally {
    closing.delete(entry)
  }
}

/** What is open now, newest first: `haproxy (pid 4711)`. */
export function owned(): readonly string[] {
  return [...open].reverse().map((entry) => entry.what)
}

/** Closes everything, newest first; one that fails does not keep the rest from closing. */
export async function endAll(): Promise<void> {
  // Forgotten in a later turn: with nothing open, closing ends before there is a promise to forget.
  ending ??= closeAll().finally(() => {
    ending = undefined
  })
  await ending
}

async function closeAll(): Promise<void> {
  for (const entry of [...open].reverse()) {
    if (open.has(entry)) await closeEntry(entry).catch(() => entry.abandon?.())
  }
}

function abandonAll(): void {
  for (const entry of [...closing, ...[...open].reverse()]) entry.abandon?.()
  open.clear()
  closing.clear()
}

/** The same signal within this time is one signal. */
const sameSignalMs = 100

/**
 * Installs the process-wide handlers. The first signal says what is being stopped, closes everything within two
 * seconds and exits with 130 or 143; a second one kills at once. `last` is called right before the exit of a program
 * that was not meant to be stopped by a signal.
 */
export function handleSignals(say: (text: string) => void = () => {}, last?: (signal: StopSignal) => void): void {
  let first: { readonly signal: StopSignal; readonly at: number } | undefined
  const end = (signal: StopSignal) => {
    // A terminal signals everybody, and a parent that passes its signal on says the same once more.
    if (first?.signal === signal && performance.now() - first.at < sameSignalMs) return
    first ??= { signal, at: performance.now() }
    const leave = () => {
      if (stoppedCode === undefined) last?.(signal)
      process.exit(stoppedCode ?? codes[signal])
    }
    if (stopping.signal.aborted) {
      abandonAll()
      leave()
    }
    stopping.abort()
    const things = owned().filter((what) => what.includes('(pid '))
    if (things.length > 0) say(`stopping ${things.join(', ')}…`)
    const giveUp = setTimeout(() => {
      abandonAll()
      leave()
    }, 2000)
    void endAll().finally(() => {
      clearTimeout(giveUp)
      leave()
    })
  }
  process.on('SIGINT', () => end('SIGINT'))
  process.on('SIGHUP', () => (hangup ? hangup() : end('SIGHUP')))
  process.on('SIGTERM', () => end('SIGTERM'))
  process.on('exit', abandonAll)
}
