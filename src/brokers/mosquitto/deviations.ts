import type { Deviation } from '../broker.js'

export const deviations: readonly Deviation[] = [
  {
    since: '2.1',
    until: '2.1.2',
    cases: ['proxy-tls/ssl-bit-zero'],
    what: 'proxy_protocol_v2_require_tls looks for the SSL TLV, not at its bit: a client without TLS is accepted',
    evidence:
      'Mosquitto 2.1.2, v2 header with an SSL TLV of client = 0: CONNACK 0 (src/proxy_v2.c sets have_tls for every SSL TLV)',
  },
  {
    since: '2.1',
    until: '2.1.2',
    cases: ['behaviour/check-mqtt-local'],
    what: 'LOCAL connections are closed, so an MQTT health check through a PROXY listener marks the server DOWN for good',
    evidence: 'Mosquitto 2.1.2 behind HAProxy 2.6 and 3.2 with tcp-check: DOWN; UP with pp2-never-send-local',
  },
]
