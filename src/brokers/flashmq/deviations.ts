import type { Deviation } from '../broker.js'

export const deviations: readonly Deviation[] = [
  {
    since: '1.26',
    cases: ['behaviour/check-mqtt-local'],
    what: 'LOCAL connections are closed, so an MQTT health check through a PROXY listener marks the server DOWN for good',
    evidence: 'FlashMQ 1.26.2 behind HAProxy 3.2 with tcp-check: DOWN; UP with pp2-never-send-local',
  },
  {
    since: '1.26',
    cases: [
      'proxy-tls/no-ssl-tlv',
      'proxy-tls/ssl-bit-zero',
      'proxy-mtls/no-ssl-tlv',
      'proxy-mtls/ssl-bit-zero',
      'proxy-mtls/certificate-not-sent',
    ],
    what: 'the header has to be there, but what it says of TLS is not looked at; client_verification looks for a CN alone',
    evidence: 'FlashMQ 1.26.2 with haproxy on: CONNACK 0 for v2 headers without TLS facts',
  },
  {
    since: '1.26',
    cases: ['*/certificate-not-verified'],
    what: 'the verify field of the header is not looked at; with client_verification an unverified CN becomes the username',
    evidence: 'FlashMQ 1.26.2 with haproxy client_verification: CONNACK 0 as the CN of a header with verify = 1',
  },
]
