import { clash, type Endpoint, formatEndpoint, isLoopback } from '../../kernel/address.js'
import { setPort } from '../address-edits.js'
import type { Model } from '../model.js'
import type { Receiver } from '../receivers.js'
import type { Rule } from '../rule.js'
import { listenerName } from '../say.js'

export const portClash: Rule = {
  code: 'MP411',
  name: 'port-clash',
  summary: 'HAProxy and the broker take the same port of one machine.',
  severity: 'error',
  harm: 'Whichever starts second does not start: address already in use.',
  evidence: 'HAProxy 2.6 (exit 1) and Mosquitto 2.1.2 (exit 1) on one port.',
  fix: 'Give the broker a port of its own on 127.0.0.1.',
  *check(model) {
    for (const receiver of model.receivers) {
      if (!sameMachine(receiver, model)) continue
      for (const { proxies } of model.haproxies) {
        for (const proxy of proxies) {
          for (const bind of proxy.binds) {
            if (!bind.endpoints.some((one) => clash(one, receiver.endpoint))) continue
            const port = freePort(receiver, model)
            const edit = setPort(receiver, port)
            yield {
              at: bind.address.span,
              message: `${proxy.kind} "${proxy.name}" and ${listenerName(receiver)} both take ${formatEndpoint(receiver.endpoint)}`,
              related: [{ span: receiver.span, message: 'the listener' }],
              fix: {
                text: `port ${port ?? 'of its own'} for the broker`,
                ...(edit !== undefined && { edits: [edit] }),
              },
            }
          }
        }
      }
    }
  },
}

/** HAProxy connects to this broker over loopback; while nothing reaches it, its MQTT servers tell. */
function sameMachine(receiver: Receiver, model: Model): boolean {
  const own = model.links.filter((one) => one.receiver === receiver).map((one) => one.server.endpoint)
  if (own.length > 0) return own.every(isLocal)
  const others = model.routes.filter((one) => model.mqtt.has(one.proxy)).map((one) => one.server.endpoint)
  return others.length > 0 && others.every(isLocal)
}

/** The port HAProxy already uses for a broker that is not there; nothing when the servers reach this one. */
function freePort(receiver: Receiver, model: Model): number | undefined {
  if (model.links.some((one) => one.receiver === receiver)) return undefined
  const free = model.routes.find(
    (one) => model.mqtt.has(one.proxy) && !model.links.some((link) => link.server === one.server),
  )?.server.endpoint
  return free?.kind === 'tcp' ? free.port : undefined
}

function isLocal(endpoint: Endpoint): boolean {
  return endpoint.kind === 'unix' || (endpoint.kind === 'tcp' && isLoopback(endpoint.host))
}
