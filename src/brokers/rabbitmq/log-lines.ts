import { readErlangBinary } from '../../capture/erlang-binary.js'
import { erlang } from '../erlang-tls.js'
import { causesOfBytes } from '../first-byte.js'
import { type LineTable, next } from '../log-lines.js'

const lint = 'mqtt-proxy lint /etc/haproxy/haproxy.cfg /etc/rabbitmq/rabbitmq.conf'

/** Seen on 3.10.8 and 4.3.6. Most of it is logged at level debug only: `log.console.level = debug`. */
export const logLines: LineTable = {
  program: 'RabbitMQ',
  mark: /rabbit|^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d \[\w+\] <\d/i,
  runtime: erlang,
  rows: [
    {
      pattern: /error when receiving proxy header: .*(?:signature was not recognized|Malformed or incomplete)/i,
      example:
        "2026-11-26 23:55:13.495276+00:00 [debug] <0.521.0> error when receiving proxy header: 'The PROXY protocol header signature was not recognized. (PP 2.1, PP 2.2)'",
      meaning: 'mqtt.proxy_protocol = true wants a PROXY header first, and something else came',
      causes: [
        'the sender sends no header: send-proxy-v2 is missing on the server line, or a client reached this port directly',
        'mqtt.proxy_protocol counts for all MQTT listeners of the node, TLS ones too: the clients of another listener come without a header',
        'the header came in two pieces: RabbitMQ reads it from the first one only',
      ],
      next: [lint, next.probe],
    },
    {
      pattern: /error when receiving proxy header: timeout/i,
      example: '2026-11-26 23:55:19.414224+00:00 [debug] <0.530.0> error when receiving proxy header: timeout',
      meaning: 'mqtt.proxy_protocol = true waited 3 seconds for a PROXY header, and nothing came',
      causes: [
        'a health check or a client that says nothing',
        'the load balancer sends the header with the first bytes of the client only',
      ],
      next: [next.probe],
    },
    {
      pattern: /error when receiving proxy header: TCP socket was closed/i,
      example:
        '2026-11-26 23:55:20.271493+00:00 [debug] <0.533.0> error when receiving proxy header: TCP socket was closed prematurely',
      meaning: 'somebody connected and left before a PROXY header came',
      causes: ['a health check that only connects, or a port scan'],
      next: [next.lintHaproxy],
    },
    {
      pattern: /error when receiving proxy header/i,
      example: '2026-11-26 23:55:20.271493+00:00 [debug] <0.533.0> error when receiving proxy header: econnreset',
      meaning: 'the connection failed before a PROXY header was read',
      next: [lint, next.probe],
    },
    {
      pattern: /(?:no match of right hand side value|badmatch,).*command => local/i,
      example:
        '2026-11-26 23:55:21.074742+00:00 [error] <0.536.0>     exception error: no match of right hand side value #{command => local,',
      meaning:
        'a LOCAL header came, as a health check of HAProxy sends it, and this RabbitMQ crashes on it (fixed in 3.11.19 and 3.12.1)',
      next: [lint],
    },
    {
      pattern: /MQTT cannot parse a frame.*unparseable payload|MQTT detected (?:a )?framing error/i,
      example:
        "2026-11-26 23:55:44.142771+00:00 [error] <0.547.0> MQTT cannot parse a frame on connection '192.0.2.10:58670 -> 192.0.2.1:1883', unparseable payload: <<22,3,1,",
      meaning: 'the bytes are not MQTT that RabbitMQ understands',
      causes: ({ input }) => {
        const shown = readErlangBinary(input)
        if (shown !== undefined) return causesOfBytes(shown.bytes, 'MQTT')
        return [
          'a PROXY header came, and mqtt.proxy_protocol is not true',
          'the MQTT version is one that this RabbitMQ does not speak',
        ]
      },
      next: [lint, next.probe],
    },
    {
      pattern: /MQTT login failed: no credentials provided/i,
      example: '2026-11-26 23:55:14.302834+00:00 [error] <0.524.0> MQTT login failed: no credentials provided',
      meaning: 'the client sent no username, and mqtt.allow_anonymous is false: CONNACK 4 or 5',
      causes: [
        'RabbitMQ never takes the CN of a PROXY header as username: the client has to send a username and password',
      ],
      next: ['sudo rabbitmqctl list_users'],
    },
    {
      pattern:
        /MQTT login failed for user|closing due to an authentication failure|user can only log in via localhost/i,
      example:
        '2026-11-26 23:55:14.302979+00:00 [error] <0.524.0> MQTT connection 192.0.2.10:32906 -> 192.0.2.1:1883 is closing due to an authentication failure',
      meaning: 'RabbitMQ refused the login: CONNACK 4 or 5',
      causes: [
        'the username is unknown, or the password is wrong',
        'the user is "guest", which may log in from loopback only: behind PROXY headers the address in the header counts',
        'mqtt.allow_anonymous is false, and the client sent no username',
      ],
      next: ['sudo rabbitmqctl list_users', lint],
    },
    {
      pattern:
        /MQTT:? (?:accepting|about to send will message|connection .* will terminate because peer closed|connection .* picked vhost)|(?:accepting|Accepted) (?:Web )?MQTT connection|User '.*' authenticated successfully|Received a CONNECT, client ID|closing MQTT connection/i,
      example:
        '2026-11-26 23:55:14.302180+00:00 [debug] <0.524.0> MQTT accepting TCP connection <0.524.0> (192.0.2.10:32906 -> 192.0.2.1:1883)',
      meaning: 'normal operation; with PROXY headers the addresses are those of the header',
      normal: true,
    },
  ],
}
