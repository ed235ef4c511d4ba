import { describe, expect, test } from 'vitest'
import type { Listener } from '../../src/brokers/listener.js'
import { inferScenario, namedScenario, sameMeaning } from '../../src/check/infer.js'
import type { Pair } from '../../src/check/pair.js'
import type { Way } from '../../src/check/ways.js'
import type { ClientNeed } from '../../src/path/model.js'
import { findScenario } from '../../src/scenarios/find.js'
import { defaults, pairOf, wayOf } from './pairs.js'

const open = 'listener 1884 127.0.0.1\nallow_anonymous true\n'
const mutual = '*:8883 ssl crt /c/ verify required ca-file /ca'
const listen = (bind: string, words: string, more = '') =>
  `${defaults}listen m\n    bind ${bind}\n${more}    server s 127.0.0.1:1884 ${words}\n`

interface Given {
  readonly bind?: string
  readonly words?: string
  readonly accepts?: readonly (1 | 2)[]
  /** `t`: TLS, `c`: a certificate, `n`: the CN as username. */
  readonly demands?: string
  readonly listener?: Partial<Listener>
  readonly client?: Partial<ClientNeed>
  readonly behind?: Pair['haproxy']
}

/** What is inferred of one server line before a listener with these demands. */
function inferredOf(given: Given) {
  const { bind = mutual, words = '', accepts = [], demands = '', behind = [] } = given
  const pair = pairOf(listen(bind, words), open)
  const way = wayOf(pair)
  if (way.listener === undefined || way.path.client === undefined) throw new Error('no way to a listener')
  const demanded = (letter: string) => (demands.includes(letter) ? way.listener?.span : undefined)
  const listener: Listener = {
    ...way.listener,
    header: { ...way.listener.header, accepts },
    requireTls: demanded('t'),
    requireCertificate: demanded('c'),
    cnAsUsername: demanded('n'),
    ...given.listener,
  }
  const path = { ...way.path, client: { ...way.path.client, ...given.client } }
  const changed: Way = { ...way, path, listener }
  return inferScenario({ ...pair, haproxy: [...pair.haproxy, ...behind] }, changed, listener)
}

const sends = ['', 'send-proxy', 'send-proxy-v2', 'send-proxy-v2-ssl', 'send-proxy-v2-ssl-cn']

describe('the header that is meant, where HAProxy sends none, v1, v2, the TLS facts, and the CN', () => {
  test.each<[string, (1 | 2)[], string, string]>([
    ['no header', [], '', 'none v1 v2 v2-ssl v2-ssl-cn'],
    ['version 1', [1], '', 'v1 v1 v1 v1 v1'],
    ['version 2', [2], '', 'v2 v2 v2 v2-ssl v2-ssl-cn'],
    ['either version', [1, 2], '', 'v2 v1 v2 v2-ssl v2-ssl-cn'],
    ['version 2 that tells of TLS', [2], 't', 'v2-ssl v2-ssl v2-ssl v2-ssl v2-ssl-cn'],
    ['version 2 that tells of a certificate', [2], 'c', 'v2-ssl v2-ssl v2-ssl v2-ssl v2-ssl-cn'],
    ['either version, with TLS facts', [1, 2], 't', 'v2-ssl v2-ssl v2-ssl v2-ssl v2-ssl-cn'],
    ['a certificate with a CN', [2], 'cn', 'v2-ssl-cn v2-ssl-cn v2-ssl-cn v2-ssl-cn v2-ssl-cn'],
    ['a CN where one is sent', [2], 'n', 'v2 v2 v2 v2-ssl v2-ssl-cn'],
  ])('a listener reads %s', (_, accepts, demands, meant) => {
    const found = sends.map((words) => inferredOf({ words, accepts, demands }).scenario.header)
    expect(found.join(' ')).toBe(meant)
  })

  test('behind a bind without TLS the facts of TLS are left out, unless the listener insists on them', () => {
    const at = (words: string, accepts: (1 | 2)[], demands: string) =>
      inferredOf({ bind: '*:1883', words, accepts, demands }).scenario.header
    expect(at('send-proxy-v2-ssl-cn', [2], '')).toBe('v2')
    expect(at('send-proxy-v2', [2], 'c')).toBe('v2')
    expect(at('send-proxy-v2-ssl', [2], 't')).toBe('v2-ssl')
    expect(at('send-proxy', [1], '')).toBe('v1')
    expect(at('', [], '')).toBe('none')
  })

  test('what is assumed is said: only where one side does without the header', () => {
    const said = (words: string, accepts: (1 | 2)[]) => inferredOf({ words, accepts }).assumed
    expect(said('', [])).toEqual([])
    expect(said('send-proxy', [1])).toEqual([])
    expect(said('send-proxy-v2', [])).toEqual(['HAProxy sends a v2 header, so the broker is meant to read one'])
    expect(said('', [2])).toEqual(['the broker reads PROXY headers, so HAProxy is meant to send one'])
  })
})

describe('what the listener enforces', () => {
  test.each([
    ['', [false, false, false]],
    ['t', [true, false, false]],
    ['c', [false, true, false]],
    ['cn', [false, true, true]],
    ['n', [false, false, false]],
    ['tcn', [true, true, true]],
  ])('with the demands "%s", behind a header without a CN', (demands, expected) => {
    const { enforces } = inferredOf({ words: 'send-proxy-v2', accepts: [2], demands }).scenario
    expect([enforces.requireTls, enforces.requireCertificate, enforces.cnAsUsername]).toEqual(expected)
  })

  test('a CN that is sent is taken where it is asked for, and only there', () => {
    const taken = (demands: string) =>
      inferredOf({ words: 'send-proxy-v2-ssl-cn', accepts: [2], demands }).scenario.enforces.cnAsUsername
    expect([taken('n'), taken('')]).toEqual([true, false])
  })
})

describe('what a client speaks', () => {
  test.each<[ClientNeed['tls'], ClientNeed['certificate'], string, string, number]>([
    ['none', 'none', '', 'as-is', 0],
    ['none', 'required', '', 'as-is', 0],
    ['through', 'required', '', 'as-is', 0],
    ['here', 'none', 'c', 'tls', 0],
    ['inner', 'none', '', 'tls', 0],
    ['here', 'required', '', 'mtls', 0],
    ['inner', 'required', '', 'mtls', 0],
    ['here', 'optional', '', 'tls', 1],
    ['here', 'optional', 't', 'tls', 1],
    ['here', 'optional', 'c', 'mtls', 0],
    ['here', 'optional', 'cn', 'mtls', 0],
  ])('TLS %s, a certificate %s, demands "%s": %s', (tls, certificate, demands, client, assumed) => {
    const found = inferredOf({ words: 'send-proxy-v2', accepts: [2], demands, client: { tls, certificate } })
    expect(found.scenario.client).toBe(client)
    expect(found.assumed).toHaveLength(assumed)
  })

  test('an optional certificate is one to show where the listener takes its CN', () => {
    const client = { tls: 'here', certificate: 'optional' } as const
    const found = inferredOf({ words: 'send-proxy-v2-ssl-cn', accepts: [2], demands: 'n', client })
    expect(found.scenario.client).toBe('mtls')
  })

  test.each<[Listener['transport'], ClientNeed['tls'], string]>([
    ['tcp', 'none', 'tcp'],
    ['ws', 'none', 'ws'],
    ['wss', 'here', 'ws'],
    ['tls', 'here', 'tcp'],
    ['tls', 'through', 'tls'],
    ['wss', 'through', 'wss'],
    ['wss', 'none', 'ws'],
    ['tcp', 'inner', 'tcp'],
  ])('before a listener of %s, TLS %s: over %s', (transport, tls, over) => {
    expect(inferredOf({ listener: { transport }, client: { tls } }).transport).toBe(over)
  })
})

describe('the row of the table', () => {
  test.each<[string, Given, string, number | undefined]>([
    ['plain', { bind: '*:1883' }, 'tcp', 1],
    ['plain with a header', { bind: '*:1883', words: 'send-proxy-v2', accepts: [2] }, 'proxy', 4],
    [
      'TLS with its facts',
      { bind: '*:8883 ssl crt /c', words: 'send-proxy-v2-ssl', accepts: [2], demands: 't' },
      'proxy-tls',
      5,
    ],
    ['a certificate', { words: 'send-proxy-v2-ssl', accepts: [2], demands: 'tc' }, 'proxy-mtls', 6],
    ['version 1', { bind: '*:1883', words: 'send-proxy', accepts: [1] }, 'proxy-v1', undefined],
    ['a certificate and version 1, which no row has', { words: 'send-proxy', accepts: [1] }, 'proxy-mtls', undefined],
    [
      'TLS and v2, which no row has',
      { bind: '*:8883 ssl crt /c', words: 'send-proxy-v2', accepts: [2] },
      'proxy-tls',
      undefined,
    ],
    [
      'a certificate and its CN that nobody asks for',
      { words: 'send-proxy-v2-ssl-cn', accepts: [2] },
      'proxy-mtls-cn',
      undefined,
    ],
  ])('%s', (_, given, id, number) => {
    const { scenario } = inferredOf(given)
    expect([scenario.id, scenario.number]).toEqual([id, number])
  })

  test.each<[Given, string]>([
    [{ words: 'send-proxy', accepts: [1] }, 'TLS with a client certificate, a v1 header'],
    [{ bind: '*:8883 ssl crt /c', words: 'send-proxy-v2', accepts: [2] }, 'TLS, a v2 header'],
    [{ bind: '*:1883', words: 'send-proxy-v2', accepts: [2], demands: 'c' }, 'as is, a v2 header'],
    [{ demands: 't' }, 'TLS with a client certificate, no header'],
  ])('a combination of its own has a title of its own', (given, title) => {
    expect(inferredOf(given).scenario.title).toBe(title)
  })

  test('a second HAProxy makes it a chain, and one that rejects makes it one of addresses', () => {
    const inner = (more: string) => pairOf(listen('127.0.0.1:1900', '', more), open).haproxy
    const shape = (more: string) =>
      inferredOf({ bind: '*:1883', words: 'send-proxy-v2', accepts: [2], behind: inner(more) }).scenario.id
    expect(shape('')).toBe('chain')
    expect(shape('    tcp-request connection accept if { src 10.0.0.1 }\n')).toBe('chain')
    expect(shape('    tcp-request connection reject if { src 10.0.0.1 }\n')).toBe('ip-acl')
  })

  test('two scenarios mean the same where the client, the header, the demands and the processes are alike', () => {
    const one = findScenario('proxy')
    expect(sameMeaning(one, { ...one })).toBe(true)
    expect(sameMeaning(one, { ...one, client: 'tls' })).toBe(false)
    expect(sameMeaning(one, { ...one, header: 'v1' })).toBe(false)
    expect(sameMeaning(one, { ...one, topology: 'chain' })).toBe(false)
    for (const name of ['requireTls', 'requireCertificate', 'cnAsUsername'] as const) {
      expect(sameMeaning(one, { ...one, enforces: { ...one.enforces, [name]: true } })).toBe(false)
    }
  })

  test.each([
    ['# mqtt-proxy gen haproxy proxy-mtls --port 8883\n', 'proxy-mtls'],
    ['# mqtt-proxy gen haproxy chain\n', 'chain'],
    ['# made by mqtt-proxy gen haproxy proxy\n', undefined],
    ['# mqtt-proxy gen haproxy nothing\n', undefined],
    ['# a note\n# mqtt-proxy gen haproxy proxy\n', undefined],
    ['', undefined],
  ])('a generated file says which it is: %j', (first, id) => {
    expect(namedScenario(pairOf(`${first}${listen('*:1883', '')}`, open))?.id).toBe(id)
  })
})

describe('what of its rows this listener can meet', () => {
  const rowOf = (given: Given, id: string) => inferredOf(given).scenario.outcomes.find((row) => row.id === id)
  const sawOf = (given: Given, id = 'connect-3.1.1') => {
    const wanted = rowOf(given, id)?.expect
    return wanted?.outcome === 'accepted' ? wanted.saw : wanted?.outcome
  }
  const cn = { words: 'send-proxy-v2-ssl-cn', accepts: [2] as const }

  test('a wrong version is one that the listener does not read', () => {
    const has = (accepts: (1 | 2)[]) =>
      rowOf({ bind: '*:1883', words: accepts[0] === 1 ? 'send-proxy' : 'send-proxy-v2', accepts }, 'wrong-version') !==
      undefined
    expect([has([1]), has([2]), has([1, 2]), has([2, 1])]).toEqual([true, true, false, false])
  })

  test.each<[string, Given, string]>([
    ['is refused before a listener that insists on TLS', { words: 'send-proxy-v2-ssl', demands: 't' }, 'refused'],
    ['is accepted where nothing tells of TLS', { words: 'send-proxy-v2', demands: 't' }, 'accepted'],
    ['is accepted where nobody insists', { words: 'send-proxy-v2-ssl' }, 'accepted'],
    ['is another matter where a certificate is asked for', { words: 'send-proxy-v2-ssl', demands: 'tc' }, 'accepted'],
  ])('a client without TLS %s', (_, given, outcome) => {
    const row = rowOf({ bind: '*:1883', accepts: [2], ...given }, 'connect-5.0')
    expect(row?.expect.outcome).toBe(outcome)
    if (outcome === 'refused') expect(row?.title).toBe('a client without TLS is refused (MQTT 5.0)')
  })

  test('only its connections are refused: both programs accept their files', () => {
    const given: Given = { bind: '*:1883', words: 'send-proxy-v2-ssl', accepts: [2], demands: 't' }
    expect(rowOf(given, 'configs-accepted')?.expect.outcome).toBe('accepted')
    expect(rowOf(given, 'connect-3.1.1')?.expect).toEqual({ outcome: 'refused', by: ['close', 'connack'] })
  })

  test('a CN that is believed is the name; one that is asked for, or read by nobody, is none', () => {
    const name = (how: Listener['cn'], given: Given, id?: string) => sawOf({ ...given, listener: { cn: how } }, id)
    expect(name('believed', cn)).toMatchObject({ address: 'client', username: 'alice' })
    expect(name('believed', cn, 'certificate-without-cn')).toMatchObject({ username: null })
    expect(name('never', cn)).toMatchObject({ username: null })
    expect(name('asked', cn)).toMatchObject({ username: null })
    expect(name('believed', { words: 'send-proxy-v2-ssl', accepts: [2] })).toMatchObject({ username: null })
    expect(name('asked', { ...cn, demands: 'cn' })).toMatchObject({ username: 'alice' })
    const optional = { ...cn, bind: '*:8883 ssl crt /c verify optional ca-file /ca' }
    expect(name('believed', optional)).not.toHaveProperty('username')
  })

  test('behind TLS of the listener itself its own certificate gives the name', () => {
    const own = (ownName: 'cn' | 'other', tls: ClientNeed['tls'] = 'through') =>
      sawOf({ bind: '*:1883', client: { tls }, listener: { ownName } })
    expect(own('cn')).toEqual({ address: 'haproxy', username: 'alice' })
    expect(own('other')).toEqual({ address: 'haproxy' })
    expect(own('cn', 'none')).toEqual({ address: 'haproxy', username: null })
  })

  test('the address is that of the client where a header has it', () => {
    const address = (bind: string, words: string) => sawOf({ bind, words, accepts: words === '' ? [] : [2] })
    expect(address('*:1883', 'send-proxy-v2')).toMatchObject({ address: 'client' })
    expect(address('*:1883', '')).toMatchObject({ address: 'haproxy' })
    expect(address('/run/m.sock', 'send-proxy-v2')).toMatchObject({ address: 'haproxy' })
  })
})
