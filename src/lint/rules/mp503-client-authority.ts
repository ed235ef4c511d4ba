import { signed } from '../certificates.js'
import type { Rule } from '../rule.js'
import { authoritiesOf, clientsOf } from './mp501-client-without-cn.js'

export const clientAuthority: Rule = {
  code: 'MP503',
  name: 'client-authority',
  summary: 'The CA with which HAProxy verifies clients did not sign their certificates, or is expired.',
  severity: 'error',
  harm: 'Clients are refused in the TLS handshake: unknown CA.',
  evidence: 'HAProxy 2.6 with verify required and another CA: alert unknown ca (48).',
  fix: 'Name the CA that issued the client certificates in ca-file.',
  unproven: 'check puts test certificates in place of yours; bad ones of this kind are among its own cases.',
  *check(model) {
    const authorities = authoritiesOf(model)
    for (const { path, span, certificates } of authorities) {
      if (certificates.length === 0) yield { at: span, message: `${path} holds no certificate` }
      for (const one of certificates) {
        if (one.notAfter < model.now) {
          yield { at: span, message: `${path} expired on ${new Date(one.notAfter).toISOString().slice(0, 10)}` }
        }
      }
    }
    const all = authorities.flatMap((one) => one.certificates)
    const [first] = authorities
    if (first === undefined || all.length === 0) return
    for (const client of clientsOf(model)) {
      if (all.some((one) => signed(one, client))) continue
      yield { at: first.span, message: `the client certificate ${client.file} was not signed by ${first.path}` }
    }
  },
}
