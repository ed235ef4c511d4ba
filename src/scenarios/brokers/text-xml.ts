import type { BrokerFile } from '../derived.js'
import type { TextContext } from './text-context.js'

/** config.xml of HiveMQ; the Community Edition has no PROXY support and gets scenarios without a header only. */
export function hivemqXml(context: TextContext, edition: 'hivemq' | 'hivemq-ce'): BrokerFile {
  const { place, head, proxied, webSocket } = context
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
  return { name: `${edition}${place.suffix}.xml`, text: `${lines.join('\n')}\n` }
}

/** The parts of broker.xml that matter; WebSocket needs nothing of its own, the acceptor tells it apart. */
export function artemisXml({ place, head, proxied }: TextContext): BrokerFile {
  const host = place.bind.includes(':') ? `[${place.bind}]` : place.bind
  const parameters = ['protocols=MQTT', ...(proxied ? ['proxyProtocolEnabled=true'] : [])].join(';')
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    ...prologue(head),
    '<configuration xmlns="urn:activemq">',
    '  <core xmlns="urn:activemq:core">',
    '    <security-enabled>false</security-enabled>',
    '    <acceptors>',
    `      <acceptor name="mqtt">tcp://${escapeXml(host)}:${place.port}?${parameters}</acceptor>`,
    '    </acceptors>',
    '  </core>',
    '</configuration>',
  ]
  return { name: `artemis-broker${place.suffix}.xml`, text: `${lines.join('\n')}\n` }
}

/** The command as a processing instruction: XML forbids two hyphens in a comment, which its options have. */
function prologue([command, ...notes]: readonly string[]): string[] {
  return [`<?generated-by ${command}?>`, ...notes.map((note) => `<!-- ${note} -->`)]
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
