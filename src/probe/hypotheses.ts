import type { Listener } from '../brokers/listener.js'
import { parseHaproxy } from '../config/haproxy/parse.js'
import { viewHaproxy } from '../config/haproxy/view.js'
import { generated } from '../config/span.js'
import type { ObservableMismatch } from '../kernel/mismatch-words.js'
import { readPaths } from '../path/index.js'

/** What a listener was seen to want. */
export interface SeenDemand {
  readonly versions: readonly (1 | 2)[]
  readonly tlsFacts: boolean
  readonly cn: boolean
}

export interface SeenFrontend {
  readonly tls: boolean
  /** A certificate of the client was asked for. */
  readonly certificate: boolean
}

/** What a server line may send. */
const senders = ['', 'send-proxy', 'send-proxy-v2', 'send-proxy-v2-ssl', 'send-proxy-v2-ssl-cn']

/** Kinds that a server line alone can be guilty of, the most special first: what explains more of what was seen. */
const order: readonly ObservableMismatch[] = [
  'cn-not-sent',
  'tls-facts-not-sent',
  'header-version',
  'header-not-sent',
  'header-not-read',
]

/**
 * The mismatches that the model finds between such a listener and each server line that HAProxy may have: a line with which
 * it finds none is not the one, since nobody gets through.
 */
export function hypotheses(frontend: SeenFrontend, demand: SeenDemand): readonly ObservableMismatch[] {
  const listener = listenerOf(demand)
  const found = new Set(senders.flatMap((words) => [...mismatchesWith(words, frontend, listener)]))
  return order.filter((one) => found.has(one))
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
