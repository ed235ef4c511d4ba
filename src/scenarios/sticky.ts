import { comment, type HaproxyDocument, type HaproxyLine, line, section } from '../config/haproxy/document.js'
import { formatSocketAddress } from '../kernel/socket-address.js'
import { bindAddress, openness } from './haproxy-common.js'
import type { Settled } from './options.js'

/** Two front doors to the same two brokers: one sticks by MQTT client id, one by source address. */
export function stickySections(settled: Settled): HaproxyDocument['sections'] {
  const clientId = 'req.payload(0,0),mqtt_field_value(connect,client_identifier)'
  return [
    section('frontend', 'mqtt_by_client_id', [
      ...openness(settled.listen),
      line('bind', bindAddress(settled.listen)),
      comment(
        'Wait for the whole CONNECT, then accept what is MQTT. Clients that say nothing are cut off after 5 seconds.',
      ),
      line('tcp-request', 'inspect-delay', '5s'),
      line('tcp-request', 'content', 'reject', 'unless', '{', 'req.payload(0,0),mqtt_is_valid', '}'),
      line('default_backend', 'brokers_by_client_id'),
    ]),
    section('backend', 'brokers_by_client_id', [
      line('balance', 'roundrobin'),
      comment('Client ids longer than this are cut to it; the entry lives an hour after the last connection.'),
      line('stick-table', 'type', 'string', 'len', '128', 'size', '100k', 'expire', '1h'),
      line('stick', 'on', clientId),
      ...servers(settled),
    ]),
    section('frontend', 'mqtt_by_source', [
      line('bind', bindAddress(settled.listenBySource)),
      line('default_backend', 'brokers_by_source'),
    ]),
    section('backend', 'brokers_by_source', [
      line('balance', 'roundrobin'),
      comment('Everybody behind one NAT address lands on one broker.'),
      line('stick-table', 'type', 'ipv6', 'size', '100k', 'expire', '1h'),
      line('stick', 'on', 'src'),
      ...servers(settled),
    ]),
  ]
}

function servers(settled: Settled): HaproxyLine[] {
  return [
    comment('A client whose broker is down goes to the other one, at the first failed attempt.'),
    line('option', 'redispatch', '1'),
    ...[settled.server, settled.server2].map((server, index) =>
      line(
        'server',
        `broker${index + 1}`,
        formatSocketAddress(server),
        'check',
        'on-marked-down',
        'shutdown-sessions',
        'send-proxy-v2',
      ),
    ),
  ]
}
