import type { MosquittoListener, MosquittoView } from '../brokers/mosquitto/view.js'
import type { RabbitmqListener, RabbitmqView } from '../brokers/rabbitmq/view.js'
import type { VernemqListener, VernemqView } from '../brokers/vernemq/view.js'
import type { Span } from '../config/span.js'
import type { Endpoint } from '../kernel/address.js'

/** A broker's listener as far as a sender of headers is concerned. */
export interface Receiver {
  readonly file: string
  readonly endpoint: Endpoint
  readonly span: Span
  /** Versions of the header it needs; empty: it takes none. */
  readonly accepts: readonly (1 | 2)[]
  /** The line that turned the header on. */
  readonly proxySpan: Span | undefined
  /** TLS ends at the broker. */
  readonly tls: boolean
  readonly webSocket: boolean
  /** What refuses a LOCAL header, as HAProxy's health checks send. */
  readonly dropsLocal: boolean
  /** The CN in the header becomes the username. */
  readonly usesCn: Span | undefined
  /** Refuses a header without an SSL TLV. */
  readonly needsTls: Span | undefined
  /** Refuses a header without a verified certificate. */
  readonly needsCertificate: Span | undefined
  readonly origin:
    | { readonly broker: 'mosquitto'; readonly view: MosquittoView; readonly listener: MosquittoListener }
    | { readonly broker: 'vernemq'; readonly view: VernemqView; readonly listener: VernemqListener }
    | { readonly broker: 'rabbitmq'; readonly view: RabbitmqView; readonly listener: RabbitmqListener }
}

export function receiversOf(views: readonly (MosquittoView | VernemqView | RabbitmqView)[]): readonly Receiver[] {
  return views.flatMap(receiversIn)
}

function receiversIn(view: MosquittoView | VernemqView | RabbitmqView): readonly Receiver[] {
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

function ofMosquitto(view: MosquittoView, listener: MosquittoListener): Receiver {
  // A value that is neither 1 nor 2 stops Mosquitto (MP201); that a header is meant is clear.
  const meant = listener.settings.get(neverReleased)
  const version = listener.proxy?.value ?? (meant === undefined ? undefined : 2)
  const accepts = acceptedBy(version)
  const second = accepts.includes(2)
  return {
    file: listener.span.file,
    endpoint: listener.endpoint,
    span: listener.span,
    accepts,
    proxySpan: listener.proxy?.span ?? meant?.span,
    tls: listener.certfile !== undefined,
    webSocket: listener.protocol.value === 'websockets',
    dropsLocal: second,
    usesCn: second && listener.useIdentityAsUsername.value ? listener.useIdentityAsUsername.span : undefined,
    needsTls: second && listener.requireTls.value ? listener.requireTls.span : undefined,
    needsCertificate: second && listener.requireCertificate.value ? listener.requireCertificate.span : undefined,
    origin: { broker: 'mosquitto', view, listener },
  }
}

function acceptedBy(version: 1 | 2 | 'invalid' | undefined): readonly (1 | 2)[] {
  if (version === undefined) return []
  return version === 'invalid' ? [1, 2] : [version]
}

function ofVernemq(view: VernemqView, listener: VernemqListener): Receiver {
  return {
    ...takesAnyHeader(listener),
    tls: listener.transport === 'ssl' || listener.transport === 'wss',
    webSocket: listener.transport === 'ws' || listener.transport === 'wss',
    origin: { broker: 'vernemq', view, listener },
  }
}

function ofRabbitmq(view: RabbitmqView, listener: RabbitmqListener): Receiver {
  return {
    ...takesAnyHeader(listener),
    tls: listener.transport === 'ssl',
    webSocket: listener.plugin === 'web_mqtt',
    origin: { broker: 'rabbitmq', view, listener },
  }
}

/** A listener that reads both versions or none, and demands nothing of what a header says. */
function takesAnyHeader({ span, endpoint, proxy }: VernemqListener | RabbitmqListener) {
  return {
    file: span.file,
    endpoint,
    span,
    accepts: proxy.value ? ([1, 2] as const) : [],
    proxySpan: proxy.span,
    dropsLocal: false,
    usesCn: undefined,
    needsTls: undefined,
    needsCertificate: undefined,
  }
}
