import { type EntryLine, entry, entryBlank, entryComment } from '../../config/entries.js'
import { certificateFiles } from '../certificates.js'
import type { BrokerFile, DerivedBroker } from '../derived.js'
import type { Settled } from '../options.js'
import { older } from '../support.js'
import type { Scenario } from '../types.js'
import { derivedBroker, entryFile, headLines, type Place, placesOf } from './entries.js'

/** rabbitmq.conf and the list of plugins. */
export function rabbitmqFiles(scenario: Scenario, settled: Settled): readonly DerivedBroker[] {
  return placesOf(scenario, settled).map((place) => {
    const web = settled.transport === 'ws' || settled.transport === 'wss'
    const lines: EntryLine[] = [
      entryComment('No AMQP here.'),
      entry('listeners.tcp', 'none'),
      entryBlank(),
      entryComment("The same address and port as in HAProxy's server line."),
      ...listener(settled, place),
      ...(scenario.header === 'none' ? [] : proxyLines(scenario, web ? 'web_mqtt' : 'mqtt')),
      entryBlank(),
      ...access(settled),
    ]
    const head = headLines(scenario, settled, place)
    return derivedBroker(settled, place, [
      entryFile('rabbitmq', `rabbitmq${place.suffix}.conf`, head, settled, lines),
      plugins(web),
    ])
  })
}

function listener(settled: Settled, place: Place): EntryLine[] {
  // Without brackets, also for IPv6: RabbitMQ 3.10 does not start with them.
  const at = `${place.bind}:${place.port}`
  const off = entry('mqtt.listeners.tcp', 'none')
  switch (settled.transport) {
    case 'tcp':
      return [entry('mqtt.listeners.tcp.1', at)]
    case 'tls':
      return [off, entry('mqtt.listeners.ssl.1', at), ...tlsOptions(settled, 'ssl_options')]
    case 'ws':
      return [
        off,
        entry('web_mqtt.tcp.ip', place.bind),
        entry('web_mqtt.tcp.port', String(place.port)),
        entry('web_mqtt.ws_path', '/mqtt'),
      ]
    case 'wss':
      return [
        off,
        entry('web_mqtt.ssl.ip', place.bind),
        entry('web_mqtt.ssl.port', String(place.port)),
        entry('web_mqtt.ws_path', '/mqtt'),
        ...tlsOptions(settled, 'web_mqtt.ssl'),
      ]
  }
}

function tlsOptions(settled: Settled, prefix: string): EntryLine[] {
  return [
    entry(`${prefix}.cacertfile`, `${settled.certs}/${certificateFiles.serverCa}`),
    entry(`${prefix}.certfile`, `${settled.certs}/${certificateFiles.brokerCert}`),
    entry(`${prefix}.keyfile`, `${settled.certs}/${certificateFiles.brokerKey}`),
  ]
}

function proxyLines(scenario: Scenario, plugin: string): EntryLine[] {
  const lines = [
    entryComment(
      'For every listener of this plugin. Versions 1 and 2 are told apart by themselves. Before 3.11.19 each v2 health',
    ),
    entryComment('check of HAProxy leaves a crash report in the log; clients are not affected.'),
    entry(`${plugin}.proxy_protocol`, 'true'),
  ]
  if (!scenario.enforces.requireTls) return lines
  return [
    ...lines,
    entryComment(
      'RabbitMQ cannot insist on TLS or a certificate in the header: that clients use them rests on HAProxy alone.',
    ),
  ]
}

function access(settled: Settled): EntryLine[] {
  const anonymous = older(settled.brokerVersion ?? '3.10', '3.13')
    ? [entry('mqtt.default_user', 'guest'), entry('mqtt.default_pass', 'guest')]
    : [entry('anonymous_login_user', 'guest'), entry('anonymous_login_pass', 'guest')]
  return [
    entryComment('Clients without a username are the user guest. A laboratory, not a recommendation.'),
    entry('mqtt.allow_anonymous', 'true'),
    ...anonymous,
    entryComment('guest may log in from loopback only, and the address that counts is the one in the header.'),
    entry('loopback_users', 'none'),
  ]
}

function plugins(web: boolean): BrokerFile {
  return { name: 'enabled_plugins', text: `[${web ? 'rabbitmq_mqtt,rabbitmq_web_mqtt' : 'rabbitmq_mqtt'}].\n` }
}
