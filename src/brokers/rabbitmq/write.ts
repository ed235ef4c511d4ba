import { type EntryLine, entry, entryBlank, entryComment } from '../../config/entries.js'
import { older } from '../../kernel/version.js'
import { type ConfigText, isWebSocket, type WantedConfig, type Writer } from '../write.js'
import { entryFile } from '../write-entries.js'

/** rabbitmq.conf and the list of plugins. */
export const write: Writer = (wanted) => {
  const web = isWebSocket(wanted)
  const lines: EntryLine[] = [
    entryComment('No AMQP here.'),
    entry('listeners.tcp', 'none'),
    entryBlank(),
    entryComment("The same address and port as in HAProxy's server line."),
    ...listener(wanted),
    ...(wanted.header === 'none' ? [] : proxyLines(wanted, web ? 'web_mqtt' : 'mqtt')),
    entryBlank(),
    ...access(wanted.version),
  ]
  return [entryFile(' = ', `rabbitmq${wanted.place.suffix}.conf`, wanted.head, wanted, lines), plugins(web)]
}

function listener(wanted: WantedConfig): EntryLine[] {
  const { place } = wanted
  // Without brackets, also for IPv6: RabbitMQ 3.10 does not start with them.
  const at = `${place.bind}:${place.port}`
  const off = entry('mqtt.listeners.tcp', 'none')
  switch (wanted.transport) {
    case 'tcp':
      return [entry('mqtt.listeners.tcp.1', at)]
    case 'tls':
      return [off, entry('mqtt.listeners.ssl.1', at), ...tlsOptions(wanted, 'ssl_options')]
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
        ...tlsOptions(wanted, 'web_mqtt.ssl'),
      ]
  }
}

function tlsOptions({ certificates }: WantedConfig, prefix: string): EntryLine[] {
  return [
    entry(`${prefix}.cacertfile`, certificates.serverCa),
    entry(`${prefix}.certfile`, certificates.cert),
    entry(`${prefix}.keyfile`, certificates.key),
  ]
}

function proxyLines({ enforces }: WantedConfig, plugin: string): EntryLine[] {
  const lines = [
    entryComment(
      'For every listener of this plugin. Versions 1 and 2 are detected automatically. Before 3.11.19 each v2 health',
    ),
    entryComment('check of HAProxy leaves a crash report in the log; clients are not affected.'),
    entry(`${plugin}.proxy_protocol`, 'true'),
  ]
  if (!enforces.requireTls) return lines
  return [
    ...lines,
    entryComment(
      'RabbitMQ cannot insist on TLS or a certificate in the header: that clients use them rests on HAProxy alone.',
    ),
  ]
}

function access(version: string | undefined): EntryLine[] {
  const old = older(version ?? '4', '3.13')
  const anonymous = old
    ? [entry('mqtt.default_user', 'guest'), entry('mqtt.default_pass', 'guest')]
    : [entry('anonymous_login_user', 'guest'), entry('anonymous_login_pass', 'guest')]
  const names = old ? 'Called anonymous_login_user since 3.13' : 'Called mqtt.default_user before 3.13'
  return [
    entryComment('Clients without a username are the user guest. For tests only.'),
    entry('mqtt.allow_anonymous', 'true'),
    entryComment(`${names}; RabbitMQ does not start with a name of the other versions.`),
    ...anonymous,
    entryComment('guest may log in from loopback only, and the address that counts is the one in the header.'),
    entry('loopback_users', 'none'),
  ]
}

function plugins(web: boolean): ConfigText {
  return { name: 'enabled_plugins', text: `[${web ? 'rabbitmq_mqtt,rabbitmq_web_mqtt' : 'rabbitmq_mqtt'}].\n` }
}
