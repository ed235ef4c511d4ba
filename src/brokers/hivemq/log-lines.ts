import { type LineTable, next } from '../log-lines.js'

/** Read in the sources of HiveMQ CE (on Netty) and in lines that users reported. */
export const logLines: LineTable = {
  program: 'HiveMQ (Netty)',
  rows: [
    {
      pattern: /sent other message before CONNECT|another message before a CONNECT/i,
      example: 'Client ID: UNKNOWN, IP: 192.0.2.1 was disconnected. reason: Sent other message before CONNECT.',
      meaning: 'the first bytes of the connection are no MQTT CONNECT',
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
      meaning: 'TLS failed: the first bytes were no TLS, and this listener wants TLS',
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
      pattern: /HAProxyProtocolException|(?:invalid|unknown) (?:header|protocol): .*haproxy/i,
      example: 'io.netty.handler.codec.haproxy.HAProxyProtocolException: invalid header',
      meaning: 'a PROXY header came, and Netty cannot read it',
      next: ['sudo tcpdump -i any -c 5 -X tcp port 1883 | mqtt-proxy header decode -'],
    },
    {
      pattern: /SSL Handshake (?:for client \S+ )?failed/i,
      example: 'SSL Handshake failed for client with IP 192.0.2.1: no cipher suites in common',
      meaning: 'TLS failed; the text behind the colon tells why',
      next: [next.probeTls],
    },
  ],
}
