import type { Listener } from '../brokers/listener.js'
import { parseHaproxy } from '../config/haproxy/parse.js'
import { viewHaproxy } from '../config/haproxy/view.js'
import { generated } from '../config/span.js'
import type { ObservableMismatch } from '../kernel/mismatch-words.js'
import { readPaths } from '../path/index.js'

/** The bind in front of a server line. */
interface SeenFrontend {
  readonly tls: boolean
  /** A certificate of the client was asked for. */
  readonly certificate: boolean
}

/** Which header a listener misses does not depend on it. */
const plainBind: SeenFrontend = { tls: false, certificate: false }

/** What a listener was seen to want. */
export interface SeenDemand {
  readonly versions: readonly (1 | 2)[]
  readonly tlsFacts: boolean
  readonly cn: boolean
}

/** What a server line may send. */
const senders = ['', 'send-proxy', 'send-proxy-v2', 'send-proxy-v2-ssl', 'send-proxy-v2-ssl-cn']

/** Kinds that a server line alone can be guilty of, the most special first: what explains more of what was seen. */
const order = ['cn-not-sent', 'tls-facts-not-sent', 'header-version', 'header-not-sent', 'header-not-read'] as const

type HeaderMismatch = (typeof order)[number] & ObservableMismatch

/**
 * The mismatches that the model finds between such a listener and each server line that HAProxy may have: a line with which
 * it finds none is not the one, since nobody gets through.
 */
export function hypotheses(demand: SeenDemand): readonly ObservableMismatch[] {
  const listener = listenerOf(demand)
  const found = new Set(senders.flatMap((words) => [...mismatchesWith(words, plainBind, listener)]))
  return order.filter((one) => found.has(one))
}

/** What a client may have put in front of its own bytes; `ssl` and `cn` are facts in a header of version 2. */
interface SentHeader {
  readonly header: 'none' | 'v1' | 'v2'
  readonly ssl: boolean
  readonly cn: boolean
}

/** Listeners that a client may have met without knowing which. */
const demands: readonly SeenDemand[] = [
  { versions: [], tlsFacts: false, cn: false },
  { versions: [1], tlsFacts: false, cn: false },
  { versions: [2], tlsFacts: false, cn: false },
  { versions: [2], tlsFacts: true, cn: false },
  { versions: [2], tlsFacts: true, cn: true },
]

/** The same kinds, the usual ones first. */
const usual = [
  'header-not-sent',
  'header-version',
  'header-not-read',
  'tls-facts-not-sent',
  'cn-not-sent',
] as const satisfies readonly HeaderMismatch[]

/** Refusals that the model finds for such a header before all kinds of listeners, the usual ones first. */
export function refusals({ header, ssl, cn }: SentHeader): readonly HeaderMismatch[] {
  const words =
    header === 'v2' ? `send-proxy-v2${ssl || cn ? '-ssl' : ''}${cn ? '-cn' : ''}` : senders[header === 'v1' ? 1 : 0]
  const from = { tls: ssl || cn, certificate: cn }
  const found = new Set(demands.flatMap((demand) => [...mismatchesWith(words ?? '', from, listenerOf(demand))]))
  return usual.filter((one) => found.has(one))
}

function mismatchesWith(words: string, { tls, certificate }: SeenFrontend, listener: Listener): ReadonlySet<string> {
  const ssl = tls ? ` ssl crt server.pem${certificate ? ' ca-file ca.pem verify required' : ''}` : ''
  const text = `defaults\n mode tcp\nlisten mqtt\n bind :1883${ssl}\n server broker 127.0.0.1:1 ${words}\n`
  const { mismatches } = readPaths({
    haproxies: [viewHaproxy([parseHaproxy(text, 'haproxy.cfg').document])],
    brokers: [
      { broker: listener.broker, file: listener.file, documents: [], listeners: [listener], unread: [], problems: [] },
    ],
  })
  return new Set(mismatches.map((one) => one.kind))
}

/** A listener of which only this much is known; of its kind nothing is assumed. */
function listenerOf({ versions, tlsFacts, cn }: SeenDemand): Listener {
  const demanded = (asked: boolean) => (asked ? generated : undefined)
  return {
    broker: '',
    brokerName: 'broker',
    file: generated.file,
    endpoint: { kind: 'tcp', host: '127.0.0.1', port: 1 },
    span: generated,
    written: true,
    transport: 'tcp',
    header: {
      accepts: versions,
      invalid: false,
      span: generated,
      local: 'serves',
      unknown: 'serves',
      largest: undefined,
      withTls: false,
    },
    requireTls: demanded(tlsFacts),
    requireCertificate: demanded(cn),
    cnAsUsername: demanded(cn),
    cn: cn ? 'asked' : 'never',
    withoutCn: 'refused',
    certificateLogin: undefined,
    ownCertificate: 'none',
    login: {
      anonymous: { value: true, span: undefined },
      users: undefined,
      elsewhere: undefined,
      guest: undefined,
    },
    limits: { connections: undefined, keepalive: undefined, packet: undefined },
    faults: [],
    edits: {
      enableHeader: () => undefined,
      disableHeader: () => undefined,
      setPort: () => undefined,
      setLoopback: () => undefined,
    },
  }
}
