import { type EntryLine, entry, entryBlank, entryComment } from '../../config/entries.js'
import { formatAddress } from '../../kernel/target.js'
import { certificateFiles } from '../certificates.js'
import type { DerivedBroker } from '../derived.js'
import { isLoopback, type Settled } from '../options.js'
import type { Scenario } from '../types.js'
import { derivedBroker, entryFile, headLines, placesOf } from './entries.js'

const kinds = { tcp: 'tcp', ws: 'ws', tls: 'ssl', wss: 'wss' } as const

/** vernemq.conf; facts measured on 2.2.0. The listener is called `haproxy`. */
export function vernemqFiles(scenario: Scenario, settled: Settled): readonly DerivedBroker[] {
  const kind = kinds[settled.transport]
  const name = `listener.${kind}.haproxy`
  return placesOf(scenario, settled).map((place) => {
    const lines: EntryLine[] = [
      entryComment(
        'Packages of the makers start with accept_eula = yes only; builds from source do not know that line.',
      ),
      entry('nodename', `VerneMQ${place.suffix}@127.0.0.1`),
      entryComment(
        'Without authentication everybody is refused; see vmq_passwd and vmq_acl for more than a laboratory.',
      ),
      ...(scenario.enforces.cnAsUsername ? cnNotes() : []),
      entry('allow_anonymous', 'on'),
      entry('log.console', 'console'),
      entryBlank(),
      entryComment("The same address and port as in HAProxy's server line."),
      ...(scenario.header === 'none' || !isLoopback(place.bind)
        ? []
        : [
            entryComment(
              'Loopback only: VerneMQ has no list of trusted proxies, and believes every header that reaches it.',
            ),
          ]),
      entry(name, formatAddress({ host: place.bind, port: place.port })),
      ...(scenario.header === 'none' ? [] : proxyLines(scenario, name)),
      ...(kind === 'ssl' || kind === 'wss' ? tlsLines(settled, name) : []),
    ]
    const file = entryFile(
      'vernemq',
      `vernemq${place.suffix}.conf`,
      headLines(scenario, settled, place),
      settled,
      lines,
    )
    return derivedBroker(settled, place, [file])
  })
}

function proxyLines(scenario: Scenario, name: string): EntryLine[] {
  return [
    entryComment('on or off, nothing else (no period). Versions 1 and 2 are told apart by themselves.'),
    entry(`${name}.proxy_protocol`, 'on'),
    ...(scenario.enforces.requireTls ? enforcementNotes(scenario) : []),
  ]
}

function enforcementNotes(scenario: Scenario): EntryLine[] {
  const what = scenario.enforces.requireCertificate ? 'TLS or a verified certificate' : 'TLS'
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

function tlsLines(settled: Settled, name: string): EntryLine[] {
  return [
    entryComment('TLS ends here, HAProxy passes it through; a TLS listener of VerneMQ takes no header.'),
    entry(`${name}.cafile`, `${settled.certs}/${certificateFiles.serverCa}`),
    entry(`${name}.certfile`, `${settled.certs}/${certificateFiles.brokerCert}`),
    entry(`${name}.keyfile`, `${settled.certs}/${certificateFiles.brokerKey}`),
  ]
}
