import { describe, expect, test } from 'vitest'
import { type Approach, planStep, type Stage, type Step, wantedRows } from '../../src/check/plan.js'
import { decode, encode } from '../../src/proxy-header/index.js'
import type { HeaderSpec } from '../../src/proxy-header/types.js'
import { findScenario } from '../../src/scenarios/find.js'
import { scenarios } from '../../src/scenarios/table.js'
import type { Attempt, OutcomeRow, ScenarioId } from '../../src/scenarios/types.js'
import { recordedIn } from '../recorded-text.js'

const recorded = recordedIn(new URL('recorded/plan.txt', import.meta.url))

const at = (port: number) => ({ host: '127.0.0.1', port })

function stageOf(id: ScenarioId, more: Partial<Stage> = {}): Stage {
  const scenario = findScenario(id)
  return {
    scenario,
    transport: 'tcp',
    ip: 4,
    main: at(1),
    bySource: undefined,
    inner: undefined,
    brokers: [at(9)],
    clientAddress: undefined,
    deniedAddress: undefined,
    speaks: ['3.1.1', '5.0'],
    bringsHeader: false,
    certified: scenario.client === 'mtls',
    apart: false,
    clients: 'two',
    login: undefined,
    mqtt: undefined,
    ...more,
  }
}

const rowOf = (attempt: Attempt, id = 'x'): OutcomeRow => ({
  id,
  title: '',
  level: 'must',
  requirement: { text: '', ref: '' },
  attempt,
  expect: { outcome: 'accepted' },
})

const endText = (end: HeaderSpec['source']) =>
  end !== undefined && 'address' in end ? `${end.address} ${end.port}` : 'nobody'

function headerText(header: HeaderSpec | undefined): string {
  if (header === undefined) return ''
  // The encoder takes every header that is asked for.
  expect(decode(encode(header)).status).toBe('header')
  const { version, source, destination, ssl } = header
  const facts = ssl === undefined ? '' : ` with ${JSON.stringify(ssl)}`
  return ` header v${version} ${endText(source)} to ${endText(destination)}${facts}`
}

function approachText({ to, scheme, tls, header, localAddress, serverName, pauseMs, brought }: Approach): string {
  return [
    `${scheme} to ${'port' in to ? to.port : to.path}`,
    tls === undefined ? '' : ` trusts ${tls.trust} shows ${tls.certificate}`,
    headerText(header),
    brought === undefined ? '' : ' brings a header',
    localAddress === undefined ? '' : ` from ${localAddress}`,
    serverName === undefined ? '' : ` asks for ${serverName}`,
    pauseMs === undefined ? '' : ` after ${pauseMs} ms`,
  ].join('')
}

function stepText(row: OutcomeRow, stage: Stage): string {
  const step = planStep(row, stage)
  const { kind, approach, bySource, ...rest } = {
    approach: undefined,
    bySource: undefined,
    ...(step as Step & { readonly bySource?: Approach; readonly approach?: Approach }),
  }
  const both = [approach, bySource].flatMap((one) => (one === undefined ? [] : [approachText(one)])).join(' | ')
  return `${row.id}: ${kind} ${both} ${JSON.stringify(rest)}`
}

describe('what a client does for each row of a scenario', () => {
  test.each(scenarios.map(({ id }) => id))('%s', (id) => {
    const stage = stageOf(id, { inner: at(5), bySource: at(2), deniedAddress: '127.0.0.66' })
    recorded.expect(id, stage.scenario.outcomes.map((row) => stepText(row, stage)).join('\n'))
  })

  test.each<[string, ScenarioId, Partial<Stage>]>([
    ['over IPv6', 'proxy-mtls-cn', { ip: 6, clientAddress: '::2' }],
    ['over WebSocket in TLS that HAProxy ends', 'proxy-tls', { transport: 'ws' }],
    ['over TLS that the broker ends', 'proxy', { transport: 'tls', certified: true }],
    ['over WebSocket that the broker ends in TLS', 'tcp', { transport: 'wss' }],
    ['over plain WebSocket', 'tcp', { transport: 'ws' }],
    ['with a login', 'proxy-mtls-cn', { login: { username: 'u', password: 'p' } }],
    ['with MQTT 5.0 alone', 'proxy', { mqtt: '5.0' }],
    ['of a broker of MQTT 3.1.1', 'sticky', { speaks: ['3.1.1'] }],
    ['where one client is all that fits', 'proxy', { clients: 'one' }],
    ['without a second HAProxy, a broker, or an address to deny', 'ip-acl', { brokers: [] }],
    ['where addresses are denied over IPv6', 'ip-acl', { ip: 6, inner: at(5), deniedAddress: undefined }],
  ])('%s', (name, id, more) => {
    const stage = stageOf(id, more)
    recorded.expect(name, stage.scenario.outcomes.map((row) => stepText(row, stage)).join('\n'))
  })

  test('of the user’s own files: silence, a rule that picks, and health checks', () => {
    const servers = [{ backend: 'b', server: 's' }]
    const rows = [
      rowOf({ kind: 'health', servers, all: true, withinMs: 9000 }, 'health'),
      rowOf({ kind: 'idle', keepalive: 2, seconds: 1, mqtt: '5.0' }, 'idle'),
      rowOf({ kind: 'route', backend: 'b', served: false, mqtt: '3.1.1' }, 'route'),
      rowOf(
        { kind: 'route', backend: 'b', served: true, mqtt: '5.0', username: 'n', clientId: 'c', serverName: 'h' },
        'named',
      ),
    ]
    const login = { username: 'u', password: 'p' }
    const steps = [{}, { login, speaks: ['3.1.1'] }].flatMap((more) =>
      rows.map((row) => stepText(row, stageOf('tls', more))),
    )
    recorded.expect('of own files', steps.join('\n'))
  })
})

test('a run of a row that is repeated has a client of its own', () => {
  expect(planStep(rowOf({ kind: 'connect', to: 'frontend', mqtt: '3.1.1' }), stageOf('tcp'), '-2')).toMatchObject({
    clientId: 'check-x-2',
  })
})

describe('clients that are told apart', () => {
  const connect = rowOf({ kind: 'connect', to: 'frontend', mqtt: '3.1.1' })
  const approachOf = (step: Step) => (step.kind === 'connect' ? step.approach : undefined)
  const plan = (more: Partial<Stage>) => approachOf(planStep(connect, stageOf('tcp', more)))

  test('come from one address after the other, where the host has a second one', () => {
    const from = () => plan({ apart: true, clientAddress: '127.0.0.2' })?.localAddress ?? ''
    const all = Array.from({ length: 300 }, from)
    expect(new Set(all).size).toBe(300)
    for (const one of all)
      expect(one).toMatch(/^127\.1\.(?:\d|[1-9]\d|1\d\d|2[0-4]\d)\.(?:[1-9]|[1-9]\d|1\d\d|2[0-4]\d|250)$/)
    expect(plan({ apart: true })?.localAddress).toBeUndefined()
    expect(plan({ clientAddress: '127.0.0.2' })?.localAddress).toBe('127.0.0.2')
  })

  test('claim a source of their own in the header that they bring', () => {
    const claimed = (more: Partial<Stage>) => plan({ bringsHeader: true, ...more })?.brought
    const all = [claimed({}), claimed({})]
    for (const one of all) {
      expect(one).toMatchObject({ version: 2, source: { address: '198.51.100.61' }, destination: { port: 1883 } })
    }
    const [first = 0, second = 0] = all.map((one) => Number(endText(one?.source).split(' ')[1]))
    expect(first).toBeGreaterThanOrEqual(20_000)
    expect(second).toBe(first + 1)
    expect(claimed({ ip: 6 })).toMatchObject({
      source: { address: '2001:db8::c:61' },
      destination: { address: '2001:db8::1' },
    })
    const apart = [claimed({ apart: true }), claimed({ apart: true })].map((one) => JSON.stringify(one?.source))
    expect(apart[0]).toMatch(/"198\.51\.100\.\d+"/)
    expect(new Set(apart.map((one) => /100\.\d+/.exec(one)?.[0])).size).toBe(2)
    expect(plan({})?.brought).toBeUndefined()
  })
})

test('one version that was asked for leaves the rows of the others out', () => {
  const rows = ['connect-3.1.1', 'connect-5.0', 'no-certificate'].map((id) => rowOf({ kind: 'configs' }, id))
  const ids = (mqtt: Stage['mqtt']) => wantedRows(rows, mqtt).map((row) => row.id)
  expect(ids(undefined)).toEqual(['connect-3.1.1', 'connect-5.0', 'no-certificate'])
  expect(ids('5.0')).toEqual(['connect-5.0', 'no-certificate'])
  expect(ids('3.1.1')).toEqual(['connect-3.1.1', 'no-certificate'])
})
