import type { Support } from './broker.js'

/** Reads both versions of the header, and takes nothing from them but addresses. */
export const readsBoth = {
  versions: ['v1', 'v2'],
  cnAsUsername: false,
  requiresTls: false,
  requiresCertificate: false,
  socket: false,
} as const satisfies Partial<Support>

/** For brokers that read certificates from a Java keystore only, as far as their documentation goes. */
export function keystoreOnly(name: string): NonNullable<Support['refuses']> {
  return ({ transport }) =>
    transport === 'tls' || transport === 'wss'
      ? `${name} ends TLS with a Java keystore, which is not made here`
      : undefined
}
