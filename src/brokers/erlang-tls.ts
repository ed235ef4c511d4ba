import { causesOfFirstByte } from './first-byte.js'
import { type LineRow, type LineTable, next } from './log-lines.js'

const rows: readonly LineRow[] = [
  {
    pattern: /unsupported_record_type,\s*(\d{1,3})/i,
    example:
      '{tls_alert,{unexpected_message,"TLS server: In state hello generated SERVER ALERT: Fatal - Unexpected Message {unsupported_record_type,13}"}}',
    meaning: 'TLS failed: the first bytes were not TLS, and this listener requires TLS',
    causes: (found) => causesOfFirstByte(Number(found[1]), 'TLS'),
    next: [next.probeTls, next.lintHaproxy],
  },
  {
    pattern: /TLS server: In state hello.*Unexpected Message/i,
    example: 'TLS server: In state hello at tls_record.erl:564 generated SERVER ALERT: Fatal - Unexpected Message',
    meaning: 'TLS failed: the first bytes were not TLS, and this listener requires TLS',
    causes: [
      'a client without TLS reached the listener; or HAProxy ends TLS, and its server line has no ssl',
      'a PROXY header came in front of TLS, and the listener does not read one',
      'the next line names the first byte: {unsupported_record_type,13} is a header of version 2, 80 one of version 1, 16 an MQTT CONNECT',
    ],
    next: [next.probeTls, next.lintHaproxy],
  },
  {
    pattern: /Certificate required|certificate_required/i,
    example:
      'TLS server: In state wait_cert at tls_handshake_1_3.erl:1484 generated SERVER ALERT: Fatal - Certificate required',
    meaning: 'TLS failed: the client showed no certificate, and the listener wants one',
    causes: [
      'the client was started without its certificate and key',
      'HAProxy connects with ssl, and its server line has no crt: the certificate of the client cannot pass through HAProxy',
    ],
    next: [next.clientCertificate],
  },
  {
    pattern: /TLS server: In state certify.*Handshake Failure/i,
    example:
      'TLS server: In state certify at tls_dtls_connection.erl:315 generated SERVER ALERT: Fatal - Handshake Failure',
    meaning: 'TLS failed: the client showed no certificate (TLS 1.2), and the listener wants one',
    next: [next.clientCertificate],
  },
  {
    pattern: /SERVER ALERT.*Unknown CA|tls_alert,\s*\{?"?unknown.ca/i,
    example: 'TLS server: In state wait_cert at ssl_handshake.erl:2111 generated SERVER ALERT: Fatal - Unknown CA',
    meaning: 'TLS failed: the certificate of the client is signed by a CA that the broker does not know (cacertfile)',
    next: [next.verifyClient],
  },
  {
    pattern: /SERVER ALERT.*Certificate (?:Expired|Revoked)|certificate_(?:expired|revoked)/i,
    example:
      'TLS server: In state wait_cert at ssl_handshake.erl:2094 generated SERVER ALERT: Fatal - Certificate Expired',
    meaning: 'TLS failed: the certificate of the client has expired or was revoked',
    next: [next.clientCertificate],
  },
  {
    pattern: /CLIENT ALERT.*(?:Unknown CA|Bad Certificate|Certificate)/i,
    example: 'TLS server: In state wait_finished received CLIENT ALERT: Fatal - Unknown CA',
    meaning: 'TLS failed: the client refuses the certificate of the broker',
    causes: ['the CA file of the client is another one', 'the certificate has another name, or has expired'],
    next: ['openssl s_client -connect 127.0.0.1:8883 -brief </dev/null'],
  },
  {
    pattern:
      /SERVER ALERT.*(?:Protocol Version|Insufficient Security)|tls_alert,\s*\{?(?:protocol_version|insufficient_security)/i,
    example: 'TLS server: In state hello at tls_handshake.erl:332 generated SERVER ALERT: Fatal - Protocol Version',
    meaning: 'TLS failed: client and broker have no TLS version or no cipher in common',
    next: [next.probeTls],
  },
]

/** What Erlang's TLS says, in the same words in every broker on Erlang. */
export const erlang: LineTable = { program: 'Erlang', rows }
