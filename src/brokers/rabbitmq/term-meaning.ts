import { replaceAt } from '../../config/edit.js'
import type { Sourced } from '../../config/sourced.js'
import type { Span } from '../../config/span.js'
import { type ConfigEndpoint, hostOf } from '../../kernel/address.js'
import type { ListenerEdits } from '../listener.js'
import { defaultPorts, type RabbitmqMeaning, type RabbitmqPlace, startOf } from './meaning.js'
import { pairsOf, type Term, valueIn } from './terms.js'

/**
 * What a classic `rabbitmq.config` or an `advanced.config` says about MQTT. The latter is next to a rabbitmq.conf:
 * what it does not name is said there, so it makes no default listener.
 */
export function meaningOfTerms(root: Term, file: string, advanced: boolean): RabbitmqMeaning {
  const rabbit = valueIn(root, 'rabbit')
  const mqtt = valueIn(root, 'rabbitmq_mqtt')
  const web = valueIn(root, 'rabbitmq_web_mqtt')
  const login = valueIn(mqtt, 'ssl_cert_login')
  const anonymous = valueIn(mqtt, 'allow_anonymous')
  const loopback = valueIn(rabbit, 'loopback_users')
  const listeners = [
    ...mqttPlaces(mqtt, file, advanced),
    ...webPlaces(web, 'tcp_config', false),
    ...webPlaces(web, 'ssl_config', true),
  ]
  return {
    listeners,
    anonymous: { value: !is(anonymous, 'false'), span: anonymous?.span },
    certificateLogin: is(login, 'true') ? login?.span : undefined,
    guest: guestOf(loopback, valueIn(mqtt, 'default_user') ?? valueIn(mqtt, 'default_pass')),
    users: (valueIn(mqtt, 'default_user') ?? anonymous)?.span ?? startOf(file),
    ownCertificate: ownCertificate(valueIn(rabbit, 'ssl_options')),
    connections: numberOf(valueIn(rabbit, 'connection_max')),
  }
}

/** The keys of before 3.13 say that an old one reads it. */
function guestOf(loopback: Term | undefined, old: Term | undefined): RabbitmqMeaning['guest'] {
  if (loopback?.kind === 'list' && loopback.items.length === 0) return undefined
  return old === undefined ? 'by header' : 'by socket'
}

function mqttPlaces(mqtt: Term | undefined, file: string, advanced: boolean): readonly RabbitmqPlace[] {
  const proxy = flag(valueIn(mqtt, 'proxy_protocol'))
  const base = { plugin: 'mqtt' as const, proxy }
  const named = (key: string, tls: boolean) => {
    const list = valueIn(mqtt, key)
    if (list?.kind !== 'list') return []
    return list.items.map((one): RabbitmqPlace => {
      const at = endpointOf(one)
      const edits = editsOf(mqtt, at?.port)
      const endpoint: ConfigEndpoint = at?.endpoint ?? { kind: 'other', text: 'a listener in Erlang terms' }
      return { ...base, tls, endpoint, span: one.span, written: true, edits }
    })
  }
  const tcp = named('tcp_listeners', false)
  const ssl = named('ssl_listeners', true)
  if (valueIn(mqtt, 'tcp_listeners') !== undefined || advanced) return [...tcp, ...ssl]
  const endpoint: ConfigEndpoint = { kind: 'tcp', host: undefined, port: defaultPorts.mqtt }
  const span = proxy.span ?? startOf(file)
  return [{ ...base, tls: false, endpoint, span, written: false, edits: editsOf(mqtt, undefined) }, ...ssl]
}

function webPlaces(web: Term | undefined, key: string, tls: boolean): readonly RabbitmqPlace[] {
  const config = valueIn(web, key)
  const proxy = flag(valueIn(web, 'proxy_protocol'))
  if (web === undefined || (config === undefined && tls)) return []
  const port = valueIn(config, 'port')
  const ip = valueIn(config, 'ip')
  if (tls && port === undefined) return []
  const endpoint: ConfigEndpoint = {
    kind: 'tcp',
    host: ip?.kind === 'text' ? hostOf(ip.value) : undefined,
    port: port?.kind === 'number' ? Number(port.value) : defaultPorts.web_mqtt,
  }
  const span = port?.span ?? config?.span ?? web.span
  return [
    { plugin: 'web_mqtt', tls, endpoint, span, written: port !== undefined, proxy, edits: editsOf(web, port?.span) },
  ]
}

/** A port, or `{"127.0.0.1", 1883}`. */
function endpointOf(one: Term): { readonly endpoint: ConfigEndpoint; readonly port: Span } | undefined {
  if (one.kind === 'number') {
    return { endpoint: { kind: 'tcp', host: undefined, port: Number(one.value) }, port: one.span }
  }
  const [host, port] = one.kind === 'tuple' ? one.items : []
  if (host?.kind !== 'text' || port?.kind !== 'number') return undefined
  return { endpoint: { kind: 'tcp', host: hostOf(host.value), port: Number(port.value) }, port: port.span }
}

function editsOf(application: Term | undefined, port: Span | undefined): ListenerEdits {
  const known = valueIn(application, 'proxy_protocol')
  const text = '{proxy_protocol, true}'
  return {
    enableHeader: () => {
      if (known !== undefined) return { text, edits: [replaceAt(known.span, 'true')] }
      if (application?.kind !== 'list') return undefined
      const { span } = application
      const inside = { ...span, column: span.column + 1, endLine: span.line, endColumn: span.column + 1 }
      const comma = pairsOf(application).length > 0 ? ', ' : ''
      return { text, edits: [replaceAt(inside, `${text}${comma}`)] }
    },
    disableHeader: () => undefined,
    setPort: (wanted) => port && { text: `port ${wanted}`, edits: [replaceAt(port, String(wanted))] },
    setLoopback: () => undefined,
  }
}

function ownCertificate(options: Term | undefined): RabbitmqMeaning['ownCertificate'] {
  if (!is(valueIn(options, 'verify'), 'verify_peer')) return 'none'
  return is(valueIn(options, 'fail_if_no_peer_cert'), 'true') ? 'required' : 'optional'
}

function flag(one: Term | undefined): Sourced<boolean> {
  return { value: is(one, 'true'), span: one?.span }
}

function numberOf(one: Term | undefined): Sourced<number> | undefined {
  return one?.kind === 'number' ? { value: Number(one.value), span: one.span } : undefined
}

function is(one: Term | undefined, word: string): boolean {
  return one?.kind === 'atom' && one.value === word
}
