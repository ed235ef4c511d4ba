import { type LineTable, next } from '../log-lines.js'

/** Read in the sources of HiveMQ CE (on Netty) and in lines that users reported. */
export const logLines: LineTable = {
  program: 'HiveMQ (Netty)',
  rows: [
    {
      pattern: /sent other message before CONNECT|another message before a CONNECT/i,
      example: 'Client ID: UNKNOWN, IP: 192.0.2.1 was disconnected. reason: Sent other message before CONNECT.',
      meaning: 'the first bytes of the connection are not an MQTT CONNECT',
      causes: [
        'the sender writes a PROXY header, and this listener reads none; the Community Edition cannot read one at all',
        'the client speaks another protocol, or takes up a session without a CONNECT',
      ],
      next: [next.probe, next.lintHaproxy],
    },
    {
      pattern: /SSL connection (?:on|to) non-SSL listener/i,
      example: 'Client ID: UNKNOWN, IP: 192.0.2.1 was disconnected. reason: SSL connection to non-SSL listener.',
      meaning: 'the first bytes are TLS, and this listener has no TLS',
      causes: [
        'the client uses mqtts:// on the port of mqtt://',
        'HAProxy passes TLS through, or has ssl on its server line',
      ],
      next: [next.probe],
    },
    {
      pattern: /not an SSL\/TLS record/i,
      example: 'io.netty.handler.ssl.NotSslRecordException: not an SSL/TLS record: 0d0a0d0a000d0a515549540a',
      meaning: 'TLS failed: the first bytes were not TLS, and this listener requires TLS',
      causes: ({ input }) => [
        ...(/record: 0d0a0d0a00/i.test(input)
          ? ['the bytes are a PROXY header of version 2 in front of TLS, and this listener reads none']
          : /record: 50524f5859/i.test(input)
            ? ['the bytes are a PROXY header of version 1 in front of TLS, and this listener reads none']
            : /record: 10/i.test(input)
              ? ['the bytes are an MQTT CONNECT: a client without TLS reached the listener']
              : ['a client without TLS, or a PROXY header in front of TLS']),
      ],
      next: [next.probeTls],
    },
    {
      pattern:
        /No client certificate provided|no client certificate was provided|Empty (?:client|server) certificate chain|bad_certificate|certificate_unknown/i,
      example: 'javax.net.ssl.SSLHandshakeException: Empty client certificate chain',
      meaning: 'TLS failed: the client showed no certificate, or one that is refused',
      next: [next.clientCertificate],
    },
    {
      pattern: /HAProxyProtocolException(?:: (.*))?/,
      example:
        'io.netty.handler.codec.haproxy.HAProxyProtocolException: header length (over 120) exceeds the allowed maximum (108)',
      meaning: 'the listener wants a PROXY header, and Netty cannot read what came as one',
      causes: ([, reason = '']) => causesOfHeader(reason),
      next: [next.probe, next.lintHaproxy, 'sudo tcpdump -i any -c 5 -X tcp port 1883 | mqtt-proxy header decode -'],
    },
    {
      pattern: /SSL Handshake (?:for client \S+ )?failed/i,
      example: 'SSL Handshake failed for client with IP 192.0.2.1: no cipher suites in common',
      meaning: 'TLS failed; the text behind the colon tells why',
      next: [next.probeTls],
    },
  ],
}

/** What Netty writes behind the name of the exception. Without the start of version 2 it reads a line of version 1. */
function causesOfHeader(reason: string): readonly string[] {
  const found = headerReasons.find(({ pattern }) => pattern.test(reason))
  return found?.causes ?? [...noHeader, ...damaged]
}

const noHeader = [
  'the sender sends no header: send-proxy-v2 is missing on the server line',
  'a client or a health check reached this port directly, past HAProxy',
]

const damaged = ['the header is malformed, or something on the way changed it']

const headerReasons: readonly { readonly pattern: RegExp; readonly causes: readonly string[] }[] = [
  {
    pattern: /exceeds the allowed maximum \(108\)/,
    causes: [...noHeader, 'the header of version 1 is longer than 107 characters: no sender writes one'],
  },
  {
    pattern: /exceeds the allowed maximum/,
    causes: [
      'the header of version 2 carries more TLVs than this listener reads: send fewer proxy-v2-options',
      ...damaged,
    ],
  },
  { pattern: /unknown identifier/, causes: noHeader },
  {
    pattern: /incomplete|unable to parse address/,
    causes: ['the sender announces fewer bytes than the addresses of this family need', ...damaged],
  },
  {
    pattern: /unknown (?:version|command|address family|transport protocol)|unsupported|invalid (?:TCP|header)/,
    causes: ['the sender writes another header than version 1 or 2, or values that they do not define', ...damaged],
  },
  {
    pattern: /port|IPv[46]|address/i,
    causes: [
      'the header holds an address or a port that is not valid for the address family that it names',
      ...damaged,
    ],
  },
]
