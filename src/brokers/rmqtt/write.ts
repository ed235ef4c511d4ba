import { boundAddress, type Writer } from '../write.js'
import { hashComments, textFile, textWanted } from '../write-text.js'

const traps = ['Needs RMQTT 0.15. Versions 1 and 2 are detected automatically.']

/** rmqtt.toml, from the documentation. */
export const write: Writer = (wanted) => {
  const { place, head, proxied, webSocket, tls, certificates } = textWanted(wanted, traps)
  const kind = webSocket ? (tls ? 'wss' : 'ws') : tls ? 'tls' : 'tcp'
  const name = `listener.${kind}.external`
  const lines = [
    ...hashComments(head),
    '',
    `${name}.addr = "${boundAddress(place)}"`,
    `${name}.allow_anonymous = true`,
    ...(proxied ? [`${name}.proxy_protocol = true`, `${name}.proxy_protocol_timeout = "5s"`] : []),
    ...(tls ? [`${name}.cert = "${certificates.cert}"`, `${name}.key = "${certificates.key}"`] : []),
  ]
  return [textFile(`rmqtt${place.suffix}.toml`, lines)]
}
