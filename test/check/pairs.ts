import { readBroker, brokerOf as rowOf } from '../../src/brokers/index.js'
import { recognise } from '../../src/brokers/recognise.js'
import { modelOf } from '../../src/check/model.js'
import type { BrokerSource, Pair } from '../../src/check/pair.js'
import { type Way, waysOf } from '../../src/check/ways.js'
import { parseHaproxy } from '../../src/config/haproxy/parse.js'
import { viewHaproxy } from '../../src/config/haproxy/view.js'

/** A pair from texts, as the user's files are read. */
export function pairOf(haproxy: string, broker: string): Pair {
  const { document } = parseHaproxy(haproxy, 'haproxy.cfg')
  return {
    haproxy: [{ role: 'only', documents: [document], view: viewHaproxy([document]) }],
    brokers: [brokerOf(broker)],
  }
}

function brokerOf(text: string): BrokerSource {
  const found = recognise(text, 'broker.conf')
  const kind = found === 'vernemq' || found === 'rabbitmq' ? found : 'mosquitto'
  const file = `${kind}.conf`
  const copy = rowOf(kind).copy?.(text, file)
  if (copy === undefined || 'cannot' in copy) throw new Error(`no copy of a file of ${kind}`)
  return { copy, others: [], meaning: readBroker(kind, text, file) }
}

/** The first way in. */
export function wayOf(pair: Pair): Way {
  const [way] = waysOf(modelOf(pair))
  if (way === undefined) throw new Error('no way in')
  return way
}

export const defaults = `defaults
    mode tcp
    timeout connect 5s
    timeout client 2h
    timeout server 2h
`

export function haproxyText(options: { bind?: string; server?: string; backend?: string; more?: string } = {}): string {
  return `global
    user haproxy
    chroot /var/lib/haproxy
    stats socket /run/haproxy/admin.sock
    log /dev/log local0
    maxconn 100000
defaults
    mode tcp
    timeout connect 5s
    timeout client 100s
    timeout server 100s
${options.more ?? ''}frontend mqtt
    bind ${options.bind ?? '*:8883 ssl crt /etc/haproxy/certs/ verify required ca-file /etc/ssl/ca.crt'}
    ${options.backend ?? 'default_backend brokers'}
backend brokers
    server one ${options.server ?? '127.0.0.1:1884 check port 1884 send-proxy-v2-ssl-cn'}
`
}

export const strictListener = `listener 1884 127.0.0.1
enable_proxy_protocol 2
proxy_protocol_v2_require_tls true
require_certificate true
use_identity_as_username true
allow_anonymous true
`
