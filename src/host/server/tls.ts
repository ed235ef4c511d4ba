import type { PeerCertificate, TlsOptions as ServerOptions, TLSSocket } from 'node:tls'
import { createSecureContext } from 'node:tls'
import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import type { Address, Arrival } from '../../mqtt-server/arrival.js'
import type { ListenerAt, TlsOptions } from '../../mqtt-server/options.js'

/**
 * What Node.js needs for a TLS listener; the files are tried at once.
 * @throws Fault MP-BROKER-TLS
 */
export function tlsServerOptions(tls: TlsOptions, at: ListenerAt): ServerOptions {
  const options: ServerOptions = {
    cert: tls.cert,
    key: tls.key,
    minVersion: tls.minVersion,
    maxVersion: tls.maxVersion,
    requestCert: tls.requireCertificate,
    // With lenient dates every certificate comes through here and is judged in `tlsArrival`.
    rejectUnauthorized: tls.requireCertificate && !tls.ignoreDates,
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.crl !== undefined && { crl: tls.crl }),
    ...(tls.ciphers !== undefined && { ciphers: tls.ciphers }),
  }
  try {
    createSecureContext(options)
  } catch (error) {
    const where = formatSocketAddress(at)
    throw new Fault('MP-BROKER-TLS', `the TLS files of listener ${where} cannot be used: ${messageOf(error)}`, {
      exit: EXIT.wrong,
      hints: ['check that certificate and key belong together and are PEM'],
      cause: error,
    })
  }
  return options
}

/** What our own TLS knows about a client. */
export function tlsArrival(socket: TLSSocket, peer: Address, tls: TlsOptions | undefined): Arrival {
  const username = tls?.username ?? 'none'
  const certificate = username === 'none' ? undefined : socket.getPeerCertificate()
  return {
    peer,
    client: peer,
    header: undefined,
    tls: { version: socket.getProtocol() ?? 'TLS', cipher: socket.getCipher().name },
    identity: username === 'none' ? undefined : { username: nameIn(certificate, username), proven: true },
  }
}

function nameIn(certificate: PeerCertificate | undefined, kind: 'cn' | 'subject'): string | undefined {
  const subject = certificate?.subject
  if (!subject) return undefined
  const name = kind === 'cn' ? first(subject.CN) : subjectOf(subject)
  return name === undefined || name === '' || /[\u0000-\u001f\u007f-\u009f]/.test(name) ? undefined : name
}

/** RFC 2253: the last attribute first. */
function subjectOf(subject: PeerCertificate['subject']): string {
  return Object.entries(subject)
    .reverse()
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => `${name}=${escaped(String(one))}`),
    )
    .join(',')
}

function escaped(value: string): string {
  return value.replace(/[,+"\\<>;]/g, '\\$&')
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

/** Client certificates whose only fault is their dates. */
export function onlyDates(error: string | undefined): boolean {
  return error === 'CERT_HAS_EXPIRED' || error === 'CERT_NOT_YET_VALID'
}

/** Node.js types it as an Error, and gives the code as a text. */
export function errorName(socket: TLSSocket): string {
  return String(socket.authorizationError)
}
