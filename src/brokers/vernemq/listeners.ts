import type { Sourced } from '../../config/sourced.js'
import { type Listener, type ListenerLimits, noLimits } from '../listener.js'
import { switchedHeader } from '../switched-header.js'
import { editsOf } from './edits.js'
import type { VernemqListener, VernemqView } from './view.js'

const transports = { tcp: 'tcp', ssl: 'tls', ws: 'ws', wss: 'wss' } as const

/** The listeners for MQTT; those of the cluster and of the HTTP interface are none. */
export function listenersOf(view: VernemqView): readonly Listener[] {
  return view.listeners.flatMap((one) => {
    const { transport } = one
    if (transport !== 'tcp' && transport !== 'ssl' && transport !== 'ws' && transport !== 'wss') return []
    return [listenerOf(view, one, transports[transport])]
  })
}

function listenerOf(view: VernemqView, one: VernemqListener, transport: Listener['transport']): Listener {
  const secure = transport === 'tls' || transport === 'wss'
  return {
    broker: 'vernemq',
    brokerName: 'VerneMQ',
    file: one.span.file,
    endpoint: one.endpoint,
    span: one.span,
    written: true,
    transport,
    ...switchedHeader(one.proxy.value, one.proxy.span, { unknown: 'closes', withTls: false }),
    cn: one.usesCn ? 'believed' : 'never',
    certificateLogin: undefined,
    ownCertificate: secure && one.requireCertificate.value ? 'required' : 'none',
    ...(secure && isOn(one.settings.get('use_identity_as_username')?.value) && { ownName: 'cn' as const }),
    login: { anonymous: view.allowAnonymous, users: undefined, elsewhere: undefined, guest: undefined },
    limits: limitsOf(view, one),
    faults: [],
    edits: editsOf(one),
  }
}

function isOn(value: string | undefined): boolean {
  return value === 'on' || value === 'true'
}

function limitsOf(view: VernemqView, one: VernemqListener): ListenerLimits {
  const setting =
    one.settings.get('max_connections') ??
    view.defaults.get(`${one.transport}.max_connections`) ??
    view.defaults.get('max_connections')
  return { ...noLimits, connections: numberOf(setting) }
}

function numberOf(setting: { readonly value: string; readonly span: Sourced<number>['span'] } | undefined) {
  const value = Number(setting?.value)
  return setting === undefined || !Number.isInteger(value) || value <= 0 ? undefined : { value, span: setting.span }
}
