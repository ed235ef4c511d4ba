import { describe, expect, it } from 'vitest'
import { scenarioPage, scenarioTable } from '../../src/report/scenarios.js'
import type { ScenarioSummary } from '../../src/scenarios/described.js'
import { showScenario } from '../../src/stories/scenarios/detail.js'
import { listScenarios } from '../../src/stories/scenarios/scenarios.js'
import { expectRecorded } from './recorded.js'

const summary: ScenarioSummary = {
  id: 'x',
  n: 3,
  title: 'X',
  summary: 'x',
  client: 'as-is',
  sendProxy: 'v2',
  learns: { address: 'client', tls: false, certificate: false, username: false },
  transports: ['tcp'],
  requires: {},
  checks: [],
}
const cells = (more: Partial<ScenarioSummary>) => scenarioTable([{ ...summary, ...more }])[1]?.split(/ {2,}/)

describe('scenarioTable', () => {
  it('is what was read and found right', () => {
    expectRecorded('scenarios.txt', `${scenarioTable(listScenarios()).join('\n')}\n`)
  })

  it.each<[Partial<ScenarioSummary>, readonly string[]]>([
    [{}, ['3', 'x', 'as is', 'send-proxy-v2', 'client address']],
    [{ n: null }, ['-', 'x', 'as is', 'send-proxy-v2', 'client address']],
    [{ transports: ['tcp', 'tls'] }, ['3', 'x', 'as is (TLS passed through)', 'send-proxy-v2', 'client address']],
    [{ client: 'tls', sendProxy: 'v1' }, ['3', 'x', 'TLS', 'send-proxy', 'client address']],
    [
      { client: 'mtls' as never, sendProxy: 'none', learns: { ...summary.learns, address: 'haproxy' } },
      ['3', 'x', 'TLS + client certificate', 'no header', "HAProxy's address"],
    ],
    [
      { sendProxy: 'v2-ssl', learns: { address: 'client', tls: true, certificate: true, username: false } },
      ['3', 'x', 'as is', 'send-proxy-v2-ssl', 'client address, TLS, certificate verified'],
    ],
    [
      { sendProxy: 'v2-ssl-cn', learns: { address: 'client', tls: false, certificate: false, username: true } },
      ['3', 'x', 'as is', 'send-proxy-v2-ssl-cn', 'client address, username = CN'],
    ],
    [{ cannot: null }, ['3', 'x', 'as is', 'send-proxy-v2', 'client address', 'yes']],
    [{ cannot: 'too old' }, ['3', 'x', 'as is', 'send-proxy-v2', 'client address', 'too old']],
  ])('says what a scenario is: %j', (more, row) => {
    expect(cells(more)).toEqual(row)
  })

  it('asks what the broker can only where one was asked about', () => {
    expect(scenarioTable([summary])[0]).not.toContain('BROKER CAN')
    expect(scenarioTable([summary, { ...summary, cannot: null }])[0]).toContain('BROKER CAN')
  })
})

describe('scenarioPage', () => {
  const short = (name: string, broker: 'mosquitto' | 'vernemq' = 'mosquitto') => ({
    ...showScenario(name, broker),
    title: 'A title',
    summary: 'What it is for.',
    requires: { haproxy: '>=2.4', mosquitto: '>=2.1' },
    transports: ['tcp', 'ws'],
    files: [
      { name: 'haproxy.cfg', text: 'global\n  log\n\n' },
      { name: 'mosquitto.conf', text: 'listener 1884' },
    ],
    checks: Array.from({ length: 10 }, (_, at) => ({ id: `x/${at}`, title: `check ${at}`, level: 'must' })).slice(8),
    traps: showScenario(name, broker).traps.slice(0, 1),
  })

  it('has picture, facts, files, checks and common mistakes', () => {
    expect(scenarioPage(short('proxy-mtls-cn')).join('\n')).toBe(`proxy-mtls-cn (7): A title
What it is for.

client --[ TLS + client certificate ]--> HAProxy 127.0.0.1:8883 --[ PROXY v2 + TLS + CN ]--> broker 127.0.0.1:1884

Broker learns  client address, TLS, certificate verified, username = CN
Needs          haproxy >=2.4, mosquitto >=2.1
Transports     tcp, ws

--- haproxy.cfg
global
  log

--- mosquitto.conf
listener 1884

Checks (mqtt-proxy check proxy-mtls-cn)
   1  x/8  check 8
   2  x/9  check 9

Common mistakes
  wrong: no allow_anonymous and no password_file
  right: allow_anonymous true, or a password_file`)
  })

  const pictureOf = (lines: readonly string[]) => lines.slice(3, lines.indexOf('', 3))

  it('draws both HAProxies of a chain, and both brokers of a sticky pair', () => {
    expect(pictureOf(scenarioPage(short('chain')))).toEqual([
      'client --[ MQTT ]--> HAProxy 127.0.0.1:1883 (edge)',
      '    --[ PROXY v2 ]--> HAProxy 127.0.0.1:1886 (inner, accept-proxy)',
      '    --[ PROXY v2 ]--> broker 127.0.0.1:1884',
    ])
    expect(pictureOf(scenarioPage(short('sticky', 'vernemq')))).toEqual([
      'client --[ MQTT ]--> HAProxy 127.0.0.1:1883',
      '    --[ PROXY v2 ]--> broker 1 127.0.0.1:1884',
      '    --[ PROXY v2 ]--> broker 2 127.0.0.1:1885',
    ])
  })

  it.each([
    ['proxy-v1', 'client --[ MQTT ]--> HAProxy 127.0.0.1:1883 --[ PROXY v1 ]--> broker 127.0.0.1:1884'],
    ['proxy-tls', 'client --[ TLS ]--> HAProxy 127.0.0.1:8883 --[ PROXY v2 + TLS ]--> broker 127.0.0.1:1884'],
  ])('draws %s', (name, line) => {
    expect(pictureOf(scenarioPage(short(name)))).toEqual([line])
  })

  it('names the transport that a client without TLS takes, and a unix socket of the broker', () => {
    const detail = short('tcp')
    const { options } = detail.derived
    const picture = (more: Partial<typeof options>) =>
      scenarioPage({ ...detail, derived: { ...detail.derived, options: { ...options, ...more } } })[3]
    expect(picture({})).toMatch(/^client --\[ MQTT \]--> HAProxy .* --\[ no header \]--> broker 127/)
    expect(picture({ transport: 'ws' })).toContain('--[ ws ]-->')
    expect(picture({ socket: '/run/mosquitto.sock' })).toMatch(/--> broker \/run\/mosquitto\.sock$/)
  })

  it('has no number where the document has none', () => {
    expect(scenarioPage(short('chain'))[0]).toBe('chain: A title')
  })
})
