import type { Deviation } from '../broker.js'

/** Measured on 2.2.0; the source has been the same since 1.9.2. */
export const deviations: readonly Deviation[] = [
  {
    since: '1.9.2',
    cases: ['*/wrong-version'],
    what: 'versions 1 and 2 are detected automatically; one of them alone cannot be asked for',
    evidence: 'VerneMQ 2.2.0 with proxy_protocol = on: both headers get a CONNACK 0',
  },
  {
    since: '1.9.2',
    cases: ['*/no-ssl-tlv', '*/ssl-bit-zero', '*/certificate-not-sent', '*/certificate-not-verified'],
    what: 'the header has to be there, but what it says of TLS and certificates is not looked at; a CN in it becomes the username even where the certificate was not verified',
    evidence: 'VerneMQ 2.2.0: CONNACK 0 for every combination of client bits and verify',
  },
  {
    since: '1.9.2',
    cases: ['proxy-mtls-cn/certificate-without-cn', 'proxy-mtls-cn/cn-not-sent'],
    what: 'without a CN in the header the client keeps its MQTT username',
    evidence: 'VerneMQ 2.2.0: CONNACK 0 with the username of the CONNECT',
  },
  {
    since: '1.9.2',
    cases: ['proxy-mtls/forged-header'],
    transports: ['tcp'],
    what: 'on TCP listeners a CN in the header always becomes the username, also where the scenario promises none',
    evidence: 'VerneMQ 2.2.0: vmq-admin session show names the CN as user; on WebSocket listeners it does not',
  },
]
