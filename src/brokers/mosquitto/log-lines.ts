import { causesOfFirstByte } from '../first-byte.js'
import { type LineRow, type LineTable, next } from '../log-lines.js'
import { mosquittoConfigRows } from './log-lines-config.js'

/** What each cause of a silent refusal on a PROXY listener is; Mosquitto 2.1 says the same for all of them. */
const noHeader =
  'the listener has enable_proxy_protocol 2, and the sender sends no header (send-proxy-v2 is missing), or a client reached this port directly'

const headerRows: readonly LineRow[] = [
  {
    pattern: /First packet not CONNECT \(([0-9A-F]{2})\)/i,
    example: '1795737193: Protocol error from 192.0.2.10:59536: First packet not CONNECT (0D).',
    meaning: 'the first bytes of the connection are not an MQTT CONNECT, and Mosquitto closed it',
    causes: (found) => causesOfFirstByte(Number.parseInt(found[1] ?? '', 16), 'MQTT'),
    next: [next.lint, next.probe],
  },
  {
    pattern: /rejected, client did not provide a certificate/i,
    example: '1795737201: Connection from 192.0.2.10:32906 rejected, client did not provide a certificate.',
    meaning: 'the PROXY header reports no verified client certificate, and require_certificate requires one',
    causes: [
      'the client reached a bind of HAProxy without "verify required", or one without TLS',
      'the server line has send-proxy-v2 or send-proxy-v2-ssl without the certificate: use send-proxy-v2-ssl-cn',
      'the certificate was not verified ("verify optional", or crt-ignore-err)',
      'two HAProxy stand in a row, and the second one writes a header of its own: it does not pass on what the first one said about TLS',
    ],
    next: [next.lint],
  },
  {
    pattern: /rejected, client did not connect using TLS/i,
    example: '1795737201: Connection from 192.0.2.10:32906 rejected, client did not connect using TLS.',
    meaning: 'the PROXY header does not say that the client used TLS, and proxy_protocol_v2_require_tls wants that',
    causes: [
      'the server line has send-proxy-v2: send-proxy-v2-ssl or send-proxy-v2-ssl-cn reports TLS',
      'the client came through a bind without TLS',
      'two HAProxy stand in a row, and the second one writes a header of its own',
    ],
    next: [next.lint],
  },
  {
    pattern: /rejected, corrupt PROXY header/i,
    example: '1795737200: Connection rejected, corrupt PROXY header.',
    meaning: 'a PROXY header was wanted, and what came could not be read as one',
    causes: (found) =>
      /Connection from/.test(found.input)
        ? ['a TLV in the header of version 2 runs over its end, or the addresses are of a unix socket']
        : [
            'the listener has enable_proxy_protocol 1, and the sender sends version 2: write 2, or send-proxy on the server line',
            'the line of version 1 has a port 0 or another form than TCP4 and TCP6',
          ],
    next: [next.lint, next.probe],
  },
  {
    pattern:
      /(?:\(null\).*disconnected: bad socket read\/write|bad socket read\/write on client (?:<unknown>|\(null\))): Invalid input/i,
    example: '1795737198: Client (null) [(null):0] disconnected: bad socket read/write: Invalid input',
    meaning:
      'a listener with enable_proxy_protocol closed a connection whose first bytes are not a header that it accepts',
    causes: [
      noHeader,
      'the sender sends version 1 (send-proxy), and the listener wants version 2',
      'the client speaks TLS straight to this port',
      'the header is longer than 500 bytes behind its first 16',
    ],
    next: [next.lint, next.probe],
  },
  {
    pattern: /bad socket read\/write(?: on client \S+)?: A TLS error occurred/i,
    example: '1795737198: Bad socket read/write on client sensor-17: A TLS error occurred.',
    meaning: 'TLS between Mosquitto and its client failed: a line of OpenSSL above this one says why',
    causes: [
      'the client does not trust the certificate of the listener, or shows none where one is required',
      'the client speaks no TLS, and the listener wants it',
    ],
    next: [next.probe],
  },
  {
    pattern: /bad socket read\/write(?: on client \S+)?: Quota exceeded/i,
    example: '1795737198: Bad socket read/write on client sensor-17: Quota exceeded',
    meaning:
      'an MQTT 5 client sent more QoS 1 and 2 messages at once than it may (receive maximum, max_inflight_messages)',
  },
  {
    pattern: /bad socket read\/write on client \S+: (?!Invalid input)/i,
    example: '1795737198: Bad socket read/write on client sensor-17: Connection lost',
    meaning: 'the connection of this client broke while Mosquitto read from it or wrote to it',
    causes: [
      'the client, or HAProxy for it, ended the connection without a DISCONNECT: a timeout of HAProxy, a reload with hard-stop-after, a network that broke',
      'the bytes are not MQTT that Mosquitto accepts, or the packet is too large',
    ],
    next: [next.lint],
  },
  {
    pattern: /\(null\).*disconnected: connection closed by client/i,
    example: '1795737198: Client (null) [(null):0] disconnected: connection closed by client.',
    meaning: 'a listener with enable_proxy_protocol saw the end of a connection before a whole header',
    causes: [
      'a health check or a port scan: it connects, sends nothing, and leaves',
      'the listener has enable_proxy_protocol 1, and a client sent MQTT without a header',
      'fewer than 16 bytes came in the first segment; Mosquitto does not wait for the rest',
    ],
    next: [next.lint, next.probe],
  },
  {
    pattern: /\(null\).*disconnected: exceeded timeout/i,
    example: '1795737230: Client (null) [(null):0] disconnected: exceeded timeout.',
    meaning:
      'a listener with enable_proxy_protocol waited some 30 seconds for a header or a CONNECT, and nothing whole came',
    next: [next.probe],
  },
  {
    pattern: /\(null\).*disconnected: out of memory/i,
    example: '1795737199: Client (null) [(null):0] disconnected: out of memory.',
    meaning: 'the PROXY header has no address (PROXY with UNSPEC), and Mosquitto refuses that; memory is not short',
    next: [next.probe],
  },
]

const tlsRows: readonly LineRow[] = [
  {
    pattern: /appears to be using TLS to connect to a non-TLS listener/i,
    example: '1795737193: Client from 192.0.2.10:59562 appears to be using TLS to connect to a non-TLS listener.',
    meaning: 'the first bytes are TLS, and this listener has no TLS',
    causes: [
      'the client uses mqtts:// on the port of mqtt://',
      'HAProxy passes TLS through (no ssl on the bind), or its server line has ssl, and this listener has no certificate',
    ],
    next: [next.lint, next.probeTls],
  },
  {
    pattern:
      /(?:OpenSSL Error|Client connection from \S+ failed).*(?:wrong version number|http request|unknown protocol)/i,
    example:
      '1795737195: OpenSSL Error while trying to get the error[0]: error:0A00010B:SSL routines::wrong version number',
    meaning: 'TLS failed: the first bytes were no TLS, and this listener has a certificate and wants TLS',
    causes: [
      'a client without TLS reached the listener; or HAProxy ends TLS, and its server line has no ssl',
      'a PROXY header came in front of TLS: Mosquitto reads no header on a listener with its own TLS; end TLS at HAProxy',
    ],
    next: [next.lint, next.probeTls],
  },
  {
    pattern: /OpenSSL Error.*did not return a certificate/i,
    example: '1795737195: OpenSSL Error[0]: error:0A0000C7:SSL routines::peer did not return a certificate',
    meaning: 'TLS failed: require_certificate is on, and the client showed no certificate',
    causes: [
      'the client was started without its certificate and key',
      'HAProxy connects with ssl, and its server line has no crt: the certificate of the client cannot pass through HAProxy',
    ],
    next: [next.clientCertificate, next.lint],
  },
  {
    pattern: /OpenSSL Error.*(?:certificate verify failed|no certificate returned)/i,
    example: '1795737195: OpenSSL Error[0]: error:0A000086:SSL routines::certificate verify failed',
    meaning: 'TLS failed: Mosquitto refused the certificate of the client',
    causes: [
      'it is signed by a CA that cafile does not hold',
      'it has expired, is not valid yet, or was revoked (crlfile); a crlfile that has expired refuses everybody',
    ],
    next: [next.verifyClient, next.clientCertificate],
  },
  {
    pattern: /OpenSSL Error.*(?:alert|unexpected eof)/i,
    example: '1795737195: OpenSSL Error[0]: error:0A000126:SSL routines::unexpected eof while reading',
    meaning: 'TLS failed: the client broke off',
    causes: [
      'the client does not trust the certificate of the broker, or finds another name in it',
      'a health check or a port scan connected and left',
    ],
    next: ['openssl s_client -connect 127.0.0.1:8883 -brief </dev/null'],
  },
  {
    pattern: /OpenSSL Error.*(?:unsupported protocol|version too low|no shared cipher)/i,
    example: '1795737195: OpenSSL Error[0]: error:0A000102:SSL routines::unsupported protocol',
    meaning: 'TLS failed: client and broker have no TLS version or no cipher in common (tls_version, ciphers)',
    next: [next.probeTls],
  },
]

const sessionRows: readonly LineRow[] = [
  {
    pattern: /Client (\S+) .*disconnected[:,] not authori[sz]ed/i,
    example: '1795737194: Client sensor-17 [192.0.2.10:48054] disconnected: not authorised.',
    meaning: 'the broker refused the login: CONNACK 4 or 5 (134 or 135 with MQTT 5.0)',
    causes: [
      'the client sent no username, and allow_anonymous is false (the default as soon as there is a listener)',
      'the username is unknown, or the password is wrong',
      'use_identity_as_username is on, and the PROXY header has no CN: use send-proxy-v2-ssl-cn, and a client certificate with a CN',
    ],
    next: [next.lint],
  },
  {
    pattern:
      /Client (?:<unknown>|\S+)(?: \[[^\]]*\])? (?:disconnected due to protocol error|disconnected: protocol error)/i,
    example: '1795737193: Client <unknown> disconnected due to protocol error.',
    meaning: 'the bytes were no MQTT that Mosquitto understands',
    causes: (found) => [
      ...(/<unknown>/.test(found.input)
        ? [
            'a PROXY header came, and this listener reads none; Mosquitto before 2.1 cannot read one at all',
            'the first bytes are of TLS or HTTP, on a listener for plain MQTT',
            'an OpenSSL line just before it tells more: then TLS failed',
          ]
        : [
            'the line before it tells the first byte, or "multiple CONNECT", or OpenSSL\'s reason',
            'two clients or two headers on one connection',
          ]),
    ],
    next: [next.lint, next.probe],
  },
  {
    pattern:
      /Client <unknown> closed its connection|Client \d+\.\d+\.\d+\.\d+ \[[^\]]*\] disconnected: connection closed by client/i,
    example: '2026-11-26 16:54:28: Client <unknown> closed its connection.',
    meaning: 'somebody connected and left before a CONNECT',
    causes: [
      'a health check that only connects: HAProxy (check), a load balancer, Kubernetes, or a monitoring system',
      'a client that speaks TLS to this port, or does not like the certificate',
      'a port scan',
    ],
    next: [next.lintHaproxy],
  },
  {
    pattern: /disconnected: used disallowed feature/i,
    example:
      '1795737194: Client sensor-17 [192.0.2.10:59570] disconnected: used disallowed feature (QoS too high, retain not supported, or bad AUTH method).',
    meaning: 'the client asked for something that the broker does not allow',
    causes: [
      'an MQTT version that Mosquitto does not speak (CONNACK 132)',
      'a QoS above max_qos, retained messages, or an AUTH method',
    ],
  },
  {
    pattern: /disconnected: bad socket read\/write|Socket error on client/i,
    example: '1795737195: Client 192.0.2.10 [192.0.2.10:52110] disconnected: bad socket read/write: Unknown error',
    meaning: 'the connection failed while the broker read or wrote',
    causes: [
      'the other side reset it: HAProxy cut the session (its own line tells why), or the network did',
      'on a listener with "protocol websockets": the client sent plain MQTT',
    ],
    next: [next.lintHaproxy],
  },
  {
    pattern: /sending multiple CONNECT messages/i,
    example: '1795737194: Bad client 192.0.2.10:59586 sending multiple CONNECT messages.',
    meaning: 'a second CONNECT came on a session that is up, and Mosquitto closed it',
    next: [next.probe],
  },
  {
    pattern: /disconnected(?: due to|:) oversize packet/i,
    example: '1795737194: Client sensor-17 [192.0.2.10:59592] disconnected: oversize packet.',
    meaning: 'a packet is longer than max_packet_size of the broker allows',
  },
  {
    pattern: /has exceeded timeout, disconnecting|disconnected: exceeded timeout/i,
    example: '1795737197: Client sensor-17 [192.0.2.10:59604] disconnected: exceeded timeout.',
    meaning: 'nothing was heard of the client for 1.5 times its keepalive',
    causes: [
      'the client lost its network, or sleeps',
      'HAProxy or a firewall on the way dropped the connection without telling the broker',
    ],
    next: [next.lintHaproxy],
  },
  {
    pattern: /already connected, closing old connection|disconnected: session taken over/i,
    example: '1795737194: Client sensor-17 already connected, closing old connection.',
    meaning: 'a client with the same client id connected; the older connection was closed',
    causes: [
      'the client came back before its old connection was found dead: normal after a lost network',
      'two devices use one client id: they push each other out, again and again',
    ],
  },
  {
    pattern: /Invalid protocol version (\d+) in CONNECT|Invalid protocol "/i,
    example: '1795737194: Invalid protocol version 9 in CONNECT from 192.0.2.10.',
    meaning: 'the CONNECT asks for an MQTT version that Mosquitto does not speak',
  },
  {
    pattern: /Sending CONNACK to \S+ \(\d+, (\d+)\)/i,
    example: '1795737201: Sending CONNACK to sensor-17 (0, 4)',
    meaning: 'the answer to a CONNECT: the second number is the code, 0 lets the client in',
    normal: true,
  },
]

const normalRows: readonly LineRow[] = [
  {
    pattern:
      /New (?:client connected|connection) from|negotiated TLSv?1|No will message specified|mosquitto version \S+ (?:starting|running|terminating)|Config loaded from|Opening \S+ (?:listen|websockets)|(?:closed its connection|disconnected: (?:connection closed by client|client disconnected|by client)|disconnected)\.$|(?:Received|Sending) (?:PUB|SUB|UNSUB|PING|CONN|DISC)|support available|running mosquitto as user/,
    example: "1795737201: New client connected from 192.0.2.10:32906 as sensor-17 (p4, c1, k60, u'alice').",
    meaning: 'normal operation',
    normal: true,
  },
]

export const logLines: LineTable = {
  program: 'Mosquitto',
  plain: true,
  rows: [...headerRows, ...tlsRows, ...sessionRows, ...mosquittoConfigRows, ...normalRows],
}
