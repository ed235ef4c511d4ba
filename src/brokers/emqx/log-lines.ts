import { readErlangBinary } from '../../capture/erlang-binary.js'
import { erlang } from '../erlang-tls.js'
import { causesOfBytes } from '../first-byte.js'
import { type LineTable, next } from '../log-lines.js'

const listeners = 'emqx ctl listeners'
const hint: Readonly<Record<string, string>> = {
  proxy_protocol_v1: 'a PROXY header of version 1',
  proxy_protocol_v2: 'a PROXY header of version 2',
}

/** Read in the sources of esockd and EMQX 4 to 6, and in lines that users reported. */
export const logLines: LineTable = {
  program: 'EMQX',
  mark: /esockd|emqx/i,
  runtime: erlang,
  rows: [
    {
      pattern: /invalid_proxy_info|received invalid proxy_protocol header/i,
      example:
        "[error] supervisor: 'esockd_connection_sup - <0.2537.0>', errorContext: connection_shutdown, reason: {invalid_proxy_info,<<16,37,0,4,77,81,84,84,4,194>>}",
      meaning: 'the listener has proxy_protocol = true, and the first bytes are not a PROXY header',
      causes: ({ input }) => {
        const shown = readErlangBinary(input)
        return [
          ...(shown === undefined ? [] : causesOfBytes(shown.bytes, 'PROXY')),
          'the sender sends no header (send-proxy-v2 is missing), or a client or a scan reached this port directly',
        ]
      },
      next: [next.probe, listeners],
    },
    {
      pattern: /proxy_proto_timeout|timed out while waiting for proxy_protocol header/i,
      example:
        '2026-11-26T18:10:17+00:00 [error] [esockd_proxy_protocol] The listener 0.0.0.0:1883 is working in proxy protocol mode, but timed out while waiting for proxy_protocol header',
      meaning: 'the listener has proxy_protocol = true, and no header came within proxy_protocol_timeout',
      causes: [
        'the sender sends no header, and the client says nothing: a health check, or a client that waits',
        'an AWS load balancer sends the header with the first bytes of the client only',
      ],
      next: [next.probe, listeners],
    },
    {
      pattern: /recv_proxy_info_error|proxy_proto_close/i,
      example:
        "[error] supervisor: 'esockd_connection_sup - <0.2322.0>' errorContext: connection_shutdown reason: {recv_proxy_info_error,tcp_closed}",
      meaning: 'the listener has proxy_protocol = true, and the connection ended before a header came',
      causes: [
        'a health check that only connects (HAProxy without check-send-proxy, a load balancer, Kubernetes): harmless; EMQX 5.0.22 and later are silent about it',
        'a port scan',
      ],
      next: [next.lintHaproxy, listeners],
    },
    {
      pattern: /unsupported_proto_v2|malformed_pp2_tlv|peer_certificate_field_rejected/i,
      example: '[error] supervisor: esockd_connection_sup, reason: {malformed_pp2_tlv,<<32,0,255>>}',
      meaning: 'a PROXY header came that EMQX refuses',
      causes: [
        'unsupported_proto_v2: PROXY without addresses, or for a unix socket',
        'malformed_pp2_tlv: a TLV runs over the end of the header',
        'peer_certificate_field_rejected: the CN or the server name holds control characters',
      ],
      next: ['sudo tcpdump -i any -c 5 -X tcp port 1883 | mqtt-proxy header decode -'],
    },
    {
      pattern: /resemble_protocol\s*(?:=>|:|=)\s*"?(\w+)/i,
      example: 'reason: {frame_error,#{cause => invalid_proto_name,resemble_protocol => proxy_protocol_v2}}',
      meaning: 'the first bytes of the connection are not an MQTT CONNECT',
      causes: (found) => {
        const what = hint[found[1] ?? '']
        return [
          what === undefined
            ? `they look like ${(found[1] ?? '').replaceAll('_', ' ')}`
            : `they look like ${what}: the sender writes one, and this listener has proxy_protocol = false`,
        ]
      },
      next: [next.probe, listeners],
    },
    {
      pattern: /(?:esockd|emqx|\[MQTT\]|frame_error).*(?:OXY TCP[46]|proxy_protocol_setting_invalid|PROXY TCP)/i,
      example: '[MQTT] reason: {frame_error,#{expected => <<"\'MQTT\' or \'MQIsdp\'">>,received => <<"OXY TCP4">>}}',
      meaning: 'the sender writes a PROXY header of version 1, and this listener has proxy_protocol = false',
      next: [next.probe, listeners],
    },
    {
      pattern: /(?:esockd|emqx|\[MQTT).*(?:frame_error|bad_frame_header|invalid_proto_name|Parse failed)/i,
      example:
        'supervisor: {esockd_connection_sup,<0.1.0>}, errorContext: connection_shutdown, reason: #{cause => invalid_proto_name}',
      meaning: 'the bytes are not MQTT that EMQX understands',
      causes: ({ input }) => {
        const shown = readErlangBinary(input)
        return shown === undefined
          ? [
              'a PROXY header came, and the listener has proxy_protocol = false',
              'TLS or HTTP on a listener for plain MQTT',
            ]
          : causesOfBytes(shown.bytes, 'MQTT')
      },
      next: [next.probe, listeners],
    },
    {
      pattern: /(?:esockd|emqx).*ssl_error.*(?:closed|timeout)|ssl_upgrade_timeout/i,
      example:
        "supervisor: 'esockd_connection_sup - <0.1.0>', errorContext: connection_shutdown, reason: {ssl_error,closed}",
      meaning: 'TLS was not finished: the other side left or said nothing',
      causes: ['a health check that only connects', 'the client does not trust the certificate, or speaks no TLS'],
      next: [next.probeTls],
    },
    {
      pattern: /emqx.*(?:bad_username_or_password|not_authori[sz]ed)/i,
      example: '2026-11-26T18:10:17+00:00 [info] emqx_channel, reason: bad_username_or_password',
      meaning: 'EMQX refused the login: CONNACK 4 or 5 (134 or 135 with MQTT 5.0)',
      causes: [
        'the username is unknown, or the password is wrong',
        'the CN is used as username (mqtt.peer_cert_as_username = cn), and the PROXY header has none: send-proxy-v2-ssl-cn',
      ],
    },
  ],
}
