import type { Included } from '../brokers/mosquitto/parse.js'
import { viewMosquitto } from '../brokers/mosquitto/view.js'
import { viewRabbitmq } from '../brokers/rabbitmq/view.js'
import { viewVernemq } from '../brokers/vernemq/view.js'
import type { EntryDocument } from '../config/entries.js'
import type { Sourced } from '../config/sourced.js'
import type { Span } from '../config/span.js'
import type { Endpoint } from '../kernel/address.js'
import type { ClientTransport } from '../scenarios/types.js'

/** A broker's listener for MQTT, the same for every dialect. */
export interface BrokerListener {
  readonly endpoint: Endpoint
  /** The line that makes it, or the first line of the file when nobody wrote one. */
  readonly span: Span
  readonly transport: ClientTransport
  /** Header versions it takes; `either`: both, told apart by themselves. */
  readonly proxy: Sourced<'off' | 'v1' | 'v2' | 'either' | 'invalid'>
  readonly requireTls: Sourced<boolean>
  readonly requireCertificate: Sourced<boolean>
  readonly cnAsUsername: Sourced<boolean>
  readonly anonymous: Sourced<boolean>
  /** Where passwords are checked. */
  readonly passwords: Span | undefined
}

export function listenersOf(document: EntryDocument, included: readonly Included[]): readonly BrokerListener[] {
  if (document.dialect === 'mosquitto') return mosquitto(document, included)
  return document.dialect === 'rabbitmq' ? rabbitmq(document) : vernemq(document)
}

const no: Sourced<boolean> = { value: false, span: undefined }

function mosquitto(document: EntryDocument, included: readonly Included[]): BrokerListener[] {
  const view = viewMosquitto(document, included)
  const kinds = { 1: 'v1', 2: 'v2', invalid: 'invalid' } as const
  return view.listeners
    .filter((one) => one.protocol.value !== 'http_api')
    .map((one) => {
      const secure = one.certfile !== undefined
      const web = one.protocol.value === 'websockets'
      const unknown = view.settings.find((setting) => setting.name.startsWith('enable_proxy_protocol_'))
      return {
        endpoint: one.endpoint,
        span: one.line?.span ?? one.span,
        transport: web ? (secure ? 'wss' : 'ws') : secure ? 'tls' : 'tcp',
        proxy:
          one.proxy !== undefined
            ? { value: kinds[one.proxy.value], span: one.proxy.span }
            : { value: unknown === undefined ? 'off' : 'invalid', span: unknown?.span },
        requireTls: one.requireTls,
        requireCertificate: one.requireCertificate,
        cnAsUsername: one.useIdentityAsUsername,
        anonymous: one.allowAnonymous,
        passwords: one.passwordFile?.span,
      }
    })
}

function rabbitmq(document: EntryDocument): BrokerListener[] {
  const view = viewRabbitmq(document)
  const anonymous = view.settings.get('mqtt.allow_anonymous')
  return view.listeners.map((one) => ({
    endpoint: one.endpoint,
    span: one.span,
    transport:
      one.plugin === 'web_mqtt' ? (one.transport === 'ssl' ? 'wss' : 'ws') : one.transport === 'ssl' ? 'tls' : 'tcp',
    proxy: { value: one.proxy.value ? 'either' : 'off', span: one.proxy.span },
    requireTls: no,
    requireCertificate: no,
    cnAsUsername: no,
    // RabbitMQ lets nameless clients in unless told otherwise.
    anonymous: { value: anonymous?.value !== 'false', span: anonymous?.span },
    passwords: undefined,
  }))
}

function vernemq(document: EntryDocument): BrokerListener[] {
  const view = viewVernemq(document)
  const transports = { tcp: 'tcp', ssl: 'tls', ws: 'ws', wss: 'wss' } as const
  return view.listeners.flatMap((one) => {
    const { transport } = one
    if (transport !== 'tcp' && transport !== 'ssl' && transport !== 'ws' && transport !== 'wss') return []
    return [
      {
        endpoint: one.endpoint,
        span: one.span,
        transport: transports[transport],
        proxy: { value: one.proxy.value ? ('either' as const) : ('off' as const), span: one.proxy.span },
        requireTls: no,
        requireCertificate: no,
        cnAsUsername: no,
        anonymous: view.allowAnonymous,
        passwords: undefined,
      },
    ]
  })
}
