import type { Listener } from '../../brokers/listener.js'
import { replaceAt } from '../../config/edit.js'
import { type ConfigEndpoint, clash, formatEndpoint, isExposed, isLocal } from '../../kernel/address.js'
import type { Ground } from '../ground.js'
import type { FoundMismatch, Judge } from '../mismatch.js'
import type { Hop } from '../model.js'
import { placesOf } from '../reach.js'
import { listenerName, place } from '../say.js'

/** A server on this host where no given file listens, while a given broker has a listener that nobody reaches. */
export const nowhere: Judge = {
  evidence: 'HAProxy 2.6: L4CON, connection refused; haproxy -c and the broker both accept their files.',
  *find(ground) {
    const { topology, brokers, mqtt } = ground
    const lonely = topology.listeners.filter((one) => !ground.hopsTo.has(one))
    const [first] = lonely
    if (first === undefined || brokers.some((one) => one.unread.length > 0)) return
    const candidates = lonely.filter((one) => one.broker === first.broker)
    const found = candidates.map((one) => formatEndpoint(one.endpoint)).join(', ')
    const files = [...new Set(candidates.map((one) => one.file.split('/').at(-1) ?? one.file))].join(', ')
    for (const hop of topology.hops) {
      const [target] = hop.targets
      const { server, backend } = hop
      if (target?.kind !== 'nowhere' || server.disabled || !mqtt.has(backend) || backend.mode.value === 'http') continue
      yield {
        at: server.address.span,
        suffers: 'every client',
        message: `${server.name} connects to ${formatEndpoint(server.endpoint)}, but no listener in ${files} is there (found ${found})`,
        related: candidates.map((one) => ({ span: one.span, message: listenerName(one) })),
        remedy: meet(hop, candidates, ground),
      }
    }
  },
}

function meet({ server }: Hop, candidates: readonly Listener[], ground: Ground) {
  const [listener, ...others] = candidates
  const { endpoint, address } = server
  const text = 'one address and port in both files'
  if (listener === undefined || others.length > 0 || endpoint.kind !== 'tcp' || listener.endpoint.kind !== 'tcp')
    return { text }
  const taken = [...ground.topology.entries, ...ground.topology.inner].some(({ bind }) =>
    bind.endpoints.some((one) => clash(listener.endpoint, one)),
  )
  if (taken) {
    const edit = endpoint.port === undefined ? undefined : listener.edits.setPort(endpoint.port)
    return edit === undefined ? { text } : { text: `${edit.text} in ${place(listener.span)}`, edits: edit.edits }
  }
  const host = address.text.slice(0, address.text.lastIndexOf(':') + 1)
  const right = `${host}${listener.endpoint.port}`
  return { text: right, edits: [replaceAt(address.span, right)] }
}

export const portClash: Judge = {
  evidence: 'HAProxy 3.2.26 and Mosquitto 2.1.2 on one port, in either order: whichever is second ends with exit 1.',
  *find(ground) {
    const binds = placesOf(
      [...ground.topology.entries, ...ground.topology.inner].flatMap((value) =>
        value.bind.endpoints.map((endpoint) => ({ endpoint, value })),
      ),
    )
    const here = brokersHere(ground)
    for (const listener of ground.topology.listeners) {
      const own = ground.hopsTo.get(listener)
      if (own === undefined ? !here : !own.every((one) => isLocal(one.server.endpoint))) continue
      const taken = binds.at(listener.endpoint).filter((one) => clash(one.endpoint, listener.endpoint))
      for (const { bind, proxy } of new Set(taken.map((one) => one.value))) {
        const port = freePort(listener, ground)
        const edit = port === undefined ? undefined : listener.edits.setPort(port)
        yield {
          at: bind.address.span,
          suffers: 'every client',
          message: `${proxy.kind} "${proxy.name}" and ${listenerName(listener)} both take ${formatEndpoint(listener.endpoint)}`,
          related: [{ span: listener.span, message: 'the listener' }],
          remedy: {
            text: `port ${port ?? 'of its own'} for the broker`,
            ...(edit !== undefined && { edits: edit.edits }),
          },
        }
      }
    }
  },
}

/** HAProxy connects to its brokers over loopback: so, most likely, to one that nothing reaches yet. */
function brokersHere({ topology, mqtt }: Ground): boolean {
  const others = topology.hops.filter((one) => mqtt.has(one.backend))
  return others.length > 0 && others.every((one) => isLocal(one.server.endpoint))
}

/** The port HAProxy already uses for a broker that is not there; nothing when the servers reach this one. */
function freePort(listener: Listener, { hopsTo, topology, mqtt }: Ground): number | undefined {
  if (hopsTo.has(listener)) return undefined
  const free: ConfigEndpoint | undefined = topology.hops.find(
    (one) => mqtt.has(one.backend) && one.targets.every((target) => target.kind !== 'listener'),
  )?.server.endpoint
  return free?.kind === 'tcp' ? free.port : undefined
}

export const exposedListener: Judge = {
  evidence: 'Mosquitto 2.1.2 and VerneMQ 2.2.0 accepted a forged header sent straight to the port, username and all.',
  *find({ topology, hopsTo }) {
    for (const listener of topology.listeners) {
      if (listener.header.accepts.length === 0 || !isExposed(listener.endpoint)) continue
      const own = hopsTo.get(listener) ?? []
      // Where the pair does not meet yet, HAProxy's other local servers tell where the broker is.
      const senders = own.length > 0 ? own : topology.hops.filter((one) => one.server.header.version !== undefined)
      const local = senders.length > 0 && senders.every((one) => isLocal(one.server.endpoint))
      // On one address of a network HAProxy has to be elsewhere; who else is there, the files do not tell.
      if (!local && listener.endpoint.kind === 'tcp' && listener.endpoint.host !== undefined) continue
      yield exposed(listener, local)
    }
  },
}

/** Measured on RabbitMQ 4.3.6; 3.10.8 looks at the socket. */
function asGuest({ login, brokerName }: Listener): string {
  return login.guest === 'by header' ? `; ${brokerName} 4 lets its user guest in when a header claims 127.0.0.1` : ''
}

function exposed(listener: Listener, local: boolean): FoundMismatch {
  const edit = local ? listener.edits.setLoopback() : undefined
  return {
    at: listener.span,
    suffers: 'nobody is refused: anyone can forge',
    severity: local ? 'error' : 'info',
    message: `${
      local
        ? `${listenerName(listener)} trusts PROXY headers and is open to the network, although HAProxy connects from this machine: anyone can forge an address or an identity`
        : `${listenerName(listener)} trusts PROXY headers: make sure that a firewall allows only HAProxy to reach it`
    }${asGuest(listener)}`,
    ...(listener.header.span !== undefined && {
      related: [{ span: listener.header.span, message: 'headers are trusted' }],
    }),
    remedy: edit ?? { text: 'a firewall' },
    listener,
  }
}
