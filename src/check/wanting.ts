import type { Span } from '../config/span.js'
import type { HeaderKind, OutcomeRow, Scenario } from '../scenarios/types.js'
import type { Way } from './ways.js'

interface Wanting {
  readonly at: Span
  readonly message: string
}

const words: Record<HeaderKind, string> = {
  none: 'no send-proxy',
  v1: 'send-proxy',
  v2: 'send-proxy-v2',
  'v2-ssl': 'send-proxy-v2-ssl',
  'v2-ssl-cn': 'send-proxy-v2-ssl-cn',
}

const aboutCertificates = /certificate$|^certificate-/

/**
 * What files lack of the scenario that was named for them: a pair may be sound and yet not be that scenario. Only the facts
 * of the model are compared.
 */
export function wantingOf(row: OutcomeRow, way: Way, scenario: Scenario): readonly Wanting[] {
  const direct = row.attempt.kind === 'connect' && row.attempt.to === 'broker'
  return [
    ...(direct ? [] : [...wayIn(row, way, scenario), ...sender(row, way, scenario)]),
    ...receiver(row, way, scenario),
  ]
}

function wayIn(row: OutcomeRow, { entry: { bind } }: Way, { client, id }: Scenario): Wanting[] {
  const at = bind.verify?.span ?? bind.span
  if (client === 'as-is') {
    return bind.ssl === undefined
      ? []
      : [{ at: bind.ssl, message: `this bind ends TLS; scenario ${id} passes clients through as they are` }]
  }
  if (bind.ssl === undefined) {
    return [{ at: bind.span, message: `this bind has no "ssl crt ..."; scenario ${id} ends TLS here` }]
  }
  const concerned = aboutCertificates.test(row.id) || row.expect.outcome === 'accepted'
  if (client !== 'mtls' || !concerned) return []
  if (bind.caFile === undefined || bind.verify?.value !== 'required') {
    return [
      { at, message: `this bind has no "verify required ca-file ..."; scenario ${id} asks for a certificate here` },
    ]
  }
  return bind.ignoreErrors.map(({ span }) => ({ at: span, message: 'errors of client certificates are ignored here' }))
}

function sender(row: OutcomeRow, { path }: Way, { header, id }: Scenario): Wanting[] {
  const server = path.legs.at(-1)?.hop.server
  const relayed = path.legs.length > 1
  if (server === undefined || relayed || row.expect.outcome !== 'accepted') return []
  const { kind, span } = server.header
  // More than is needed does no harm to a receiver of the same version.
  if (kind === header || (kind.startsWith(header) && header.startsWith('v2'))) return []
  const message = `server ${server.name} has ${words[kind]}; scenario ${id} needs ${words[header]}`
  return [{ at: span ?? server.span, message }]
}

function receiver(row: OutcomeRow, { listener }: Way, { header, enforces, id }: Scenario): Wanting[] {
  if (listener === undefined) return []
  const { accepts, span } = listener.header
  const wanted = header === 'none' ? undefined : header === 'v1' ? 1 : 2
  const found: Wanting[] = []
  if (wanted !== undefined && !accepts.includes(wanted)) {
    const message = `this listener reads no version ${wanted} header; scenario ${id} needs one read here`
    found.push({ at: span ?? listener.span, message })
  }
  if (wanted === undefined && accepts.length > 0) {
    found.push({ at: span ?? listener.span, message: `this listener expects a header; scenario ${id} sends none` })
  }
  const miss = (is: boolean, option: string) =>
    is ? [{ at: listener.span, message: `${option} is missing; scenario ${id} relies on it` }] : []
  if (row.expect.outcome !== 'refused' && !row.id.startsWith('connect') && row.id !== 'username-replaced') return found
  return [
    ...found,
    ...miss(
      enforces.requireTls && listener.requireTls === undefined && /ssl/.test(row.id),
      'proxy_protocol_v2_require_tls true',
    ),
    ...miss(
      enforces.requireCertificate && listener.requireCertificate === undefined && aboutFacts.test(row.id),
      'require_certificate true',
    ),
    ...miss(
      enforces.cnAsUsername && listener.cnAsUsername === undefined && aboutNames.test(row.id),
      'use_identity_as_username true',
    ),
  ]
}

const aboutFacts = /^(certificate-not-|username-replaced|connect-)/
const aboutNames = /^(certificate-without-cn|cn-not-sent|username-replaced|connect-)/
