import type { CertificateRole, CopyTarget } from '../../brokers/copy.js'
import { certificateFiles } from '../../scenarios/certificates.js'
import { certificate } from './certificates.js'
import type { Relocation } from './relocation.js'

const ours: Readonly<Record<CertificateRole, string>> = {
  certificate: certificateFiles.brokerCert,
  key: certificateFiles.brokerKey,
  'client CA': certificateFiles.clientCa,
}

/** The sandbox as the copy of a broker's file finds it. */
export function brokerTarget(to: Relocation): CopyTarget {
  return {
    allowExec: to.options.allowExec,
    place: (endpoint) => to.place(endpoint, 'broker'),
    host: (host) => to.host(host),
    socket: (path) => to.socket(path),
    data: (path, span, standIn) => to.data(path, span, standIn),
    certificate: (path, role) => to.certificate(path, certificate(ours[role])),
    path: (name) => `${to.options.folder}/${name}`,
    leaveOut: (one) => to.leaveOut(one),
  }
}
