import type { WantedConfig, Writer } from '../write.js'
import { textFile, textWanted } from '../write-text.js'
import { escapeXml, prologue } from '../write-xml.js'

const traps = ['The header is optional here: anyone who reaches the port may leave it out, or forge one.']

/** config.xml of HiveMQ, from the documentation. */
export const write: Writer = (wanted) => [hivemqXml(wanted, 'hivemq', traps)]

/** The Community Edition has the same file, and no PROXY support. */
export function hivemqXml(wanted: WantedConfig, edition: 'hivemq' | 'hivemq-ce', notes: readonly string[]) {
  const { place, head, proxied, webSocket } = textWanted(wanted, notes)
  const kind = webSocket ? 'websocket-listener' : 'tcp-listener'
  const lines = [
    '<?xml version="1.0"?>',
    ...prologue(head),
    '<hivemq>',
    '  <listeners>',
    `    <${kind}>`,
    `      <port>${place.port}</port>`,
    `      <bind-address>${escapeXml(place.bind)}</bind-address>`,
    ...(webSocket
      ? [
          '      <path>/mqtt</path>',
          '      <subprotocols>',
          '        <subprotocol>mqtt</subprotocol>',
          '      </subprotocols>',
        ]
      : []),
    ...(proxied ? ['      <proxy-protocol>true</proxy-protocol>'] : []),
    `    </${kind}>`,
    '  </listeners>',
    '</hivemq>',
  ]
  return textFile(`${edition}${place.suffix}.xml`, lines)
}
