import { type LineRow, next } from '../../brokers/log-lines.js'

const where = '127.0.0.1:48018 [26/Nov/2026:23:51:24.445] mqtts/1:'

/** Failed TLS handshakes on a bind. Since 2.8 HAProxy adds OpenSSL's reason. */
export const haproxyTlsRows: readonly LineRow[] = [
  {
    pattern: /SSL handshake failure.*(?:wrong version number|unknown protocol|packet length too long)/i,
    example: `${where} SSL handshake failure (error:0A00010B:SSL routines::wrong version number)`,
    meaning:
      'TLS failed before MQTT began: the first bytes are not TLS: the client does not speak TLS, or a PROXY header came first',
    causes: [
      'the client does not speak TLS, and this port requires it (mqtt:// to the port of mqtts://)',
      'a PROXY header came in front of TLS, and the bind has no accept-proxy: a load balancer or another HAProxy is in front',
    ],
    next: [next.probeTls, next.lintHaproxy],
  },
  {
    pattern: /SSL handshake failure.*http request/i,
    example: `${where} SSL handshake failure (error:0A00009C:SSL routines::http request)`,
    meaning: 'TLS failed before MQTT began: the client speaks plain HTTP, no TLS, and this port wants TLS',
    causes: [
      'a WebSocket client uses ws:// on the port of wss://',
      'an HTTP health check or a browser reached this port',
    ],
    next: [next.probeTls],
  },
  {
    pattern: /SSL handshake failure.*did not return a certificate/i,
    example: `${where} SSL handshake failure (error:0A0000C7:SSL routines::peer did not return a certificate)`,
    meaning: 'TLS failed before MQTT began: the client showed no certificate, and verify required wants one',
    causes: [
      'the client was started without its certificate and key',
      'the client has a certificate, but of an authority that HAProxy does not ask for, and keeps it back',
    ],
    next: [next.clientCertificate, next.verifyClient],
  },
  {
    pattern: /SSL handshake failure.*no shared cipher/i,
    example: `${where} SSL handshake failure (error:0A0000C1:SSL routines::no shared cipher)`,
    meaning: 'TLS failed before MQTT began: client and HAProxy have no cipher in common',
    causes: [
      'ssl-default-bind-ciphers or ciphers on the bind leaves out what the client can do',
      'the certificate has another kind of key (EC or RSA) than the client can use',
    ],
    next: [next.lintHaproxy],
  },
  {
    pattern: /SSL handshake failure.*(?:unsupported protocol|version too low)/i,
    example: `${where} SSL handshake failure (error:0A000102:SSL routines::unsupported protocol)`,
    meaning: 'TLS failed before MQTT began: the client speaks only versions of TLS that HAProxy refuses (ssl-min-ver)',
    next: [next.lintHaproxy],
  },
  {
    pattern: /SSL handshake failure.*alert certificate (?:expired|revoked|unknown)/i,
    example: `${where} SSL handshake failure (error:0A000415:SSL routines::ssl/tls alert certificate expired)`,
    meaning: 'TLS failed before MQTT began: the client refuses the certificate of HAProxy',
    causes: ['it has expired', 'it was revoked', 'the client does not accept its kind'],
    next: ['openssl x509 -in certs/haproxy/server.pem -noout -subject -enddate -ext subjectAltName'],
  },
  {
    pattern: /SSL handshake failure.*alert (?:unknown ca|bad certificate)/i,
    example: `${where} SSL handshake failure (error:0A000418:SSL routines::tlsv1 alert unknown ca)`,
    meaning: 'TLS failed before MQTT began: the client refuses the certificate of HAProxy: it knows another CA',
    causes: ['the CA file of the client is another one', 'the .pem of HAProxy lacks the intermediate certificates'],
    next: ['openssl verify -CAfile certs/server-ca.crt certs/haproxy/server.pem'],
  },
  {
    pattern: /SSL handshake failure.*certificate verify failed/i,
    example: `${where} SSL handshake failure (error:0A000086:SSL routines::certificate verify failed)`,
    meaning: 'TLS failed before MQTT began: the certificate of the client was refused',
    causes: ['it is signed by a CA that ca-file does not hold', 'it has expired, or was revoked (crl-file)'],
    next: [next.verifyClient, next.clientCertificate],
  },
  {
    pattern: /SSL handshake failure/i,
    example: `${where} SSL handshake failure`,
    meaning:
      'TLS failed before MQTT began: the client speaks no TLS, trusts another CA, or its certificate is missing or was refused',
    causes: [
      'the client does not speak TLS, and this port requires it',
      'a PROXY header came in front of TLS, and the bind has no accept-proxy',
      'verify required, and the client showed no certificate',
      'the client does not trust the certificate of HAProxy, or finds another name in it, and left',
      'client and HAProxy have no TLS version or no cipher in common',
      'HAProxy 2.8 and later print the reason of OpenSSL here; 2.6 does not',
    ],
    next: [next.probeTls, next.lintHaproxy],
  },
  {
    pattern: /SSL client certificate not trusted|SSL client CA chain cannot be verified/i,
    example: `${where} SSL client certificate not trusted`,
    meaning:
      'TLS failed before MQTT began: the certificate of the client has expired or was revoked, or is signed by a CA that ca-file does not hold',
    causes: [
      'the certificate is signed by another CA than the one in ca-file',
      'the certificate has expired, or is not valid yet',
      'the certificate is in the list of crl-file, or that list itself has expired',
    ],
    next: [next.verifyClient, next.clientCertificate],
  },
  {
    pattern: /Connection closed during SSL handshake/i,
    example: `${where} Connection closed during SSL handshake`,
    meaning:
      'the other side left before TLS was done: it does not like our certificate, or it is a health check or a port scan',
    causes: [
      'a health check or a port scan: it connects, sends nothing and leaves',
      'the client does not trust the certificate, or finds another name in it',
    ],
    next: [next.probeTls],
  },
  {
    pattern: /Timeout during SSL handshake/i,
    example: `${where} Timeout during SSL handshake`,
    meaning:
      'TLS was never begun or never finished: the client speaks no TLS and waits, or something on the way drops packets',
    next: [next.probeTls],
  },
]
