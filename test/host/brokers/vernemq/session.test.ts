import { describe, expect, it } from 'vitest'
import { SessionTable } from '../../../../src/host/brokers/session-table.js'
import { tableOf } from '../../../../src/host/brokers/vernemq/admin-table.js'
import { askSessions } from '../../../../src/host/brokers/vernemq/session.js'

/** Printed by VerneMQ 2.2.0. */
const measured = '{"table":[{"user":null,"client_id":"c1","peer_host":"127.0.0.1","peer_port":53860}],"type":"table"}\n'

describe('tableOf', () => {
  it('reads what vmq-admin prints as JSON', () => {
    expect(tableOf(measured)).toEqual([{ user: null, client_id: 'c1', peer_host: '127.0.0.1', peer_port: 53860 }])
    expect(tableOf('{"table":[]}')).toEqual([])
  })

  it.each(['', 'Usage information not found for the given command', '{"table":', '{"type":"text"}', '[]'])(
    'takes nothing else: %j',
    (text) => {
      expect(tableOf(text)).toBeUndefined()
    },
  )
})

const row = (id: string, more: Record<string, unknown> = {}) => ({
  client_id: id,
  peer_host: '192.0.2.7',
  peer_port: 4242,
  user: null,
  ...more,
})

/** Answers with one table after the other, the last one again and again. */
function answering(...tables: readonly (readonly unknown[] | string)[]) {
  const left = [...tables]
  const asked: string[][] = []
  const ask = async (args: readonly string[]) => {
    asked.push([...args])
    const next = left.length > 1 ? left.shift() : left[0]
    return typeof next === 'string' ? next : JSON.stringify({ table: next, type: 'table' })
  }
  return { ask, asked }
}

describe('SessionTable', () => {
  it('tells address, port and user of an open session', async () => {
    const table = new SessionTable(askSessions(answering([row('a'), row('b', { user: 'alice' })]).ask))
    expect(await table.saw('b', 0)).toMatchObject({ address: '192.0.2.7', port: 4242, username: 'alice' })
    expect(await table.saw('a', 0)).toMatchObject({ username: undefined })
  })

  it('asks once for all who wait', async () => {
    const ids = Array.from({ length: 300 }, (_, n) => `c${n}`)
    const { ask, asked } = answering(ids.map((id) => row(id)))
    const table = new SessionTable(askSessions(ask))
    const seen = await Promise.all(ids.map((id) => table.saw(id, 0)))
    expect(seen.every((one) => one !== undefined)).toBe(true)
    // The first began before the others came.
    expect(asked.length).toBeLessThanOrEqual(2)
  })

  it('asks again until the session is there, also after an answer that is no table', async () => {
    const table = new SessionTable(askSessions(answering('Usage information not found', [], [row('late')]).ask))
    expect(await table.saw('late', 60_000)).toMatchObject({ port: 4242 })
  })

  it('gives up when the time is over', async () => {
    expect(await new SessionTable(askSessions(answering([row('other')]).ask)).saw('nobody', 0)).toBeUndefined()
  })

  it('says whether everybody has gone', async () => {
    expect(await new SessionTable(askSessions(answering([row('a')], []).ask)).becomesEmpty(60_000)).toBe(true)
    expect(await new SessionTable(askSessions(answering([row('a')]).ask)).becomesEmpty(0)).toBe(false)
    expect(await new SessionTable(askSessions(answering('no table').ask)).becomesEmpty(0)).toBe(false)
  })
})
