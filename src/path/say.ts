import type { Listener } from '../brokers/listener.js'
import type { Span } from '../config/span.js'
import { formatEndpoint } from '../kernel/address.js'
import type { Hop } from './model.js'

/** `mosquitto.conf:3`, with the last two parts of the path at most. */
export function place(span: Span): string {
  return `${span.file.split('/').slice(-2).join('/')}:${span.line}`
}

/** `server1 (127.0.0.1:1884)`. */
export function serverName({ server }: Pick<Hop, 'server'>): string {
  return `${server.name} (${formatEndpoint(server.endpoint)})`
}

/** `the Mosquitto listener *:1883`. */
export function listenerName(listener: Listener): string {
  return `the ${listener.brokerName} listener ${formatEndpoint(listener.endpoint)}`
}

/** The word that makes a server line send its header, or its address where there is none. */
export function senderSpan({ server }: Pick<Hop, 'server'>): Span {
  return server.header.span ?? server.address.span
}

type Related = { readonly span: Span; readonly message: string }

export function wantsHeader(listener: Listener, message = 'the listener expects a header'): Related {
  return { span: listener.header.span ?? listener.span, message }
}

export function atListener(listener: Listener, message = 'the listener'): Related {
  return { span: listener.span, message }
}
