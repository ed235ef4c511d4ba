import type { Deviation } from '../broker.js'

/** Read in the source of EMQX 5.8 and 6; no EMQX was run. */
const evidence = 'source of EMQX 5.8 and 6 (esockd, emqx_channel), not run'

export const deviations: readonly Deviation[] = [
  {
    since: '5.0',
    cases: ['*/wrong-version'],
    what: 'versions 1 and 2 are detected automatically; one of them alone cannot be asked for',
    evidence,
  },
  {
    since: '5.0',
    cases: ['*/no-ssl-tlv', '*/ssl-bit-zero', '*/certificate-not-sent', '*/certificate-not-verified'],
    what: 'the header has to be there, but what it says of TLS and certificates is not looked at; with peer_cert_as_username the CN becomes the username, verified or not',
    evidence,
  },
  {
    since: '5.0',
    cases: ['proxy-mtls-cn/certificate-without-cn', 'proxy-mtls-cn/cn-not-sent'],
    what: 'without a CN in the header the client keeps its MQTT username',
    evidence,
  },
]
