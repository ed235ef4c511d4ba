import { type Listener, noLimits } from '../listener.js'
import { switchedHeader } from '../switched-header.js'
import type { RabbitmqMeaning } from './meaning.js'

export function listenersOf(meaning: RabbitmqMeaning): readonly Listener[] {
  const { anonymous, users, guest, certificateLogin, connections } = meaning
  return meaning.listeners.map((one): Listener => {
    const transport = one.plugin === 'web_mqtt' ? (one.tls ? 'wss' : 'ws') : one.tls ? 'tls' : 'tcp'
    return {
      broker: 'rabbitmq',
      brokerName: 'RabbitMQ',
      file: one.span.file,
      endpoint: one.endpoint,
      span: one.span,
      written: one.written,
      transport,
      ...switchedHeader(one.proxy.value, one.proxy.span, { unknown: 'serves', withTls: true }),
      cn: 'never',
      certificateLogin,
      ownCertificate: one.tls ? meaning.ownCertificate : 'none',
      login: { anonymous, users, elsewhere: undefined, guest },
      limits: { ...noLimits, connections },
      faults: [],
      edits: one.edits,
    }
  })
}
