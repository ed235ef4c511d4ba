import type { Listener } from '../brokers/listener.js'
import type { ConnectionPath, Layer } from '../path/model.js'
import { validCn } from '../scenarios/names.js'
import { outcomesOf } from '../scenarios/outcomes.js'
import { scenarios } from '../scenarios/table.js'
import type {
  ClientLeg,
  ClientTransport,
  Enforcement,
  Expected,
  HeaderKind,
  OutcomeRow,
  Scenario,
  ScenarioShape,
} from '../scenarios/types.js'
import type { Pair } from './pair.js'
import type { Way } from './ways.js'

/** What the files are meant to do. */
export interface Inferred {
  readonly scenario: Scenario
  readonly transport: ClientTransport
  /** What was concluded where the files leave room, for the reader. */
  readonly assumed: readonly string[]
}

/** `# mqtt-proxy gen haproxy SCENARIO`, the first line of every generated file. */
export function namedScenario(pair: Pair): Scenario | undefined {
  for (const one of pair.haproxy.flatMap((source) => source.documents)) {
    const id = /^mqtt-proxy gen haproxy (\S+)/.exec(one.preamble[0]?.comment ?? '')?.[1]
    const found = scenarios.find((scenario) => scenario.id === id)
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * What is to be expected of one way in that ends at a listener. Clients speak what the binds on the way want. Where the
 * files disagree the stronger wish counts: what the broker insists on has to come from HAProxy, what HAProxy sends has to
 * be read, so that the missing half fails its checks.
 */
export function inferScenario(pair: Pair, way: Way, listener: Listener): Inferred {
  const assumed: string[] = []
  const header = headerIn(way.path)
  const enforces = enforcementOf(listener, header)
  const client = clientOf(way, enforces, assumed)
  const wanted = headerOf(listener, header, enforces, assumed)
  // An SSL TLV behind a bind without TLS says "no TLS": the broker learns no more than with v2.
  const told = client === 'as-is' && wanted.startsWith('v2-') && !enforces.requireTls ? 'v2' : wanted
  const meaning = { client, header: told, enforces, topology: topologyOf(pair) }
  const known =
    scenarios.find((one) => one.number !== undefined && sameMeaning(one, meaning)) ??
    scenarios.find((one) => sameMeaning(one, meaning))
  const scenario = expectedOf(known ?? ownScenario(meaning), way, listener, header)
  return { scenario, transport: transportOf(way.path, listener, client), assumed }
}

type Meant = Pick<Scenario, 'client' | 'header' | 'enforces' | 'topology'>
type Header = Extract<Layer, { readonly kind: 'header' }>

/** The header that the listener gets to read, no matter which hop wrote it. */
function headerIn({ legs }: ConnectionPath): Header | undefined {
  const first = legs.at(-1)?.carried.layers[0]
  return first?.kind === 'header' ? first : undefined
}

function kindOf(header: Header | undefined): HeaderKind {
  if (header === undefined) return 'none'
  if (header.version === 1) return 'v1'
  if (header.ssl === 'absent') return 'v2'
  return header.cn === 'no' ? 'v2-ssl' : 'v2-ssl-cn'
}

/** Whether two scenarios ask the same of HAProxy and the broker. */
export function sameMeaning(a: Meant, b: Meant): boolean {
  const flags = (one: Enforcement) => [one.requireTls, one.requireCertificate, one.cnAsUsername].join()
  return (
    a.client === b.client &&
    a.header === b.header &&
    a.topology === b.topology &&
    flags(a.enforces) === flags(b.enforces)
  )
}

/** A combination that no row of the table has: its expectations follow from the same rules. */
function ownScenario(meaning: Meant): Scenario {
  const near =
    scenarios.find((one) => one.client === meaning.client && one.header === meaning.header) ??
    scenarios.find((one) => one.client === meaning.client && one.header !== 'none') ??
    scenarios[0]
  if (near === undefined) throw new Error('the table is empty')
  const row = { ...near, ...meaning }
  const words = { 'as-is': 'as is', tls: 'TLS', mtls: 'TLS with a client certificate' }[meaning.client]
  const title = `${words}, ${meaning.header === 'none' ? 'no header' : `a ${meaning.header} header`}`
  return { ...row, title, number: undefined, outcomes: outcomesOf(row) }
}

function enforcementOf(listener: Listener, header: Header | undefined): Enforcement {
  const asked = listener.cnAsUsername !== undefined
  // Some brokers take the CN without being told to, and of some it is asked.
  const sent = header?.cn === 'yes' || header?.cn === 'unknown'
  return {
    requireTls: listener.requireTls !== undefined,
    requireCertificate: listener.requireCertificate !== undefined,
    cnAsUsername: asked && (listener.requireCertificate !== undefined || sent),
  }
}

function headerOf(
  { header: { accepts } }: Listener,
  header: Header | undefined,
  enforces: Enforcement,
  assumed: string[],
): HeaderKind {
  const sent = kindOf(header)
  const insists = enforces.requireTls || enforces.requireCertificate || enforces.cnAsUsername
  if (accepts.length === 0) {
    if (sent !== 'none') assumed.push(`HAProxy sends a ${sent} header, so the broker is meant to read one`)
    return sent
  }
  if (sent === 'none') assumed.push('the broker reads PROXY headers, so HAProxy is meant to send one')
  if (!accepts.includes(2)) return 'v1'
  if (enforces.cnAsUsername) return 'v2-ssl-cn'
  if (insists) return sent === 'v2-ssl-cn' ? sent : 'v2-ssl'
  if (accepts.includes(1)) return sent === 'none' ? 'v2' : sent
  return sent === 'none' || sent === 'v1' ? 'v2' : sent
}

function clientOf({ path }: Way, enforces: Enforcement, assumed: string[]): ClientLeg {
  const need = path.client
  if (need === undefined || need.tls === 'none' || need.tls === 'through') return 'as-is'
  if (need.certificate === 'none') return 'tls'
  if (need.certificate === 'required') return 'mtls'
  if (enforces.requireCertificate || enforces.cnAsUsername) return 'mtls'
  assumed.push('client certificates are optional; clients without one are meant to be accepted')
  return 'tls'
}

function transportOf(path: ConnectionPath, listener: Listener, client: ClientLeg): ClientTransport {
  const web = listener.transport === 'ws' || listener.transport === 'wss'
  if (client === 'as-is' && path.client?.tls === 'through') return web ? 'wss' : 'tls'
  return web ? 'ws' : 'tcp'
}

/** Only the files that `gen` writes for a chain are two processes: their inner bind is checked by itself. */
function topologyOf(pair: Pair): ScenarioShape {
  const inner = pair.haproxy[1]
  if (inner === undefined) return 'single'
  const rejects = inner.view.proxies.some((proxy) =>
    proxy.tcpRequests.some((line) => line.words.some((word) => word.text === 'reject')),
  )
  return rejects ? 'acl' : 'chain'
}

/** The rows as this listener of this broker can meet them. */
function expectedOf(scenario: Scenario, way: Way, listener: Listener, header: Header | undefined): Scenario {
  const both = listener.header.accepts.includes(1) && listener.header.accepts.includes(2)
  // Without an SSL TLV everybody is refused, which is another fault.
  const strict = listener.requireTls !== undefined && listener.requireCertificate === undefined
  const plain = way.path.client?.tls === 'none' && strict && header?.ssl === 'no'
  const outcomes = scenario.outcomes
    // A listener that reads both versions refuses neither of them.
    .filter((row) => !(both && row.id === 'wrong-version'))
    .map((row) => (plain ? refusedWithoutTls(row) : row))
    .map((row) => withSight(row, way, listener, header, scenario))
  return { ...scenario, outcomes }
}

/** A bind without TLS in front of a listener that insists on TLS: its clients are to be refused. */
function refusedWithoutTls(row: OutcomeRow): OutcomeRow {
  if (row.attempt.kind !== 'connect' || row.attempt.to !== 'frontend' || row.expect.outcome !== 'accepted') return row
  return {
    ...row,
    title: `a client without TLS is refused (MQTT ${row.attempt.mqtt})`,
    requirement: { ...row.requirement, text: 'The listener insists on TLS, and this bind takes clients without it.' },
    expect: { outcome: 'refused', by: ['close', 'connack'] },
  }
}

function withSight(
  row: OutcomeRow,
  way: Way,
  listener: Listener,
  header: Header | undefined,
  { enforces }: Pick<Scenario, 'enforces'>,
): OutcomeRow {
  const { expect, attempt } = row
  if (expect.outcome !== 'accepted' || expect.saw === undefined) return row
  if (attempt.kind !== 'connect' || attempt.to !== 'frontend') return row
  const { username: asExpected, ...saw } = expect.saw
  // Over several hops the address may be that of a hop.
  const address = header !== undefined && !header.addressless && header.address === 'client' ? 'client' : 'haproxy'
  const believed = listener.cn === 'believed' && !enforces.cnAsUsername ? header?.cn : undefined
  const own = way.path.client?.tls === 'through' ? listener.ownName : undefined
  const username =
    own !== undefined
      ? nameBy(own, row)
      : believed === undefined || believed === 'no'
        ? asExpected
        : believed === 'yes'
          ? certificateName(row)
          : undefined
  const next: Expected = {
    outcome: 'accepted',
    saw: { ...saw, address, ...(username !== undefined && { username }) },
  }
  return { ...row, expect: next }
}

/** By the listener's own TLS; what else a certificate has is not known here. */
function nameBy(own: NonNullable<Listener['ownName']>, row: OutcomeRow): string | null | undefined {
  return own === 'cn' ? certificateName(row) : undefined
}

/** The CN of the certificate that this client shows. */
function certificateName({ attempt }: OutcomeRow): string | null {
  return attempt.kind === 'connect' && attempt.certificate === 'no-cn' ? null : validCn
}
