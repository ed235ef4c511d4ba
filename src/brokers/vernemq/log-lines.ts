import { readErlangBinary } from '../../capture/erlang-binary.js'
import { erlang } from '../erlang-tls.js'
import { causesOfBytes } from '../first-byte.js'
import { type LineTable, next } from '../log-lines.js'

const lint = 'mqtt-proxy lint /etc/haproxy/haproxy.cfg /etc/vernemq/vernemq.conf'

/** Read in the sources of VerneMQ 2.2 and in lines that users reported. */
export const logLines: LineTable = {
  program: 'VerneMQ',
  mark: /vmq_|vernemq|plumtree/i,
  runtime: erlang,
  rows: [
    {
      pattern: /Proxy Protocol Error/i,
      example:
        "[warning] Proxy Protocol Error: 'The PROXY protocol header signature was not recognized. (PP 2.1, PP 2.2)'",
      meaning: 'the listener has proxy_protocol = on, and the first bytes are not a PROXY header that VerneMQ reads',
      causes: ({ input }) =>
        /incomplete/i.test(input)
          ? ['the header came in two pieces: VerneMQ reads it from the first one only', 'the header is malformed']
          : [
              'the sender sends no header: send-proxy-v2 is missing on the server line, or a client reached this port directly',
              'a health check without a header: check-send-proxy is missing',
            ],
      next: [lint, next.probe],
    },
    {
      pattern: /cant_parse_connect_fixed_header/i,
      example:
        "[warning] session stopped abnormally due to '{cant_parse_connect_fixed_header,<<13,10,13,10,0,13,10,81,85,73,84,10>>}'",
      meaning: 'the first bytes of the connection are not an MQTT CONNECT',
      causes: ({ input }) => {
        const shown = readErlangBinary(input)
        return shown === undefined
          ? ['TLS, HTTP or a PROXY header on a listener for plain MQTT']
          : causesOfBytes(shown.bytes, 'MQTT')
      },
      next: [lint, next.probe],
    },
    {
      pattern: /unknown_protocol_(?:version|magic)|cant_parse_(?:fixed|variable)_header/i,
      example: "[debug] [tcp] parse error 'unknown_protocol_version' for data: <<16,16>> and  parser state: <<>>",
      meaning:
        'the CONNECT is malformed, or of an MQTT version that the listener does not allow (allowed_protocol_versions)',
      next: [next.probe],
    },
    {
      pattern: /can't authenticate client .* due to/i,
      example:
        '[warning] can\'t authenticate client {[],<<"sensor-17">>} from 192.0.2.10:57198 due to plugin_chain_exhausted',
      meaning: 'VerneMQ refused the login: CONNACK 4 or 5',
      causes: [
        'the client sent no username, and allow_anonymous is off',
        'no plugin knows the username (vmq_passwd), or the password is wrong',
        'the CN of the PROXY header has become the username (the default on a TCP listener with proxy_protocol), and no plugin knows it',
      ],
      next: [lint],
    },
    {
      pattern: /Ranch listener .* terminated with reason/i,
      example:
        '[error] Ranch listener {{0,0,0,0},1883} terminated with reason: no function clause matching vmq_ranch:peer_info',
      meaning: 'a connection crashed',
      causes: [
        'a PROXY header without addresses (PROXY with UNSPEC, or UNKNOWN in version 1)',
        'a health check that left before its first byte',
      ],
      next: [next.probe],
    },
    {
      pattern: /attempted to set unknown variable.*|is not a valid enum value, acceptable values are: on, off/i,
      example:
        "You've tried to set listener.ssl.default.proxy_protocol, but there is no setting with that name: attempted to set unknown variable",
      meaning: 'VerneMQ does not know this setting or its value, and does not start',
      causes: [
        'proxy_protocol is not for TLS listeners (listener.ssl, listener.wss): end TLS at HAProxy',
        'its values are on and off only',
      ],
      next: ['mqtt-proxy lint /etc/vernemq/vernemq.conf'],
    },
  ],
}
