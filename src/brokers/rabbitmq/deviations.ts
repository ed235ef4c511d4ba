import type { Deviation } from '../broker.js'

export const deviations: readonly Deviation[] = [
  {
    since: '3.7',
    until: '3.10.8',
    cases: ['behaviour/check-mqtt-local'],
    what: 'LOCAL connections are closed, so an MQTT health check through a PROXY listener marks the server DOWN for good',
    evidence: 'RabbitMQ 3.10.8 behind HAProxy 3.2 with tcp-check: DOWN; UP with pp2-never-send-local',
  },
  {
    since: '3.7',
    cases: ['*/wrong-version'],
    what: 'versions 1 and 2 are detected automatically; one of them alone cannot be asked for',
    evidence: 'RabbitMQ 3.10.8 and 4.3.6 with mqtt.proxy_protocol: both headers get a CONNACK 0',
  },
  {
    since: '3.7',
    cases: ['*/no-ssl-tlv', '*/ssl-bit-zero', '*/certificate-not-sent', '*/certificate-not-verified'],
    what: 'the header has to be there, but what it says of TLS and certificates is not looked at',
    evidence: 'RabbitMQ 3.10.8 and 4.3.6: CONNACK 0 for v2 headers without TLS facts',
  },
  {
    since: '3.7',
    until: '3.12',
    cases: ['*/connect-5.0'],
    what: 'no MQTT 5.0 before 3.13',
    evidence: 'RabbitMQ 3.10.8: CONNACK 1 (unacceptable protocol version)',
  },
  {
    since: '3.7',
    cases: ['tcp', 'proxy', 'proxy-v1', 'chain', 'ip-acl'].map((id) => `${id}/header-through-haproxy`),
    slow: true,
    what: 'bytes that are not MQTT are not refused at once: it waits 10 s for a CONNECT, and closes then',
    evidence: 'RabbitMQ 3.10.8: no CONNACK, no end within 5 s; closed after 10.0 s',
  },
  {
    since: '3.7',
    cases: ['*/publish-qos-2', 'behaviour/payload-1-mib'],
    what: 'QoS 2 is served as QoS 1',
    evidence: 'RabbitMQ 3.10.8 and 4.3.6: SUBACK grants QoS 1; 4.3.6 says so in its MQTT 5 CONNACK (Maximum QoS 1)',
  },
]
