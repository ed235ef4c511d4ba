import type { Sight } from '../../types.js'
import type { TabledSession } from '../session-table.js'
import { type AdminRow, tableOf } from './admin-table.js'
import type { AskAdmin } from './source.js'

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

/** What `vmq-admin session show` says of everybody who is connected. */
export function askSessions(ask: AskAdmin): () => Promise<readonly TabledSession[] | undefined> {
  return async () =>
    tableOf(await ask(everybody).catch(() => ''))?.flatMap((row) => {
      const sight = sightOf(row)
      return sight === undefined || typeof row.client_id !== 'string' ? [] : [{ clientId: row.client_id, sight }]
    })
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
