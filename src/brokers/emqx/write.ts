import { boundAddress, type WantedConfig, type Writer } from '../write.js'
import { hashComments, textFile, textWanted } from '../write-text.js'

const traps = ['Versions 1 and 2 are detected automatically; the header is mandatory.']

/** emqx.conf, from the documentation. */
export const write: Writer = (wanted: WantedConfig) => {
  const { enforces, place, head, proxied, webSocket, tls, certificates } = textWanted(wanted, traps)
  const kind = webSocket ? (tls ? 'wss' : 'ws') : tls ? 'ssl' : 'tcp'
  const others = ['tcp', 'ssl', 'ws', 'wss'].filter((other) => other !== kind)
  const lines = [
    ...hashComments(head),
    '',
    `listeners.${kind}.default {`,
    `  bind = "${boundAddress(place)}"`,
    ...(proxied ? ['  proxy_protocol = true', '  proxy_protocol_timeout = 3s'] : []),
    ...(webSocket ? ['  websocket.mqtt_path = "/mqtt"'] : []),
    ...(tls
      ? [`  ssl_options.certfile = "${certificates.cert}"`, `  ssl_options.keyfile = "${certificates.key}"`]
      : []),
    '}',
    ...others.map((other) => `listeners.${other}.default.enable = false`),
    ...(enforces.cnAsUsername ? ['mqtt.peer_cert_as_username = cn'] : []),
  ]
  return [textFile(`emqx${place.suffix}.conf`, lines)]
}
