import type { BrokerFile, DerivedBroker } from '../derived.js'
import type { GeneratedBroker, Settled } from '../options.js'
import type { Scenario } from '../types.js'
import { derivedBroker, headLines, type Place, placesOf } from './entries.js'
import type { TextContext } from './text-context.js'
import { artemisXml, hivemqXml } from './text-xml.js'

export type TextBroker = Exclude<GeneratedBroker, 'embedded' | 'mosquitto' | 'vernemq' | 'rabbitmq'>

const generators: Record<TextBroker, (context: TextContext) => BrokerFile> = {
  emqx,
  hivemq: (context) => hivemqXml(context, 'hivemq'),
  'hivemq-ce': (context) => hivemqXml(context, 'hivemq-ce'),
  flashmq,
  artemis: artemisXml,
  tbmq,
  rmqtt,
}

/** Brokers whose files are written only, from their documentation; none of these was run. */
export function textFiles(scenario: Scenario, settled: Settled, broker: TextBroker): readonly DerivedBroker[] {
  return placesOf(scenario, settled).map((place) => {
    const context: TextContext = {
      scenario,
      settled,
      place,
      head: [...headLines(scenario, settled, place), ...(settled.annotate ? notes(scenario, broker) : [])],
      proxied: scenario.header !== 'none',
      webSocket: settled.transport === 'ws' || settled.transport === 'wss',
      tls: settled.transport === 'tls' || settled.transport === 'wss',
      certFile: `${settled.certs}/broker/server.crt`,
      keyFile: `${settled.certs}/broker/server.key`,
    }
    return derivedBroker(settled, place, [generators[broker](context)])
  })
}

/** What this broker cannot enforce of the scenario, and its own traps. */
function notes(scenario: Scenario, broker: TextBroker): string[] {
  const lines: string[] = []
  if (scenario.enforces.requireTls) {
    const what = scenario.enforces.requireCertificate ? 'TLS and a verified certificate' : 'TLS'
    lines.push(
      `It cannot insist on ${what} in the header: that rests on HAProxy, and on nobody else reaching this port.`,
    )
  }
  if (scenario.header !== 'none') lines.push(...traps[broker])
  lines.push('Anonymous clients are let in, as in a laboratory.')
  return lines
}

const traps: Record<TextBroker, readonly string[]> = {
  emqx: ['Versions 1 and 2 are told apart by themselves; the header is mandatory.'],
  hivemq: ['The header is optional here: whoever reaches the port may leave it out, or forge one.'],
  'hivemq-ce': [],
  flashmq: ['Version 2 only. LOCAL headers (health checks of HAProxy) are closed, which a plain check does not mind.'],
  artemis: ['Needs Artemis 2.43. The header is mandatory; a missing one is logged as AMQ224152.'],
  tbmq: ['Needs TBMQ 2.1. Up to 2.3.0 LOCAL headers are closed: no check that speaks MQTT through this port.'],
  rmqtt: ['Needs RMQTT 0.15. Versions 1 and 2 are told apart by themselves.'],
}

function commented(head: readonly string[]): string[] {
  return head.map((line) => `# ${line}`)
}

function emqx({ scenario, place, head, proxied, webSocket, tls, certFile, keyFile }: TextContext): BrokerFile {
  const kind = webSocket ? (tls ? 'wss' : 'ws') : tls ? 'ssl' : 'tcp'
  const others = ['tcp', 'ssl', 'ws', 'wss'].filter((other) => other !== kind)
  const lines = [
    ...commented(head),
    '',
    `listeners.${kind}.default {`,
    `  bind = "${address(place)}"`,
    ...(proxied ? ['  proxy_protocol = true', '  proxy_protocol_timeout = 3s'] : []),
    ...(webSocket ? ['  websocket.mqtt_path = "/mqtt"'] : []),
    ...(tls ? [`  ssl_options.certfile = "${certFile}"`, `  ssl_options.keyfile = "${keyFile}"`] : []),
    '}',
    ...others.map((other) => `listeners.${other}.default.enable = false`),
    ...(scenario.enforces.cnAsUsername ? ['mqtt.peer_cert_as_username = cn'] : []),
  ]
  return file(`emqx${place.suffix}.conf`, lines)
}

function flashmq({ scenario, place, head, proxied, webSocket, tls, certFile, keyFile }: TextContext): BrokerFile {
  const haproxy = scenario.enforces.cnAsUsername ? 'client_verification' : 'on'
  const family = place.bind.includes(':') ? 'inet6' : 'inet4'
  const lines = [
    ...commented(head),
    ...(haproxy === 'client_verification'
      ? ['# client_verification needs FlashMQ 1.25; the CN becomes the username.']
      : []),
    '',
    'allow_anonymous true',
    '',
    'listen {',
    `  protocol ${webSocket ? 'websockets' : 'mqtt'}`,
    `  ${family}_bind_address ${place.bind}`,
    `  inet_protocol ${family === 'inet6' ? 'ip6' : 'ip4'}`,
    `  port ${place.port}`,
    ...(proxied ? [`  haproxy ${haproxy}`] : []),
    ...(tls ? [`  fullchain ${certFile}`, `  privkey ${keyFile}`] : []),
    '}',
  ]
  return file(`flashmq${place.suffix}.conf`, lines)
}

function tbmq({ place, head, proxied, webSocket, tls, certFile, keyFile }: TextContext): BrokerFile {
  const kind = webSocket ? (tls ? 'WSS' : 'WS') : tls ? 'SSL' : 'TCP'
  const lines = [
    ...commented(head),
    '',
    ...['TCP', 'SSL', 'WS', 'WSS'].map((one) => `LISTENER_${one}_ENABLED=${one === kind}`),
    `LISTENER_${kind}_BIND_ADDRESS=${place.bind}`,
    `LISTENER_${kind}_BIND_PORT=${place.port}`,
    ...(proxied ? ['MQTT_PROXY_PROTOCOL_ENABLED=true'] : []),
    ...(tls
      ? [
          `LISTENER_${kind}_CREDENTIALS_TYPE=PEM`,
          `LISTENER_${kind}_PEM_CERT=${certFile}`,
          `LISTENER_${kind}_PEM_KEY=${keyFile}`,
        ]
      : []),
    'SECURITY_MQTT_BASIC_ENABLED=false',
    'SECURITY_MQTT_SSL_ENABLED=false',
  ]
  return file(`tbmq${place.suffix}.env`, lines)
}

function rmqtt({ place, head, proxied, webSocket, tls, certFile, keyFile }: TextContext): BrokerFile {
  const kind = webSocket ? (tls ? 'wss' : 'ws') : tls ? 'tls' : 'tcp'
  const name = `listener.${kind}.external`
  const lines = [
    ...commented(head),
    '',
    `${name}.addr = "${address(place)}"`,
    `${name}.allow_anonymous = true`,
    ...(proxied ? [`${name}.proxy_protocol = true`, `${name}.proxy_protocol_timeout = "5s"`] : []),
    ...(tls ? [`${name}.cert = "${certFile}"`, `${name}.key = "${keyFile}"`] : []),
  ]
  return file(`rmqtt${place.suffix}.toml`, lines)
}

/** `127.0.0.1:1884`, `[::1]:1884`. */
function address(place: Place): string {
  return place.bind.includes(':') ? `[${place.bind}]:${place.port}` : `${place.bind}:${place.port}`
}

function file(name: string, lines: readonly string[]): BrokerFile {
  return { name, text: `${lines.join('\n')}\n` }
}
