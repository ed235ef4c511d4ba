import type { MosquittoListener, MosquittoView } from '../brokers/mosquitto/view.js'
import type { RabbitmqListener, RabbitmqView } from '../brokers/rabbitmq/view.js'
import type { VernemqListener, VernemqView } from '../brokers/vernemq/view.js'
import type { Sourced } from '../config/sourced.js'
import type { Span } from '../config/span.js'
import type { Endpoint } from '../kernel/address.js'

/** What a file of any broker says about who may connect, in one shape. */
export interface Listener {
  readonly broker: 'mosquitto' | 'vernemq' | 'rabbitmq'
  readonly file: string
  readonly endpoint: Endpoint
  /** The line that makes it. */
  readonly span: Span
  /** False: a default of the broker that no line names. */
  readonly written: boolean
  /** What the listener itself speaks after a possible header. */
  readonly transport: 'tcp' | 'tls' | 'ws' | 'wss'
  readonly header: {
    /** Empty: it reads no header. */
    readonly accepts: readonly (1 | 2)[]
    /** A value that the broker refuses at start. */
    readonly invalid: boolean
    /** The line that decides. */
    readonly span: Span | undefined
    readonly local: 'serves' | 'closes'
    /** Bytes of a whole v2 header that are still accepted; undefined: no limit known. */
    readonly largest: number | undefined
    /** Whether the listener can read a header in front of its own TLS. */
    readonly withTls: boolean
  }
  readonly requireTls: Span | undefined
  readonly requireCertificate: Span | undefined
  readonly cnAsUsername: Span | undefined
  readonly ownCertificate: 'none' | 'optional' | 'required'
  readonly login: { readonly anonymous: Sourced<boolean>; readonly users: Span | undefined }
  readonly origin:
    | { readonly broker: 'mosquitto'; readonly view: MosquittoView; readonly listener: MosquittoListener }
    | { readonly broker: 'vernemq'; readonly view: VernemqView; readonly listener: VernemqListener }
    | { readonly broker: 'rabbitmq'; readonly view: RabbitmqView; readonly listener: RabbitmqListener }
}

export type BrokerView = MosquittoView | VernemqView | RabbitmqView

/** Every listener for MQTT of these files. */
export function listenersOf(views: readonly BrokerView[]): readonly Listener[] {
  return views.flatMap(listenersIn)
}

function listenersIn(view: BrokerView): readonly Listener[] {
  switch (view.dialect) {
    case 'mosquitto':
      return view.listeners.filter((one) => one.protocol.value !== 'http_api').map((one) => ofMosquitto(view, one))
    case 'vernemq':
      return view.listeners.filter((one) => /^(tcp|ssl|ws|wss)$/.test(one.transport)).map((one) => ofVernemq(view, one))
    case 'rabbitmq':
      return view.listeners.map((one) => ofRabbitmq(view, one))
  }
}

/** The spelling of a development branch that never was released: what its writer means is clear all the same. */
export const neverReleased = 'enable_proxy_protocol_v2'

function ofMosquitto(view: MosquittoView, listener: MosquittoListener): Listener {
  // A value that is neither 1 nor 2 stops Mosquitto (MP201); that a header is meant is clear.
  const meant = listener.settings.get(neverReleased)
  const version = listener.proxy?.value ?? (meant === undefined ? undefined : 2)
  const accepts = version === undefined ? [] : version === 'invalid' ? ([1, 2] as const) : [version]
  const second = accepts.includes(2)
  const tls = listener.certfile !== undefined
  const asked = (flag: Sourced<boolean>) => (second && flag.value ? flag.span : undefined)
  return {
    broker: 'mosquitto',
    file: listener.span.file,
    endpoint: listener.endpoint,
    span: listener.span,
    written: listener.line !== undefined,
    transport: listener.protocol.value === 'websockets' ? (tls ? 'wss' : 'ws') : tls ? 'tls' : 'tcp',
    header: {
      accepts,
      invalid: version === 'invalid' || meant !== undefined,
      span: listener.proxy?.span ?? meant?.span,
      local: second ? 'closes' : 'serves',
      largest: second ? 516 : undefined,
      withTls: false,
    },
    requireTls: asked(listener.requireTls),
    requireCertificate: asked(listener.requireCertificate),
    cnAsUsername: asked(listener.useIdentityAsUsername),
    ownCertificate: tls && listener.requireCertificate.value ? 'required' : 'none',
    login: { anonymous: listener.allowAnonymous, users: listener.passwordFile?.span },
    origin: { broker: 'mosquitto', view, listener },
  }
}

function ofVernemq(view: VernemqView, listener: VernemqListener): Listener {
  const { transport } = listener
  return {
    ...takesAnyHeader(listener),
    broker: 'vernemq',
    transport: transport === 'ssl' ? 'tls' : transport === 'ws' || transport === 'wss' ? transport : 'tcp',
    login: { anonymous: view.allowAnonymous, users: undefined },
    origin: { broker: 'vernemq', view, listener },
  }
}

function ofRabbitmq(view: RabbitmqView, listener: RabbitmqListener): Listener {
  const tls = listener.transport === 'ssl'
  return {
    ...takesAnyHeader(listener),
    broker: 'rabbitmq',
    transport: listener.plugin === 'web_mqtt' ? (tls ? 'wss' : 'ws') : tls ? 'tls' : 'tcp',
    login: { anonymous: { value: true, span: undefined }, users: undefined },
    origin: { broker: 'rabbitmq', view, listener },
  }
}

/** A listener that reads both versions or none, and demands nothing of what a header says. */
function takesAnyHeader({ span, endpoint, proxy, line }: VernemqListener | RabbitmqListener) {
  return {
    file: span.file,
    endpoint,
    span,
    written: line !== undefined,
    header: {
      accepts: proxy.value ? ([1, 2] as const) : [],
      invalid: false,
      span: proxy.span,
      local: 'serves' as const,
      largest: undefined,
      withTls: true,
    },
    requireTls: undefined,
    requireCertificate: undefined,
    cnAsUsername: undefined,
    ownCertificate: 'none' as const,
  }
}
