import { describe, expect, it } from 'vitest'
import { parseTable } from '../../../src/host/brokers/vernemq-session.js'

const rows = (text: string) => parseTable(text).map((row) => Object.fromEntries(row))

describe('parseTable', () => {
  it('reads columns in whatever order they come', () => {
    const text = `
+----+---------+---------+---------+
|user|client_id|peer_host|peer_port|
+----+---------+---------+---------+
|bob |   one   |127.0.0.9|  40544  |
+----+---------+---------+---------+
`
    expect(rows(text)).toEqual([{ user: 'bob', client_id: 'one', peer_host: '127.0.0.9', peer_port: '40544' }])
  })

  it('joins a cell that goes on in the next line', () => {
    const text = `
+---------+---------+
|client_id|peer_host|
+---------+---------+
|one      |2001:db8:|
|         |:1       |
|two      |::1      |
+---------+---------+
`
    expect(rows(text)).toEqual([
      { client_id: 'one', peer_host: '2001:db8::1' },
      { client_id: 'two', peer_host: '::1' },
    ])
  })

  it('finds no rows in other text', () => {
    expect(parseTable('Node VerneMQ@127.0.0.1 not responding to pings.\n')).toEqual([])
  })
})
