/**
 * Names and addresses that generated files, certificates, forged headers and checks agree on.
 */

/** CN of the certificate that every check counts as the good one, and the default of `gen certs`. */
export const validCn = 'alice'

/** Client id and CN that a forged header claims. */
export const forgedCn = 'admin'

/** Source of forged headers: the documentation ranges (RFC 5737, RFC 3849), never a real client. */
export const forgedSource = {
  4: { host: '203.0.113.7', port: 56324 },
  6: { host: '2001:db8::7', port: 56324 },
} as const

/** What `ip-acl` denies unless told otherwise; `deniedAddress` lies in it. */
export const deniedRange = { 4: '198.51.100.0/24', 6: '2001:db8:bad::/48' } as const
export const deniedAddress = { 4: '198.51.100.66', 6: '2001:db8:bad::66' } as const

/** Payload of the publish checks: longer than every buffer on the way. */
export const payloadBytes = 262_144
