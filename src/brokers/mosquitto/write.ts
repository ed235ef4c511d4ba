import { type EntryLine, entry, entryBlank, entryComment } from '../../config/entries.js'
import { isLoopback } from '../../kernel/address.js'
import { type Enforcement, endsTls, isWebSocket, type WantedConfig, type Writer } from '../write.js'
import { entryFile } from '../write-entries.js'

/** mosquitto.conf, which the embedded broker reads as well. */
export const write: Writer = (wanted) => {
  const name = `mosquitto${wanted.place.suffix}.conf`
  const needs = wanted.header === 'none' ? 'Mosquitto 2.0' : 'Mosquitto 2.1'
  const head = [
    ...wanted.head,
    ...(wanted.annotate ? [`For ${needs} or later; mqtt-proxy broker -c ${name} runs the embedded broker by it.`] : []),
  ]
  const lines = [
    ...general(),
    entryBlank(),
    ...listener(wanted),
    ...proxyProtocol(wanted),
    ...addressLists(wanted),
    ...passedThroughTls(wanted),
    ...access(wanted.enforces),
  ]
  return [entryFile(' ', name, head, wanted, lines)]
}

function general(): EntryLine[] {
  return [
    entry('log_dest', 'stderr'),
    entryComment('Small answers leave at once; without it TLS clients waited 40 ms for each.'),
    entry('set_tcp_nodelay', 'true'),
  ]
}

function listener(wanted: WantedConfig): EntryLine[] {
  const { place } = wanted
  const lines: EntryLine[] = []
  if (place.socket !== undefined) {
    lines.push(entryComment('A unix socket (port 0): no port that a stranger could send a header to.'))
    lines.push(entry('listener', `0 ${place.socket}`))
  } else {
    lines.push(entryComment(`The same address and port as in HAProxy's server line.`))
    lines.push(...reach(wanted))
    lines.push(entry('listener', `${place.port} ${place.bind}`))
  }
  if (isWebSocket(wanted)) lines.push(entry('protocol', 'websockets'))
  return lines
}

function reach({ header, enforces, place }: WantedConfig): EntryLine[] {
  const forge = enforces.cnAsUsername ? 'an address and an identity' : 'a client address'
  if (isLoopback(place.bind)) {
    if (header === 'none') return [entryComment('Loopback only: clients come through HAProxy.')]
    return [entryComment(`Loopback only: anyone who reaches this port can forge ${forge}.`)]
  }
  if (header === 'none')
    return [entryComment('Clients can reach this port without HAProxy; a firewall can prevent it.')]
  return [
    entryComment(`WARNING: allow only HAProxy through the firewall: anyone who reaches this port can forge ${forge}.`),
  ]
}

function proxyProtocol({ header, enforces }: WantedConfig): EntryLine[] {
  if (header === 'none') return []
  const version = header === 'v1' ? '1' : '2'
  const { requireTls, requireCertificate, cnAsUsername } = enforces
  const lines = [
    entryComment('Not enable_proxy_protocol_v2 true, as the document has it: no released Mosquitto knows that option.'),
    entry('enable_proxy_protocol', version),
  ]
  if (requireTls) {
    lines.push(
      entryComment('Refuses headers without TLS facts. Mosquitto 2.1.2 looks for the SSL TLV, not at its bit.'),
    )
    lines.push(entry('proxy_protocol_v2_require_tls', 'true'))
  }
  if (requireCertificate) {
    lines.push(entryComment('Refuses headers that do not say that a client certificate was verified.'))
    lines.push(entry('require_certificate', 'true'))
  }
  if (cnAsUsername) {
    lines.push(entryComment('The CN in the header becomes the username. Ignored without require_certificate.'))
    lines.push(entry('use_identity_as_username', 'true'))
  }
  return lines
}

function addressLists({ topology }: WantedConfig): EntryLine[] {
  if (topology !== 'acl') return []
  return [
    entryComment(
      'Who may come in is decided in the inner HAProxy: Mosquitto has no list of addresses, and hosts.allow and',
    ),
    entryComment('hosts.deny (libwrap) are asked before the header is read, with the address of HAProxy.'),
  ]
}

function passedThroughTls(wanted: WantedConfig): EntryLine[] {
  if (!endsTls(wanted)) return []
  return [
    entryComment(
      'TLS ends here, HAProxy passes it through. Relative paths start where the broker is started; started as root,',
    ),
    entryComment('Mosquitto becomes user mosquitto and has to be able to read the key.'),
    entry('certfile', wanted.certificates.cert),
    entry('keyfile', wanted.certificates.key),
  ]
}

function access({ cnAsUsername }: Enforcement): EntryLine[] {
  const notes = cnAsUsername
    ? [
        'Needed, and no password_file: the CN names the client but does not authenticate it here; HAProxy has, by the',
        'certificate. Without this line everybody is refused (CONNACK 5). What a CN may do: acl_file.',
      ]
    : [
        'Since 2.0 a listener without authentication refuses everybody (CONNACK 5), and says so in its log only.',
        'For passwords instead: allow_anonymous false and password_file FILE.',
      ]
  return [...notes.map(entryComment), entry('allow_anonymous', 'true')]
}
