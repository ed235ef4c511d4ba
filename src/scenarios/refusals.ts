import { type Meaning, refOf } from './meaning.js'
import { forgedCn } from './names.js'
import type { ConnectAttempt, ForgedHeader, OutcomeRow } from './types.js'

/** Rows where HAProxy's TLS has to say no. */
export function byTls(meaning: Meaning): OutcomeRow[] {
  if (meaning.client === 'as-is') return []
  const ref = refOf(meaning)
  const rows: OutcomeRow[] = [
    refusal(
      'plain-client',
      'a client without TLS is refused on the TLS port',
      'TLS ends at HAProxy; the port takes nothing else.',
      ref,
      { tls: 'off' },
    ),
    {
      id: 'untrusted-server',
      title: 'a client that trusts another CA refuses the server',
      level: 'must',
      requirement: { text: 'Clients verify the server certificate against its CA.', ref },
      attempt: { kind: 'connect', to: 'frontend', mqtt: '3.1.1', trust: 'other-ca' },
      expect: { outcome: 'refused', by: ['tls'] },
    },
  ]
  return meaning.client === 'mtls' ? [...rows, ...badCertificates(ref)] : rows
}

/** Holds where the bind reads a list of revoked certificates. */
export const revokedRow = 'revoked-certificate'

function badCertificates(ref: string): OutcomeRow[] {
  const rows = [
    ['none', 'no-certificate', 'a client without a certificate is refused'],
    ['expired', 'expired-certificate', 'an expired client certificate is refused'],
    ['not-yet-valid', 'not-yet-valid-certificate', 'a client certificate that is not valid yet is refused'],
    ['wrong-ca', 'wrong-ca-certificate', 'a client certificate of another CA is refused'],
    ['server-auth-only', 'server-auth-certificate', 'a certificate made for servers is refused from a client'],
  ] as const
  return [
    ...rows.map(([certificate, id, title]) =>
      refusal(id, title, 'The client certificate is verified, and required.', ref, { certificate }),
    ),
    refusal(
      revokedRow,
      'a revoked client certificate is refused (crl-file)',
      'HAProxy refuses a certificate that is on the list of the CA.',
      'HAProxy configuration manual 5.1, crl-file; RFC 5280, section 5',
      { certificate: 'revoked' },
    ),
  ]
}

/** Rows about the PROXY header: missing, of the wrong version, weaker than enforced, forged. */
export function byHeader(meaning: Meaning): OutcomeRow[] {
  const ref = refOf(meaning)
  const through: OutcomeRow = {
    id: 'header-through-haproxy',
    title: 'a client that sends its own header to HAProxy is refused',
    level: 'must',
    requirement: {
      text: 'A header from the client side is never taken for one of HAProxy.',
      ref: 'PROXY protocol 2, one header only, sent first',
    },
    attempt: { kind: 'connect', to: 'frontend', mqtt: '3.1.1', header: { kind: forgedKind(meaning) } },
    expect: { outcome: 'refused', by: ['tls', 'close'] },
  }
  if (meaning.header === 'none') return [through]
  return [through, ...missingHeader(meaning, ref), ...weakHeaders(meaning, ref), forged(meaning)]
}

function missingHeader(meaning: Meaning, ref: string): OutcomeRow[] {
  const other = meaning.header === 'v1' ? 'v2' : 'v1'
  return [
    direct(
      'direct-without-header',
      'a direct connection without a header is refused',
      'Every connection to this listener starts with a header; the receiver must not guess.',
      ref,
    ),
    direct(
      'wrong-version',
      `a ${other} header is refused where ${meaning.header === 'v1' ? 'v1' : 'v2'} is expected`,
      'The listener accepts the version that it is set to.',
      ref,
      { kind: other },
    ),
  ]
}

function weakHeaders(meaning: Meaning, ref: string): OutcomeRow[] {
  const rows: OutcomeRow[] = []
  if (meaning.enforces.requireTls) {
    rows.push(
      direct('no-ssl-tlv', 'a header without TLS facts is refused', 'TLS is required.', ref, { kind: 'v2' }),
      direct(
        'ssl-bit-zero',
        'a header that says "no TLS" (SSL TLV with client = 0) is refused',
        'TLS is required: the bit PP2_CLIENT_SSL says so, not the presence of the TLV.',
        `${ref}; PROXY protocol 2.2.6`,
        { kind: 'v2-ssl', client: 0 },
      ),
    )
  }
  if (meaning.enforces.requireCertificate) {
    rows.push(
      direct(
        'certificate-not-sent',
        'a header without a client certificate is refused',
        'A client certificate is required.',
        ref,
        { kind: 'v2-ssl', client: 0x01 },
      ),
      direct(
        'certificate-not-verified',
        'a header with an unverified client certificate is refused',
        'A certificate counts only when it was verified (verify = 0).',
        `${ref}; PROXY protocol 2.2.6`,
        { kind: 'v2-ssl-cn', client: 0x07, verify: 1, cn: forgedCn },
      ),
    )
  }
  if (meaning.enforces.cnAsUsername) rows.push(...withoutCn(ref))
  return rows
}

function withoutCn(ref: string): OutcomeRow[] {
  const text = 'The CN is the username; without one the client has no name.'
  return [
    {
      ...refusal('certificate-without-cn', 'a client certificate without a CN is refused', text, ref, {
        certificate: 'no-cn',
      }),
      expect: { outcome: 'refused', by: ['connack', 'close'] },
    },
    {
      ...direct('cn-not-sent', 'a header with a certificate but without its CN is refused', text, ref, {
        kind: 'v2-ssl',
        client: 0x07,
      }),
      expect: { outcome: 'refused', by: ['connack', 'close'] },
    },
  ]
}

function forged(meaning: Meaning): OutcomeRow {
  const withCn = meaning.enforces.cnAsUsername
  return {
    id: 'forged-header',
    title: withCn
      ? 'anyone who reaches the broker directly can forge an address and an identity'
      : 'anyone who reaches the broker directly can forge a client address',
    level: 'should',
    requirement: {
      text: 'The broker port must be reachable by HAProxy alone: it trusts what the header says.',
      ref: '"Using Mosquitto with HAProxy", Introduction',
    },
    attempt: { kind: 'connect', to: 'broker', mqtt: '3.1.1', header: { kind: forgedKind(meaning), cn: forgedCn } },
    expect: {
      outcome: 'danger',
      precaution: 'bind the broker to loopback or a unix socket, or let a firewall keep everybody but HAProxy away',
      saw: {
        address: 'forged',
        tls: meaning.header === 'v2-ssl' || meaning.header === 'v2-ssl-cn',
        username: withCn ? forgedCn : null,
      },
    },
  }
}

/** The header a good HAProxy would send, so that only its origin is wrong. */
function forgedKind(meaning: Meaning): ForgedHeader['kind'] {
  if (meaning.header === 'none') return 'v2'
  return meaning.client === 'mtls' ? 'v2-ssl-cn' : meaning.header
}

function refusal(
  id: string,
  title: string,
  text: string,
  ref: string,
  attempt: Partial<Pick<ConnectAttempt, 'tls' | 'certificate'>>,
): OutcomeRow {
  return {
    id,
    title,
    level: 'must',
    requirement: { text, ref },
    attempt: { kind: 'connect', to: 'frontend', mqtt: '3.1.1', ...attempt },
    expect: { outcome: 'refused', by: ['tls', 'close'] },
  }
}

function direct(id: string, title: string, text: string, ref: string, header?: ForgedHeader): OutcomeRow {
  return {
    id,
    title,
    level: 'must',
    requirement: { text, ref },
    attempt: { kind: 'connect', to: 'broker', mqtt: '3.1.1', ...(header && { header }) },
    expect: { outcome: 'refused', by: ['close'] },
  }
}
