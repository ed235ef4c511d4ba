import type { ConnectStage, NoAnswer } from '../../kernel/connect-outcome.js'
import { messageOf, systemCode } from '../../kernel/errors.js'
import { printable } from '../../kernel/printable.js'

/** A connection that did not come about: how far it came, and what stopped it. */
export class DialError extends Error {
  override readonly name = 'DialError'
  constructor(
    readonly stage: ConnectStage,
    readonly outcome: NoAnswer,
    message: string,
    readonly local: string | undefined,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options)
  }
}

export function isReset(error: unknown): boolean {
  const code = systemCode(error)
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED'
}

export function isTls(error: unknown): boolean {
  const code = systemCode(error) ?? ''
  return code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code.startsWith('EPROTO')
}

/** OpenSSL's errors carry source lines and numbers around the one phrase that matters. */
export function wordsOf(error: Error): string {
  // A name with several addresses fails with all their errors, and no message of its own.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  if ('reason' in error && typeof error.reason === 'string') return `${error.reason}${namesIn(error)}`
  const phrase = /:SSL routines:[^:]*:([^:]+)/.exec(error.message)?.[1]
  return phrase ?? error.message.split('\n')[0] ?? error.message
}

/** Of a certificate for other names, Node.js lists the names where a name was asked for, and none where an address was. */
function namesIn(error: Error & { readonly reason?: unknown }): string {
  const cert: unknown = 'cert' in error ? error.cert : undefined
  if (typeof cert !== 'object' || cert === null || !('subjectaltname' in cert)) return ''
  const names = typeof cert.subjectaltname === 'string' ? printable(cert.subjectaltname) : ''
  return names === '' || String(error.reason).includes(names) ? '' : ` (the certificate is for ${names})`
}
