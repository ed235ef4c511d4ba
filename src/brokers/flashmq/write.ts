import type { Wanted, Writer } from '../write.js'
import { hashComments, textFile, textWanted } from '../write-text.js'

const traps = [
  'Version 2 only. LOCAL headers (health checks of HAProxy) are closed, which a plain check does not mind.',
]

/** flashmq.conf, from the documentation. */
export const write: Writer = (wanted: Wanted) => {
  const { enforces, place, head, proxied, webSocket, tls, certificates } = textWanted(wanted, traps)
  const haproxy = enforces.cnAsUsername ? 'client_verification' : 'on'
  const family = place.bind.includes(':') ? 'inet6' : 'inet4'
  const lines = [
    ...hashComments(head),
    ...(haproxy === 'client_verification'
      ? ['# client_verification needs FlashMQ 1.25; the CN becomes the username.']
      : []),
    '',
    'allow_anonymous true',
    '',
    'listen {',
    `  protocol ${webSocket ? 'websockets' : 'mqtt'}`,
    `  ${family}_bind_address ${place.bind}`,
    `  inet_protocol ${family === 'inet6' ? 'ip6' : 'ip4'}`,
    `  port ${place.port}`,
    ...(proxied ? [`  haproxy ${haproxy}`] : []),
    ...(tls ? [`  fullchain ${certificates.cert}`, `  privkey ${certificates.key}`] : []),
    '}',
  ]
  return [textFile(`flashmq${place.suffix}.conf`, lines)]
}
