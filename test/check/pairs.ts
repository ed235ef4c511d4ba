import { readBroker } from '../../src/brokers/index.js'
import { parseMosquitto } from '../../src/brokers/mosquitto/parse.js'
import { listenersOf } from '../../src/check/listeners.js'
import type { Pair } from '../../src/check/pair.js'
import { parseHaproxy } from '../../src/config/haproxy/parse.js'
import { viewHaproxy } from '../../src/config/haproxy/view.js'

/** A pair from texts, as the user's files are read. */
export function pairOf(haproxy: string, mosquitto: string): Pair {
  const { document } = parseHaproxy(haproxy, 'haproxy.cfg')
  const broker = parseMosquitto(mosquitto, 'mosquitto.conf')
  return {
    haproxy: [{ role: 'only', documents: [document], view: viewHaproxy([document]) }],
    brokers: [
      {
        document: broker.document,
        included: [],
        others: [],
        listeners: listenersOf(broker.document, []),
        meaning: readBroker('mosquitto', mosquitto, 'mosquitto.conf'),
      },
    ],
  }
}

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
