import { bindAuthorities } from '../certificate-paths.js'
import { type Certificate, certificatesIn } from '../certificates.js'
import type { Model } from '../model.js'
import type { Rule } from '../rule.js'

export const clientWithoutCn: Rule = {
  code: 'MP501',
  name: 'client-without-cn',
  summary: 'A client certificate without a CN where the CN is to be the username.',
  severity: 'error',
  harm: 'This client is refused: CONNACK 4 (134 in MQTT 5); VerneMQ falls back to the name the client gives itself.',
  evidence: 'Mosquitto 2.1.2 behind send-proxy-v2-ssl-cn; HAProxy sends no CN TLV for such a certificate.',
  fix: 'Issue the certificate with a CN.',
  unproven: 'check puts test certificates in place of yours; bad ones of this kind are among its own cases.',
  *check(model) {
    const link = model.links.find((one) => one.listener.cnAsUsername !== undefined || believedCn(one))
    if (link === undefined) return
    for (const client of clientsOf(model)) {
      if (client.cn !== undefined && client.cn !== '') continue
      yield {
        at: link.listener.cnAsUsername ?? link.hop.server.header.span ?? link.hop.server.address.span,
        message: `the client certificate ${client.file} has no CN: its client is refused`,
      }
    }
  },
}

function believedCn(link: Model['links'][number]): boolean {
  return link.listener.cn === 'believed' && link.hop.server.header.cn
}

/** Certificates of the user's folder that a CA of the files signed, or would have to. */
export function clientsOf(model: Model): readonly Certificate[] {
  return (model.clientCertificates ?? [])
    .flatMap((file) => certificatesIn(file).slice(0, 1))
    .filter((one) => !one.ca && one.clientAuth && !(one.serverAuth && one.names.length > 0))
}

/** Every CA with which a bind verifies clients, by the path it was named by. */
export function authoritiesOf(model: Model) {
  return model.haproxies.flatMap((haproxy) =>
    bindAuthorities(haproxy).flatMap((named) => {
      const found = model.certificates?.get(named.path)
      return found?.kind === 'file' ? [{ ...named, certificates: certificatesIn(found.file) }] : []
    }),
  )
}
