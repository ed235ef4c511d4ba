import { clash, type Endpoint, formatEndpoint, isLoopback } from '../../kernel/address.js'
import { setPort } from '../address-edits.js'
import { replaceAt } from '../edits.js'
import type { Route } from '../links.js'
import { type Model, partlyUnread } from '../model.js'
import type { Receiver } from '../receivers.js'
import type { Rule } from '../rule.js'
import { listenerName, place } from '../say.js'

export const portMismatch: Rule = {
  code: 'MP401',
  name: 'port-mismatch',
  summary: 'HAProxy connects to an address where no broker of the run listens.',
  severity: 'error',
  harm: 'Connection refused: the server is DOWN and every client is cut off.',
  evidence: 'HAProxy 2.6: L4CON, connection refused; haproxy -c and the broker both accept their files.',
  fix: 'The same address and port in the server line and in the listener.',
  *check(model) {
    const lonely = lonelyReceivers(model)
    if (lonely.length === 0 || model.brokers.some((one) => partlyUnread(model, one.file))) return
    for (const route of model.routes) {
      const { server, proxy } = route
      if (!model.mqtt.has(proxy) || proxy.mode.value === 'http' || leadsSomewhere(route, model)) continue
      const candidates = lonely.filter((one) => one.origin.broker === lonely[0]?.origin.broker)
      const [first] = candidates
      if (first === undefined) continue
      const found = candidates.map((one) => formatEndpoint(one.endpoint)).join(', ')
      const files = new Set(candidates.map((one) => one.file))
      yield {
        at: server.address.span,
        message: `${server.name} connects to ${formatEndpoint(server.endpoint)}, but no listener in ${[...files].map(shortName).join(', ')} is there (found ${found})`,
        related: candidates.map((one) => ({ span: one.span, message: listenerName(one) })),
        fix: fixOf(route, candidates, model),
      }
    }
  },
}

/** Listeners that no server line reaches. */
function lonelyReceivers(model: Model): readonly Receiver[] {
  return model.receivers.filter((one) => !model.links.some((link) => link.receiver === one))
}

function leadsSomewhere(route: Route, model: Model): boolean {
  const { endpoint } = route.server
  if (endpoint.kind === 'other' || (endpoint.kind === 'tcp' && endpoint.port === undefined)) return true
  if (model.links.some((link) => link.server === route.server)) return true
  const binds = model.haproxies.flatMap((one) => one.proxies.flatMap((proxy) => proxy.binds))
  return binds.some(
    (bind) => !route.fronts.some((front) => front.bind === bind) && bind.endpoints.some((one) => clash(endpoint, one)),
  )
}

function fixOf(route: Route, candidates: readonly Receiver[], model: Model) {
  const [receiver, ...others] = candidates
  const { endpoint, address } = route.server
  const text = 'one address and port in both files'
  if (receiver === undefined || others.length > 0 || endpoint.kind !== 'tcp' || receiver.endpoint.kind !== 'tcp')
    return { text }
  const binds = model.haproxies.flatMap((one) =>
    one.proxies.flatMap((proxy) => proxy.binds.flatMap((bind) => bind.endpoints)),
  )
  const taken = (one: Endpoint) => isLoopback(endpoint.host) && binds.some((bind) => clash(one, bind))
  if (taken(receiver.endpoint)) {
    const edit = setPort(receiver, endpoint.port)
    if (edit !== undefined) return { text: `port ${endpoint.port} in ${place(receiver.span)}`, edits: [edit] }
    return { text }
  }
  const host = address.text.slice(0, address.text.lastIndexOf(':') + 1)
  const right = `${host}${receiver.endpoint.port}`
  return { text: right, edits: [replaceAt(address.span, right)] }
}

function shortName(file: string): string {
  return file.split('/').at(-1) ?? file
}
