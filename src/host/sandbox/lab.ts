import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Child, startChild } from '../process/children.js'
import { own } from '../process/lifetime.js'
import type { HaproxyFacts, RunningBroker, RunningHaproxy } from '../types.js'

/** Asks again and again, every 10 ms, until it is so; false when it was not within that time. */
export async function until(is: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs
  while (!(await is())) {
    if (performance.now() > deadline) return false
    await pause(10)
  }
  return true
}

/** Lets time pass, because time passing is what is checked. */
export async function wait(ms: number): Promise<void> {
  await pause(ms)
}

export function serverState(haproxy: RunningHaproxy, server: string): 'UP' | 'DOWN' {
  const last = haproxy
    .log()
    .findLast((line) => line.includes(`/${server} is UP`) || line.includes(`/${server} is DOWN`))
  return last?.includes(' is DOWN') ? 'DOWN' : 'UP'
}

/** Freezes a broker as a hung one is, and wakes it up again; `undefined` when it has no process of its own. */
export function freeze(broker: RunningBroker): (() => void) | undefined {
  const { pid } = broker
  if (pid === undefined) return undefined
  process.kill(pid, 'SIGSTOP')
  const thaw = () => {
    if (broker.alive()) process.kill(pid, 'SIGCONT')
  }
  const forget = own(`${broker.what}, frozen`, thaw, thaw)
  return () => void forget()
}

/** Accepts connections and says nothing: what a plain health check wants. */
export async function openPort(at: { readonly host: string; readonly port: number }): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ ...at, exclusive: true }, () => resolve())
  })
  return own('a port for health checks', async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })
}

/** A second HAProxy with the same files that asks the first one to finish (`-sf`). */
export function successor(
  program: HaproxyFacts,
  folder: string,
  files: readonly string[],
  old: RunningHaproxy,
): Promise<Child> {
  const args = ['-db', ...files.flatMap((file) => ['-f', join(folder, file)]), '-sf', String(old.pid)]
  return startChild({ name: `haproxy ${program.version}`, program: program.program, args, cwd: folder })
}
