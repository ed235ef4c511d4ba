import { boundAddress, type Writer } from '../write.js'
import { textFile, textWanted } from '../write-text.js'
import { escapeXml, prologue } from '../write-xml.js'

const traps = ['Needs Artemis 2.43. The header is mandatory; a missing one is logged as AMQ224152.']

/** The parts of broker.xml that matter; WebSocket needs nothing of its own, the acceptor tells it apart. */
export const write: Writer = (wanted) => {
  const { place, head, proxied } = textWanted(wanted, traps)
  const parameters = ['protocols=MQTT', ...(proxied ? ['proxyProtocolEnabled=true'] : [])].join(';')
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    ...prologue(head),
    '<configuration xmlns="urn:activemq">',
    '  <core xmlns="urn:activemq:core">',
    '    <security-enabled>false</security-enabled>',
    '    <acceptors>',
    `      <acceptor name="mqtt">tcp://${escapeXml(boundAddress(place))}?${parameters}</acceptor>`,
    '    </acceptors>',
    '  </core>',
    '</configuration>',
  ]
  return [textFile(`artemis-broker${place.suffix}.xml`, lines)]
}
