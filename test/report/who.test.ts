import { describe, expect, it } from 'vitest'
import type { WhoRow } from '../../src/live/who/join.js'
import { plain } from '../../src/report/style.js'
import { whoDocument, whoLines } from '../../src/report/who.js'
import { marked } from './marked.js'

type Hop = WhoRow['hops'][number]
type Broker = NonNullable<WhoRow['broker']>

const hop = (more: Partial<Hop> = {}): Hop => ({
  id: '0x1',
  since: '27/Nov/2026:02:46:24.490051',
  ageSeconds: 75,
  client: '203.0.113.7:40000',
  frontend: 'mqtts',
  entry: '192.0.2.1:8883',
  tls: true,
  backend: 'b',
  server: 'm1',
  serverAddress: '127.0.0.1:1884',
  own: '[::1]:34010',
  clientSide: { timeoutMs: undefined, leftMs: undefined },
  serverSide: { timeoutMs: undefined, leftMs: undefined },
  ...more,
})

const broker = (more: Partial<Broker> = {}): Broker => ({
  clientId: 'dev-1',
  username: 'alice',
  address: '203.0.113.7:40000',
  mqtt: '5.0',
  keepalive: 60,
  since: '2026-11-27T02:46:24Z',
  tls: { version: 'TLSv1.2', cn: 'from the broker', verified: true },
  ...more,
})

const row = (more: Partial<WhoRow> = {}): WhoRow => ({
  hops: [hop()],
  broker: broker(),
  by: 'client address',
  logged: undefined,
  missing: [],
  ...more,
})
const bare = { tls: undefined, username: undefined, mqtt: undefined, keepalive: undefined, since: undefined } as never

const names = ['client', 'from', 'tls', 'entry', 'server', 'broker', 'since'] as const
/** The cells of one row by their column: no cell of these holds two blanks. */
function cellsOf(one: WhoRow): Record<string, string> {
  const line = whoLines([one], plain)[1] ?? ''
  return Object.fromEntries(line.split(/ {2,}/).map((cell, at) => [names[at] ?? `more ${at}`, cell]))
}

describe('a session in a line', () => {
  it('has all that HAProxy and the broker tell', () => {
    expect(cellsOf(row())).toEqual({
      client: 'dev-1',
      from: '203.0.113.7:40000',
      tls: 'TLSv1.2 CN=from the broker',
      entry: 'mqtts 192.0.2.1:8883',
      server: 'b/m1 127.0.0.1:1884 (from :34010)',
      broker: '203.0.113.7:40000, user alice, MQTT 5.0, keepalive 60s',
      since: '27/Nov/2026:02:46:24 (1m)',
    })
  })

  it('has a question mark for what only HAProxy or only the broker would know', () => {
    expect(cellsOf(row({ broker: undefined }))).toMatchObject({ client: '?', tls: 'yes', broker: '?' })
    expect(cellsOf(row({ hops: [] }))).toMatchObject({
      from: '203.0.113.7:40000',
      entry: '?',
      server: '?',
      since: '2026-11-27T02:46:24Z',
    })
    expect(cellsOf(row({ hops: [], broker: broker(bare) }))).toMatchObject({
      tls: '?',
      broker: '203.0.113.7:40000, no username',
      since: '?',
    })
    expect(cellsOf(row({ hops: [], broker: undefined }))).toMatchObject({ from: '?', tls: '?', broker: '?' })
  })

  it('names a client that chose no identifier so', () => {
    expect(cellsOf(row({ broker: broker({ clientId: '' }) })).client).toBe('(no id)')
  })

  it.each<[Partial<WhoRow>, string]>([
    [{ hops: [hop({ tls: false })], broker: broker(bare) }, 'no'],
    [{ hops: [hop({ tls: false }), hop()], broker: broker(bare) }, 'yes'],
    [{ hops: [hop({ tls: false })] }, 'TLSv1.2 CN=from the broker'],
    // HAProxy ended TLS: its version is the one of the client.
    [{ logged: { accepted: undefined, tls: 'TLSv1.3', cipher: 'x', cn: 'logged' } }, 'TLSv1.3 CN=from the broker'],
    [{ broker: undefined, logged: { accepted: undefined, tls: 'TLSv1.3', cipher: 'x', cn: 'c' } }, 'TLSv1.3 CN=c'],
  ])('tells TLS: %#', (more, text) => {
    expect(cellsOf(row(more)).tls).toBe(text)
  })

  it('follows a client over all its hops', () => {
    const hops = [hop({ frontend: 'edge', entry: undefined }), hop({ frontend: 'inner', server: 'm2' })]
    expect(cellsOf(row({ hops }))).toMatchObject({
      entry: 'edge > inner 192.0.2.1:8883',
      server: 'b/m2 127.0.0.1:1884 (from :34010)',
    })
  })

  it.each<[Partial<Hop>, string]>([
    [{ server: undefined }, 'b/?'],
    [{ server: undefined, backend: undefined }, 'none yet'],
    [{ backend: undefined }, '?/m1 127.0.0.1:1884 (from :34010)'],
    [{ serverAddress: undefined }, 'b/m1 (from :34010)'],
    [{ own: undefined }, 'b/m1 127.0.0.1:1884'],
  ])('names the server: %j', (more, text) => {
    expect(cellsOf(row({ hops: [hop(more)] })).server).toBe(text)
  })

  it.each([
    [0, '0s'],
    [59, '59s'],
    [60, '1m'],
    [3599, '59m'],
    [3600, '1h'],
    [86_399, '23h'],
    [86_400, '1d'],
    [200_000, '2d'],
  ])('of %i seconds is %s old', (ageSeconds, text) => {
    expect(cellsOf(row({ hops: [hop({ ageSeconds })] })).since).toBe(`27/Nov/2026:02:46:24 (${text})`)
  })

  it('has the whole time where HAProxy says no age', () => {
    expect(cellsOf(row({ hops: [hop({ ageSeconds: undefined })] })).since).toBe('27/Nov/2026:02:46:24.490051')
  })
})

describe('the table', () => {
  it('is nothing without sessions', () => {
    expect(whoLines([], plain)).toEqual([])
  })

  it('stands in columns, and says below which rows could not be joined, and why', () => {
    const lines = whoLines(
      [
        row({ broker: broker({ clientId: 'a-long-name' }) }),
        row({ broker: undefined, missing: ['no log\nwas given', 'twice'] }),
        row({ hops: [], broker: broker({ clientId: '' }), missing: ['it came around'] }),
        row({ hops: [], broker: undefined, missing: ['nothing'] }),
      ],
      marked,
    )
    expect(lines[0]).toMatch(/^<dim CLIENT {7}FROM {15}TLS {25}ENTRY/)
    expect(lines[1]).toMatch(/^a-long-name {2}203/)
    expect(lines[2]).toMatch(/^<warn \? {12}203\.0\.113\.7:40000 {2}yes {25}mqtts/)
    expect(lines.slice(5)).toEqual([
      '',
      '<warn not joined: 203.0.113.7:40000: no log\\nwas given>',
      '<warn not joined: 203.0.113.7:40000: twice>',
      '<warn not joined: 203.0.113.7:40000: it came around>',
      '<warn not joined: ?: nothing>',
    ])
    for (const line of lines) expect(line).not.toMatch(/ >?$/)
  })

  it('ends with the last row where all could be joined', () => {
    expect(whoLines([row()], plain)).toHaveLength(2)
  })
})

describe('a row as a document', () => {
  it('has all of it', () => {
    expect(whoDocument(row({ logged: { accepted: 'x', tls: 'TLSv1.3', cipher: 'AES', cn: 'logged' } }))).toEqual({
      client: 'dev-1',
      username: 'alice',
      address: '203.0.113.7:40000',
      tls: { ended: true, version: 'TLSv1.3', cipher: 'AES', cn: 'from the broker', verified: true },
      hops: [
        {
          frontend: 'mqtts',
          entry: '192.0.2.1:8883',
          backend: 'b',
          server: 'm1',
          serverAddress: '127.0.0.1:1884',
          own: '[::1]:34010',
          since: '27/Nov/2026:02:46:24.490051',
          ageSeconds: 75,
        },
      ],
      broker: broker(),
      joinedBy: 'client address',
      missing: [],
    })
  })

  it('has null for everything that is not known', () => {
    const unknown = {
      ...{ entry: undefined, backend: undefined, server: undefined, serverAddress: undefined },
      ...{ own: undefined, ageSeconds: undefined, tls: false },
    }
    const document = whoDocument(row({ hops: [hop(unknown)], broker: undefined, by: undefined, missing: ['why'] }))
    expect(document).toEqual({
      client: null,
      username: null,
      address: '203.0.113.7:40000',
      tls: { ended: false, version: null, cipher: null, cn: null, verified: null },
      hops: [
        {
          frontend: 'mqtts',
          ...{ entry: null, backend: null, server: null, serverAddress: null, own: null, ageSeconds: null },
          since: '27/Nov/2026:02:46:24.490051',
        },
      ],
      broker: null,
      joinedBy: null,
      missing: ['why'],
    })
    expect(whoDocument(row({ hops: [], broker: undefined }))).toMatchObject({ address: null, tls: { ended: null } })
    expect(whoDocument(row({ hops: [] }))).toMatchObject({
      address: '203.0.113.7:40000',
      tls: { version: 'TLSv1.2' },
    })
    const logged = { accepted: undefined, tls: undefined, cipher: undefined, cn: 'logged' }
    expect(whoDocument(row({ broker: undefined, logged })).tls).toMatchObject({ version: null, cn: 'logged' })
  })

  it('takes TLS as ended where any hop ended it', () => {
    const hops = [hop({ tls: false }), hop({ tls: true })]
    expect(whoDocument(row({ hops })).tls).toMatchObject({ ended: true })
  })
})
