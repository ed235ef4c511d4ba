import type { Writer } from '../write.js'
import { hashComments, textFile, textWanted } from '../write-text.js'

const traps = ['Needs TBMQ 2.1. Up to 2.3.0 LOCAL headers are closed: no check that speaks MQTT through this port.']

/** The environment of TBMQ, from the documentation. */
export const write: Writer = (wanted) => {
  const { place, head, proxied, webSocket, tls, certificates } = textWanted(wanted, traps)
  const kind = webSocket ? (tls ? 'WSS' : 'WS') : tls ? 'SSL' : 'TCP'
  const lines = [
    ...hashComments(head),
    '',
    ...['TCP', 'SSL', 'WS', 'WSS'].map((one) => `LISTENER_${one}_ENABLED=${one === kind}`),
    `LISTENER_${kind}_BIND_ADDRESS=${place.bind}`,
    `LISTENER_${kind}_BIND_PORT=${place.port}`,
    ...(proxied ? ['MQTT_PROXY_PROTOCOL_ENABLED=true'] : []),
    ...(tls
      ? [
          `LISTENER_${kind}_CREDENTIALS_TYPE=PEM`,
          `LISTENER_${kind}_PEM_CERT=${certificates.cert}`,
          `LISTENER_${kind}_PEM_KEY=${certificates.key}`,
        ]
      : []),
    'SECURITY_MQTT_BASIC_ENABLED=false',
    'SECURITY_MQTT_SSL_ENABLED=false',
  ]
  return [textFile(`tbmq${place.suffix}.env`, lines)]
}
