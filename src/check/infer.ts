import { outcomesOf } from '../scenarios/outcomes.js'
import { scenarios } from '../scenarios/table.js'
import type { ClientLeg, ClientTransport, Enforcement, HeaderKind, Scenario, Topology } from '../scenarios/types.js'
import type { Pair } from './pair.js'
import { innerRouteOf, type Route } from './routes.js'

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
 * The scenario of one way in. Where the two files disagree the stronger wish counts: what the broker insists on has to
 * come from HAProxy, what HAProxy sends has to be read, so that the missing half fails its checks.
 */
export function inferScenario(pair: Pair, route: Route): Inferred {
  const assumed: string[] = []
  const enforces = enforcementOf(route)
  const header = headerOf(route, enforces, assumed)
  const client = clientOf(route, header, enforces, assumed)
  const transport = transportOf(route, client)
  const topology = topologyOf(pair)
  // An SSL TLV behind a bind without TLS says "no TLS": the broker learns no more than with v2.
  const told = client === 'as-is' && header.startsWith('v2-') ? 'v2' : header
  const meaning = { client, header: told, enforces, topology }
  const known =
    scenarios.find((one) => one.number !== undefined && same(one, meaning)) ??
    scenarios.find((one) => same(one, meaning))
  return { scenario: expectedOf(known ?? ownScenario(meaning), route), transport, assumed }
}

/** A listener that tells both versions apart by itself refuses neither of them. */
function expectedOf(scenario: Scenario, { listener }: Route): Scenario {
  if (listener?.proxy.value !== 'either') return scenario
  return { ...scenario, outcomes: scenario.outcomes.filter((row) => row.id !== 'wrong-version') }
}

type Meant = Pick<Scenario, 'client' | 'header' | 'enforces' | 'topology'>

function same(a: Meant, b: Meant): boolean {
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

function enforcementOf({ listener, servers, sent }: Route): Enforcement {
  // A broker that ends TLS itself asks for certificates on its own.
  const own = listener?.transport === 'tls' || listener?.transport === 'wss'
  const strict = listener?.proxy.value !== 'either' && !own
  const sendsCn = sent === 'v2-ssl-cn' || servers.some((one) => one.header.kind === 'v2-ssl-cn')
  return {
    requireTls: strict && listener?.requireTls.value === true,
    requireCertificate: strict && listener?.requireCertificate.value === true,
    cnAsUsername: strict && listener?.cnAsUsername.value === true && (listener.requireCertificate.value || sendsCn),
  }
}

function headerOf(route: Route, enforces: Enforcement, assumed: string[]): HeaderKind {
  const sent = route.sent ?? route.servers[0]?.header.kind ?? 'none'
  const reads = route.listener?.proxy.value ?? 'off'
  const insists = enforces.requireTls || enforces.requireCertificate || enforces.cnAsUsername
  if (reads === 'v1') return 'v1'
  if (reads === 'off' && !insists) {
    if (sent !== 'none') assumed.push(`HAProxy sends a ${sent} header, so the broker is meant to read one`)
    return sent
  }
  if (reads !== 'off' && sent === 'none')
    assumed.push('the broker reads PROXY headers, so HAProxy is meant to send one')
  if (enforces.cnAsUsername) return 'v2-ssl-cn'
  if (insists) return sent === 'v2-ssl-cn' ? sent : 'v2-ssl'
  if (reads === 'either') return sent === 'none' ? 'v2' : sent
  return sent === 'none' || sent === 'v1' ? 'v2' : sent
}

function clientOf(route: Route, header: HeaderKind, enforces: Enforcement, assumed: string[]): ClientLeg {
  const { bind } = route
  const needsCertificate = header !== 'none' && (enforces.requireCertificate || enforces.cnAsUsername)
  const asks = bind.ssl !== undefined && bind.caFile !== undefined
  if (bind.verify?.value === 'required' || needsCertificate) {
    if (bind.verify?.value !== 'required')
      assumed.push('the broker insists on a client certificate, so HAProxy is meant to')
    return 'mtls'
  }
  if (asks && bind.verify === undefined) {
    assumed.push('the bind names a CA for client certificates, so it is meant to require them')
    return 'mtls'
  }
  if (bind.verify?.value === 'optional')
    assumed.push('client certificates are optional; clients without one are meant to come in')
  if (bind.ssl === undefined && enforces.requireTls)
    assumed.push('the broker insists on TLS, so the bind is meant to end it')
  return bind.ssl !== undefined || enforces.requireTls ? 'tls' : 'as-is'
}

function transportOf({ listener }: Route, client: ClientLeg): ClientTransport {
  const transport = listener?.transport ?? 'tcp'
  if (client === 'as-is') return transport
  return transport === 'ws' || transport === 'wss' ? 'ws' : 'tcp'
}

function topologyOf(pair: Pair): Topology {
  const inner = innerRouteOf(pair)
  if (inner === undefined) return 'single'
  const rejects = inner.proxy.tcpRequests.some((line) => line.words.some((word) => word.text === 'reject'))
  return rejects ? 'acl' : 'chain'
}
