import type { PathModel } from '../path/index.js'
import type { Condition, Test } from '../path/inspection/condition.js'
import { readCondition } from '../path/inspection/condition.js'
import type { RouteRule } from '../path/model.js'
import type { MqttVersion, OutcomeRow } from '../scenarios/types.js'
import { type ClientFacts, comparisonOf, conditionHolds, holds, partsOf } from './client-facts.js'
import { ruleOrder, usualClient, type Way } from './ways.js'

/**
 * Backends that a rule picks by what a client says of itself: a client that the rule names has to land there. Rules that
 * none of our clients can match are left out.
 */
export function routeRows(model: PathModel, way: Way): readonly OutcomeRow[] {
  const usual = usualClient(way.path, way.endpoint)
  const { proxy } = way.entry
  const rules = rulesOf(way)
  return rules.flatMap(({ rule, backend }, at) => {
    if (rule.condition === undefined) return []
    const condition = readCondition(rule.condition.split(' '), proxy)
    if (condition === undefined || holds(condition, usual) !== 'no') return []
    const named = candidates(condition, usual).find(
      (client) =>
        holds(condition, client) === 'yes' &&
        rules
          .slice(0, at)
          .every(({ rule: { condition: text } }) => text !== undefined && conditionHolds(text, proxy, client) === 'no'),
    )
    return named === undefined ? [] : [rowOf(model, named, usual, backend, at)]
  })
}

/** The rules of the entry in the order of the file, each with its backend. */
function rulesOf({ paths }: Way): readonly { readonly rule: RouteRule; readonly backend: string }[] {
  const found = new Map<RouteRule, string>()
  for (const { legs } of paths) {
    const [leg] = legs
    if (leg?.rule !== undefined) found.set(leg.rule, leg.hop.backend.name)
  }
  return [...found].map(([rule, backend]) => ({ rule, backend })).sort((a, b) => ruleOrder(a.rule, b.rule))
}

/** Clients that satisfy one alternative of the condition, term by term. */
function candidates({ suites, unless }: Condition, usual: ClientFacts): readonly ClientFacts[] {
  if (unless) return []
  return suites.flatMap((suite) => {
    let clients: readonly ClientFacts[] = [usual]
    for (const { negated, anyOf } of suite) {
      if (negated) continue
      clients = clients.flatMap((client) => anyOf.flatMap((test) => [client, ...shaped(test, client)]))
    }
    return clients
  })
}

/** The client with what a test asks for. */
function shaped({ expression, against }: Test, client: ClientFacts): readonly ClientFacts[] {
  const { sample, converters } = partsOf(expression)
  const comparison = comparisonOf(against)
  if (comparison === undefined) return []
  const { how, patterns } = comparison
  const values = how === 'found' ? ['check-somebody'] : patterns.map((one) => valueFor(how, one))
  const field = /^mqtt_field_value\(connect,(\w+)\)$/.exec(converters[0] ?? '')?.[1]
  if (/^req[._]ssl_sni$|^ssl_fc_sni$/.test(sample)) {
    return values.filter(isName).map((serverName) => ({ ...client, serverName }))
  }
  if (field === 'username') return values.map((username) => ({ ...client, username }))
  if (field === 'client_identifier') return values.map((clientId) => ({ ...client, clientId }))
  if (field !== 'protocol_version') return []
  return values.flatMap((value) => {
    const mqtt: MqttVersion | undefined = value === '5' ? '5.0' : value === '4' ? '3.1.1' : undefined
    return mqtt === undefined ? [] : [{ ...client, mqtt }]
  })
}

function valueFor(how: string, pattern: string): string {
  if (how === 'beg') return `${pattern}1`
  return how === 'end' ? `1${pattern}` : pattern
}

function isName(text: string): boolean {
  return /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/.test(text) && !/^[\d.]+$/.test(text)
}

function rowOf({ paths }: PathModel, client: ClientFacts, usual: ClientFacts, backend: string, at: number): OutcomeRow {
  const who = [
    client.username !== usual.username && `with username ${client.username}`,
    client.clientId !== usual.clientId && `with client id ${client.clientId}`,
    client.serverName !== usual.serverName && `that asks for ${client.serverName} (SNI)`,
    client.mqtt !== usual.mqtt && `of MQTT ${client.mqtt}`,
  ].filter((text) => text !== false)
  const led = paths.some(({ end, legs }) => end.kind === 'listener' && legs[0]?.hop.backend.name === backend)
  return {
    id: `route-${at + 1}-${backend}`,
    title: `a client ${who.join(' and ')} is sent to backend ${backend}`,
    level: 'must',
    requirement: {
      text: 'A rule that looks at what a client says of itself sees it before it decides.',
      ref: 'HAProxy configuration manual 4.2, use_backend; 7.3.5, req.payload',
    },
    attempt: {
      kind: 'route',
      backend,
      served: led,
      mqtt: client.mqtt,
      ...(client.username !== undefined && { username: client.username }),
      ...(client.clientId !== usual.clientId && { clientId: client.clientId }),
      ...(client.serverName !== undefined && { serverName: client.serverName }),
    },
    expect: { outcome: 'accepted' },
  }
}
