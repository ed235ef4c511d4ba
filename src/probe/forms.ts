import type { HeaderSpec } from '../proxy-header/types.js'
import type { AttemptId, Carrier, Form, ProbeAttempt } from './types.js'

export interface ProbeAttemptOptions {
  /** The client address that headers claim. */
  readonly source: { readonly address: string; readonly port: number }
  readonly destination: { readonly address: string; readonly port: number }
  /** Claim an identity too. */
  readonly spoof: string | undefined
  /** A client certificate was given. */
  readonly certificate: boolean
}

export const carriers: readonly Carrier[] = ['tcp', 'ws', 'tls', 'wss']

/** What is tried on every carrier that was found, besides the CONNECT without a header that found it. */
export const headerForms = ['v1', 'v2', 'v2-local', 'v2-ssl-off', 'v2-cert'] as const satisfies readonly Form[]

/** The name of a form on a carrier: `v2` on TCP, `v2-ws` on WebSocket, `ws-5` for MQTT 5 there. */
export function idOf(form: Form, carrier: Carrier): AttemptId {
  if (carrier === 'tcp') return form
  if (form === 'plain') return carrier
  return form === 'plain-5' ? `${carrier}-5` : `${form}-${carrier}`
}

const under: Readonly<Record<Carrier, string>> = {
  tcp: '',
  ws: 'WebSocket upgrade, ',
  tls: 'TLS, ',
  wss: 'TLS, WebSocket upgrade, ',
}

/**
 * One form of the table on one carrier: pure data.
 * @param version of the header, for the forms that exist with both
 */
export function attemptOn(
  form: Form,
  carrier: Carrier,
  options: ProbeAttemptOptions,
  version: 1 | 2 = 2,
): ProbeAttempt {
  const header = headerOf(form, options, version)
  const secure = carrier === 'tls' || carrier === 'wss'
  return {
    id: idOf(form, carrier),
    title: `${titleOf(form, options, version)}${under[carrier]}CONNECT${form === 'plain-5' ? ' 5.0' : ''}`,
    layer: carrier,
    mqtt: form === 'plain-5' ? '5.0' : '3.1.1',
    ...(header && { header }),
    ...(carrier === 'tls' && { alpn: ['mqtt'] }),
    // What it takes without one is asked by itself.
    ...(secure && form !== 'plain' && options.certificate && { certificate: true }),
  }
}

function titleOf(form: Form, { spoof }: ProbeAttemptOptions, version: 1 | 2): string {
  switch (form) {
    case 'plain':
    case 'plain-5':
      return ''
    case 'v1':
    case 'v2':
      return `${form} header, `
    case 'v2-local':
      return 'v2 LOCAL, '
    case 'v2-ssl-off':
      return 'v2 header with an SSL TLV that says "no TLS", '
    case 'v2-cert':
      return 'v2 header that says "TLS, verified certificate", without a name, '
    case 'v2-cn':
      return `v2 header with a forged identity (CN=${spoof ?? ''}), `
    case 'loopback':
    case 'private':
      return `v${version} header that claims a ${form} address, `
  }
}

function headerOf(form: Form, options: ProbeAttemptOptions, version: 1 | 2): HeaderSpec | undefined {
  const { source, destination, spoof } = options
  const v2 = { version: 2, source, destination } as const
  switch (form) {
    case 'plain':
    case 'plain-5':
      return undefined
    case 'v1':
      return { version: 1, source, destination }
    case 'v2':
      return v2
    case 'v2-local':
      return { version: 2, command: 'LOCAL' }
    case 'v2-ssl-off':
      return { ...v2, ssl: { client: 0 } }
    case 'v2-cert':
      return { ...v2, ssl: { client: 7, verify: 0, version: 'TLSv1.3' } }
    case 'v2-cn':
      return { ...v2, ssl: { client: 7, verify: 0, version: 'TLSv1.3', cn: spoof ?? '' } }
    case 'loopback':
    case 'private': {
      const six = source.address.includes(':')
      const address = form === 'loopback' ? (six ? '::1' : '127.0.0.1') : six ? 'fd00::7' : '192.168.0.7'
      return { version, source: { address, port: source.port }, destination }
    }
  }
}
