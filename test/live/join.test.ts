import { describe, expect, it } from 'vitest'
import { BrokerLogReader } from '../../src/live/broker-log.js'
import type { BrokerSession } from '../../src/live/broker-session.js'
import { type LiveSession, parseSessions } from '../../src/live/runtime/sessions.js'
import { HaproxyLogReader } from '../../src/live/who/haproxy-log.js'
import { type BrokersSay, isAbout, join } from '../../src/live/who/join.js'
import { plain } from '../../src/report/style.js'
import { whoDocument, whoLines } from '../../src/report/who.js'
import { answer, mosquittoLog, releases } from './fixtures.js'

const session = (more: Partial<LiveSession> = {}): LiveSession => ({
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
  own: '127.0.0.1:34010',
  clientSide: { timeoutMs: undefined, leftMs: undefined },
  serverSide: { timeoutMs: undefined, leftMs: undefined },
  ...more,
})

const client = (more: Partial<BrokerSession> = {}): BrokerSession => ({
  clientId: 'dev-1',
  username: 'alice',
  address: '203.0.113.7:40000',
  mqtt: '3.1.1',
  keepalive: 60,
  since: undefined,
  ...more,
})

const says = (...sessions: readonly BrokerSession[]): BrokersSay => ({
  sessions,
  rejected: new Map(),
  asked: ['mosquitto.log'],
  from: undefined,
})

describe('join', () => {
  it.each(releases)('joins what HAProxy %s and Mosquitto recorded', (release) => {
    const reader = new BrokerLogReader()
    for (const line of mosquittoLog(release)) if (!line.includes('disconnected')) reader.push(line)
    const log = reader.result()
    const rows = join(parseSessions(answer(release, 'show_sess_all')), { ...log, asked: ['log'] }, undefined)
    expect(rows).toMatchObject([{ broker: { clientId: 'dev-1' }, by: 'client address', missing: [] }])
  })

  it('joins by the end of HAProxy where no header told the client', () => {
    const rows = join([session()], says(client({ address: '127.0.0.1:34010' })), undefined)
    expect(rows).toMatchObject([{ by: "HAProxy's address", broker: { clientId: 'dev-1' } }])
  })

  it('joins IPv6 in every spelling', () => {
    const rows = join([session({ client: '[::1]:5' })], says(client({ address: '[::1]:5' })), undefined)
    expect(rows[0]?.broker?.clientId).toBe('dev-1')
  })

  it('joins two clients with one claimed address by the peer that the broker names, and else none', () => {
    const two = [session(), session({ id: '0x2', own: '127.0.0.1:34011' })]
    const peers = says(client({ peer: '127.0.0.1:34011' }), client({ clientId: 'dev-2', peer: '127.0.0.1:34010' }))
    expect(join(two, peers, undefined).map((row) => row.broker?.clientId)).toEqual(['dev-2', 'dev-1'])
    const [first] = join(two, says(client(), client({ clientId: 'dev-2' })), undefined)
    expect(first).toMatchObject({ broker: undefined, missing: [expect.stringContaining('2 clients of the broker')] })
  })

  it('follows a client through two HAProxys, with and without a header between them', () => {
    for (const seen of ['203.0.113.7:40000', '127.0.0.1:34010']) {
      const inner = session({
        id: '0x2',
        client: seen,
        frontend: 'inner',
        entry: '127.0.0.1:1884',
        own: '127.0.0.1:9',
        tls: false,
        serverAddress: '127.0.0.1:1999',
      })
      const rows = join([inner, session()], says(client({ address: seen })), undefined)
      expect(rows).toHaveLength(1)
      expect(rows[0]?.hops.map((hop) => hop.frontend)).toEqual(['mqtts', 'inner'])
      expect(rows[0]?.broker?.clientId).toBe('dev-1')
    }
  })

  it('says why a session of HAProxy has no client', () => {
    const why = (one: LiveSession, brokers: BrokersSay) => join([one], brokers, undefined)[0]?.missing.join()
    expect(why(session({ server: undefined }), says())).toContain('has not chosen a server')
    expect(why(session(), { ...says(), asked: [] })).toContain('--broker-log')
    const rejected = new Map([['127.0.0.1:34010', 'Connection from 127.0.0.1:34010 rejected, no certificate']])
    expect(why(session(), { ...says(), rejected })).toContain('no certificate')
    expect(why(session(), { ...says(), from: '2026-11-27T00:00:00Z' })).toMatch(/begins at 2026-11-27T00/)
  })

  it('shows a client that came around HAProxy', () => {
    const rows = join([], says(client()), undefined)
    expect(rows).toMatchObject([{ hops: [], missing: [expect.stringContaining('went around it')] }])
  })

  it("takes TLS facts from HAProxy's log", () => {
    const reader = new HaproxyLogReader()
    reader.push('203.0.113.7:40000 [27/Nov/2026:02:46:24.490] mqtts~ b/m1 91/10/13764 4 -- 1/1/0/0/0 0/0')
    reader.push('203.0.113.7:40000 [27/Nov/2026:02:46:24.490] mqtts b/m1 TLSv1.3 TLS_AES_128_GCM_SHA256 /CN=alice +')
    reader.push('nothing of it')
    expect(reader.result()).toMatchObject({ lines: 3, traffic: 2 })
    const [row] = join([session()], says(client()), reader.result())
    expect(row?.logged).toMatchObject({ tls: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256', cn: 'alice' })
  })

  it('does not take them from the line of an earlier session of the same port', () => {
    const reader = new HaproxyLogReader()
    reader.push('203.0.113.7:40000 [27/Nov/2026:01:00:00.001] mqtts b/m1 TLSv1.3 CN=mallory +')
    expect(join([session()], says(client()), reader.result())[0]?.logged).toBeUndefined()
    reader.push('203.0.113.7:40000 [27/Nov/2026:02:46:24.490] mqtts b/m1 TLSv1.3 CN=alice +')
    expect(join([session()], says(client()), reader.result())[0]?.logged?.cn).toBe('alice')
  })
})

describe('isAbout', () => {
  const [row] = join(
    [session({ client: '[2001:db8::7]:40000' })],
    says(client({ address: '[2001:db8::7]:40000' })),
    undefined,
  )

  it.each(['dev-1', 'alice', 'dev-*', '*', '2001:db8::7', '[2001:db8::7]:40000', '127.0.0.1:34010'])('%s', (text) => {
    expect(row && isAbout(row, text)).toBe(true)
  })

  it.each(['dev', 'bob', 'd.v-1', '2001:db8::', ''])('not %j', (text) => {
    expect(row && isAbout(row, text)).toBe(false)
  })
})

describe('the table', () => {
  it('has one line a session, and what is missing behind it', () => {
    const rows = join(
      [session(), session({ id: '0x2', client: '203.0.113.8:1', server: undefined, own: undefined })],
      says(client()),
      undefined,
    )
    const [head, first, second, , missing] = whoLines(rows, plain)
    expect(head).toMatch(/^CLIENT +FROM +TLS +ENTRY +SERVER +THE BROKER KNOWS +SINCE$/)
    expect(first).toBe(
      'dev-1   203.0.113.7:40000  yes  mqtts 192.0.2.1:8883  b/m1 127.0.0.1:1884 (from :34010)  203.0.113.7:40000, user alice, MQTT 3.1.1, keepalive 60s  27/Nov/2026:02:46:24 (1m)',
    )
    expect(second).toMatch(/^\? +203\.0\.113\.8:1 +yes/)
    expect(missing).toMatch(/^not joined: 203\.0\.113\.8:1: HAProxy has not chosen a server/)
  })

  it('shows no control characters of strangers', () => {
    const [row] = join([session()], says(client({ clientId: 'a\x1b[2Jb', username: 'x\ny' })), undefined)
    expect(row && whoLines([row], plain).join('\n')).not.toMatch(/\x1b|x\ny/)
    expect(row && whoDocument(row).client).toBe('a\x1b[2Jb')
  })
})
