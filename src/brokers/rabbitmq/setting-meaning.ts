import type { Sourced } from '../../config/sourced.js'
import type { ConfigEndpoint } from '../../kernel/address.js'
import { editsOf } from './edits.js'
import { defaultPorts, type RabbitmqMeaning, type RabbitmqPlace, startOf } from './meaning.js'
import type { RabbitmqListener, RabbitmqSetting, RabbitmqView } from './view.js'

/** What a `rabbitmq.conf` says about MQTT. */
export function meaningOfSettings(view: RabbitmqView): RabbitmqMeaning {
  const get = (key: string) => view.settings.get(key)
  const off = get('anonymous_login_user')?.value === 'none' ? get('anonymous_login_user') : undefined
  const said = off ?? get('mqtt.allow_anonymous')
  const login = get('mqtt.ssl_cert_login')
  const everywhere = get('loopback_users.guest')?.value === 'false' || get('loopback_users')?.value === 'none'
  // Names of before 3.13, with which no later one starts.
  const old = view.settings.has('mqtt.default_user') || view.settings.has('mqtt.default_pass')
  return {
    listeners: placesOf(view),
    anonymous: { value: off === undefined && said?.value !== 'false', span: said?.span },
    certificateLogin: login?.value === 'true' ? login.span : undefined,
    guest: everywhere ? undefined : old ? 'by socket' : 'by header',
    users: (get('default_user') ?? get('mqtt.default_user') ?? said)?.span ?? startOf(view.file),
    ownCertificate: ownCertificate(get('ssl_options.verify')?.value, get('ssl_options.fail_if_no_peer_cert')?.value),
    connections: numberOf(get('connection_max')),
  }
}

function placesOf(view: RabbitmqView): readonly RabbitmqPlace[] {
  const written = view.listeners.map(placeOf)
  const named = (prefix: string) => [...view.settings.keys()].some((key) => key.startsWith(prefix))
  const missing: RabbitmqPlace[] = []
  const mqttIsThere = written.some((one) => one.plugin === 'mqtt' && !one.tls)
  if (!mqttIsThere && view.settings.get('mqtt.listeners.tcp')?.value !== 'none') missing.push(usual(view, 'mqtt'))
  if (named('web_mqtt.') && !written.some((one) => one.plugin === 'web_mqtt' && !one.tls) && webByDefault(view)) {
    missing.push(usual(view, 'web_mqtt'))
  }
  return [...missing, ...written]
}

function webByDefault(view: RabbitmqView): boolean {
  return view.settings.get('web_mqtt.tcp.listener')?.value !== 'none'
}

function placeOf(one: RabbitmqListener): RabbitmqPlace {
  const { plugin, endpoint, span, proxy, line } = one
  return {
    plugin,
    tls: one.transport === 'ssl',
    endpoint,
    span,
    written: line !== undefined,
    proxy,
    edits: editsOf(one),
  }
}

/** The listener that the plugin opens by itself, on every address. */
function usual(view: RabbitmqView, plugin: RabbitmqPlace['plugin']): RabbitmqPlace {
  const setting = view.settings.get(`${plugin}.proxy_protocol`)
  const proxy = { value: setting?.value === 'true', span: setting?.span }
  const endpoint: ConfigEndpoint = { kind: 'tcp', host: undefined, port: defaultPorts[plugin] }
  const span = setting?.span ?? startOf(view.file)
  return placeOf({ plugin, transport: 'tcp', endpoint, line: undefined, span, proxy })
}

function ownCertificate(verify: string | undefined, must: string | undefined): RabbitmqMeaning['ownCertificate'] {
  if (verify !== 'verify_peer') return 'none'
  return must === 'true' ? 'required' : 'optional'
}

function numberOf(setting: RabbitmqSetting | undefined): Sourced<number> | undefined {
  const value = Number(setting?.value)
  return setting === undefined || !Number.isInteger(value) ? undefined : { value, span: setting.span }
}
