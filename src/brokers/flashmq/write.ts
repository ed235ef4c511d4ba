import type { WantedConfig, Writer } from '../write.js'
import { hashComments, textFile, textWanted } from '../write-text.js'

const traps = [
  'Version 2 only, and header and MQTT must not come in pieces. LOCAL headers (health checks of HAProxy) are closed:',
  'a plain check does not mind, an MQTT check through this listener marks the server DOWN.',
]

/** flashmq.conf; facts measured on 1.26.2. A comment has a line of its own, else FlashMQ does not start. */
export const write: Writer = (wanted: WantedConfig) => {
  const { enforces, place, head, proxied, webSocket, tls, certificates, annotate } = textWanted(wanted, traps)
  const verifies = enforces.cnAsUsername
  const explain = (...lines: readonly string[]) => (annotate ? lines.map((line) => `  # ${line}`) : [])
  const lines = [
    ...hashComments(head),
    '',
    'allow_anonymous true',
    '',
    'listen {',
    `  protocol ${webSocket ? 'websockets' : 'mqtt'}`,
    ...explain("The same address and port as in HAProxy's server line."),
    ...addressLines(place),
    ...(proxied && verifies
      ? explain(
          'Since 1.25. Without a CN in the header every client is refused; the CN becomes the username. FlashMQ does not look at',
          'the verify bits: that certificates are verified rests on HAProxy, and on nobody else reaching this port.',
        )
      : []),
    ...(proxied ? [`  haproxy ${verifies ? 'client_verification' : 'on'}`] : []),
    ...(tls ? [`  fullchain ${certificates.cert}`, `  privkey ${certificates.key}`] : []),
    '}',
  ]
  return [textFile(`flashmq${place.suffix}.conf`, lines)]
}

function addressLines({ socket, bind, port }: WantedConfig['place']): string[] {
  if (socket !== undefined) return ['  inet_protocol unix', `  unix_socket_path ${socket}`]
  const six = bind.includes(':')
  return [
    `  inet_protocol ${six ? 'ip6' : 'ip4'}`,
    `  ${six ? 'inet6' : 'inet4'}_bind_address ${bind}`,
    `  port ${port}`,
  ]
}
