import { type Listener, noLimits } from '../listener.js'
import { editsOf } from './edits.js'
import type { RabbitmqListener, RabbitmqView } from './view.js'

export function listenersOf(view: RabbitmqView): readonly Listener[] {
  return view.listeners.map((one) => listenerOf(view, one))
}

function listenerOf(view: RabbitmqView, one: RabbitmqListener): Listener {
  const tls = one.transport === 'ssl'
  const anonymous = view.settings.get('mqtt.allow_anonymous')
  const byCertificate = view.settings.get('mqtt.ssl_cert_login')
  return {
    broker: 'rabbitmq',
    brokerName: 'RabbitMQ',
    file: one.span.file,
    endpoint: one.endpoint,
    span: one.span,
    written: one.line !== undefined,
    transport: one.plugin === 'web_mqtt' ? (tls ? 'wss' : 'ws') : tls ? 'tls' : 'tcp',
    header: {
      accepts: one.proxy.value ? [1, 2] : [],
      invalid: false,
      span: one.proxy.span,
      local: 'serves',
      unknown: 'serves',
      largest: undefined,
      withTls: true,
    },
    requireTls: undefined,
    requireCertificate: undefined,
    cnAsUsername: undefined,
    cn: 'never',
    certificateLogin: byCertificate?.value === 'true' ? byCertificate.span : undefined,
    ownCertificate: 'none',
    login: {
      // RabbitMQ lets nameless clients in unless told otherwise.
      anonymous: { value: anonymous?.value !== 'false', span: anonymous?.span },
      users: undefined,
      elsewhere: undefined,
      guestFromLoopbackOnly: false,
    },
    limits: noLimits,
    faults: [],
    edits: editsOf(one),
  }
}
