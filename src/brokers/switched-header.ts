import type { Span } from '../config/span.js'
import type { Listener } from './listener.js'

/**
 * The header of a listener with one switch for it, which reads both versions and says nothing of TLS facts, as VerneMQ,
 * RabbitMQ and EMQX have it.
 */
export function switchedHeader(
  on: boolean,
  span: Span | undefined,
  own: Pick<Listener['header'], 'unknown' | 'withTls'> & Partial<Pick<Listener['header'], 'invalid'>>,
): Pick<Listener, 'header' | 'requireTls' | 'requireCertificate' | 'cnAsUsername' | 'withoutCn'> {
  return {
    header: { accepts: on ? [1, 2] : [], invalid: false, span, local: 'serves', largest: undefined, ...own },
    requireTls: undefined,
    requireCertificate: undefined,
    cnAsUsername: undefined,
    withoutCn: 'keeps its own name',
  }
}
