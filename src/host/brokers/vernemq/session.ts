import { setTimeout as pause } from 'node:timers/promises'
import type { Sight } from '../../types.js'
import { type AdminRow, tableOf } from './admin-table.js'
import type { AskAdmin } from './source.js'

/** Every question starts an Erlang machine: one table with everybody in it answers for all who wait. */
const everybody = [
  'session',
  'show',
  '--limit=100000',
  '--client_id',
  '--peer_host',
  '--peer_port',
  '--user',
  '--format=json',
]

interface Waiter {
  readonly clientId: string
  readonly deadline: number
  readonly resolve: (sight: Sight | undefined) => void
}

/** The sessions that are open in one broker, asked for as long as somebody waits for one. */
export class SessionTable {
  readonly #ask: AskAdmin
  #waiting: Waiter[] = []
  #asking = false

  constructor(ask: AskAdmin) {
    this.#ask = ask
  }

  /** What the broker believed of a client that is connected; the table is asked for at least once after the call. */
  saw(clientId: string, withinMs: number): Promise<Sight | undefined> {
    return new Promise((resolve) => {
      this.#waiting.push({ clientId, deadline: performance.now() + withinMs, resolve })
      void this.#loop()
    })
  }

  /** Whether no session is left within that time. */
  async becomesEmpty(withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs
    for (;;) {
      const rows = await this.#table()
      if (rows?.length === 0) return true
      if (performance.now() > deadline) return false
      await pause(50)
    }
  }

  async #loop(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    while (this.#waiting.length > 0) {
      const begun = this.#waiting
      const rows = (await this.#table()) ?? []
      const now = performance.now()
      const left = this.#waiting.filter((one) => !begun.includes(one))
      for (const one of begun) {
        const row = rows.find((each) => each.client_id === one.clientId)
        const sight = row === undefined ? undefined : sightOf(row)
        if (sight !== undefined || now > one.deadline) one.resolve(sight)
        else left.push(one)
      }
      this.#waiting = left
      if (left.length > 0) await pause(50)
    }
    this.#asking = false
  }

  async #table(): Promise<readonly AdminRow[] | undefined> {
    return tableOf(await this.#ask(everybody).catch(() => ''))
  }
}

function sightOf(row: AdminRow): Sight | undefined {
  const { peer_host: address, peer_port, user } = row
  const port = Number(peer_port)
  if (typeof address !== 'string' || !Number.isInteger(port)) return undefined
  return {
    address,
    port,
    // Nobody is `null` in JSON, and `undefined` in the tables for people.
    username: typeof user !== 'string' || user === 'undefined' ? undefined : user,
    tls: undefined,
    evidence: `vmq-admin session show: ${Object.entries(row)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`,
  }
}
