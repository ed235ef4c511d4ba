import type { Span } from '../config/span.js'
import { formatEndpoint } from '../kernel/address.js'
import type { Link } from './links.js'
import type { Receiver } from './receivers.js'

/** `mosquitto.conf:3`, with the last two parts of the path at most. */
export function place(span: Span): string {
  return `${span.file.split('/').slice(-2).join('/')}:${span.line}`
}

/** `server1 (127.0.0.1:1884)`. */
export function serverName(link: Pick<Link, 'server'>): string {
  return `${link.server.name} (${formatEndpoint(link.server.endpoint)})`
}

const words = { mosquitto: 'Mosquitto', vernemq: 'VerneMQ', rabbitmq: 'RabbitMQ' } as const

/** `the Mosquitto listener *:1883`. */
export function listenerName(receiver: Receiver): string {
  return `the ${words[receiver.origin.broker]} listener ${formatEndpoint(receiver.endpoint)}`
}

/** A server line as the other half of a finding. */
export function fromServer(link: Pick<Link, 'server'>): { readonly span: Span; readonly message: string } {
  return { span: link.server.header.span ?? link.server.address.span, message: `${serverName(link)} connects here` }
}

/** A listener as the other half of a finding. */
export function atListener(
  receiver: Receiver,
  message = 'the listener',
): { readonly span: Span; readonly message: string } {
  return { span: receiver.span, message }
}
