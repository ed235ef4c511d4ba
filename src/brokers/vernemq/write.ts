import { type EntryLine, entry, entryBlank, entryComment } from '../../config/entries.js'
import { isLoopback } from '../../kernel/address.js'
import { boundAddress, endsTls, type WantedConfig, type Writer } from '../write.js'
import { entryFile } from '../write-entries.js'

const kinds = { tcp: 'tcp', ws: 'ws', tls: 'ssl', wss: 'wss' } as const

/** vernemq.conf; facts measured on 2.2.0. The listener is called `haproxy`. */
export const write: Writer = (wanted) => {
  const { place } = wanted
  const name = `listener.${kinds[wanted.transport]}.haproxy`
  const lines: EntryLine[] = [
    entryComment('Packages of the makers start with accept_eula = yes only; builds from source do not know that line.'),
    entry('nodename', `VerneMQ${place.suffix}@127.0.0.1`),
    entryComment(
      'VerneMQ does not start without a cookie. Anyone who knows it controls the node: choose your own secret.',
    ),
    entry('distributed_cookie', 'change-me'),
    entryComment('Without authentication everybody is refused. For tests only; vmq_passwd asks for passwords.'),
    entryComment(
      'The plugin vmq_acl is on by default: it decides about topics, also for anonymous clients (etc/vmq.acl).',
    ),
    ...(wanted.enforces.cnAsUsername ? cnNotes() : []),
    entry('allow_anonymous', 'on'),
    entry('log.console', 'console'),
    entryBlank(),
    entryComment("The same address and port as in HAProxy's server line."),
    ...(wanted.header === 'none' || !isLoopback(place.bind)
      ? []
      : [
          entryComment(
            'Loopback only: VerneMQ has no list of trusted proxies, and trusts every header that reaches it.',
          ),
        ]),
    entry(name, boundAddress(place)),
    ...(wanted.header === 'none' ? [] : proxyLines(wanted, name)),
    ...(endsTls(wanted) ? tlsLines(wanted, name) : []),
  ]
  return [entryFile(' = ', `vernemq${place.suffix}.conf`, wanted.head, wanted, lines)]
}

function proxyLines(wanted: WantedConfig, name: string): EntryLine[] {
  return [
    entryComment('on or off, nothing else (no period). Versions 1 and 2 are detected automatically.'),
    entry(`${name}.proxy_protocol`, 'on'),
    ...(wanted.enforces.requireTls ? enforcementNotes(wanted) : []),
  ]
}

function enforcementNotes(wanted: WantedConfig): EntryLine[] {
  const what = wanted.enforces.requireCertificate ? 'TLS or a verified certificate' : 'TLS'
  return [
    entryComment(`VerneMQ cannot insist on ${what} in the header: it does not look at those bits. That clients use it`),
    entryComment('rests on HAProxy alone, and on nobody else reaching this port.'),
  ]
}

function cnNotes(): EntryLine[] {
  return [
    entryComment(
      'The CN replaces the username on TCP listeners, always: proxy_protocol_use_cn_as_username is accepted here but',
    ),
    entryComment(
      'never read, and "off" for all listeners keeps VerneMQ from starting. The CN does not authenticate: with',
    ),
    entryComment('vmq_passwd the client has to send the password of its CN as well.'),
  ]
}

function tlsLines({ certificates }: WantedConfig, name: string): EntryLine[] {
  return [
    entryComment('TLS ends here, HAProxy passes it through; a TLS listener of VerneMQ takes no header.'),
    entryComment(
      'Write whole paths: VerneMQ looks relative ones up in its own folder, and says nothing when they are not there.',
    ),
    entry(`${name}.cafile`, certificates.serverCa),
    entry(`${name}.certfile`, certificates.cert),
    entry(`${name}.keyfile`, certificates.key),
  ]
}
