import type { EntryDocument, EntryLine } from '../../config/entries.js'
import type { Sourced } from '../../config/sourced.js'
import type { Span } from '../../config/span.js'
import { type ConfigEndpoint, hostOf } from '../../kernel/address.js'

export interface RabbitmqSetting {
  readonly key: string
  readonly value: string
  readonly line: EntryLine
  readonly span: Span
  readonly valueSpan: Span
}

export interface RabbitmqView {
  readonly dialect: 'rabbitmq'
  readonly file: string
  readonly listeners: readonly RabbitmqListener[]
  readonly settings: ReadonlyMap<string, RabbitmqSetting>
}

/** A listener of the MQTT or the Web MQTT plugin. */
export interface RabbitmqListener {
  readonly plugin: 'mqtt' | 'web_mqtt'
  readonly transport: 'tcp' | 'ssl'
  readonly endpoint: ConfigEndpoint
  /** Absent on the default listener that nobody wrote. */
  readonly line: EntryLine | undefined
  readonly span: Span
  /** `mqtt.proxy_protocol` or `web_mqtt.proxy_protocol`: one switch for all listeners of a plugin. */
  readonly proxy: Sourced<boolean>
}

/**
 * What a rabbitmq.conf means for MQTT. Without `mqtt.listeners.tcp.*` the plugin listens on port 1883 of every
 * address; `mqtt.listeners.tcp = none` turns that off.
 */
export function viewRabbitmq(document: EntryDocument): RabbitmqView {
  const settings = new Map<string, RabbitmqSetting>()
  for (const line of document.lines) {
    if (line.key === undefined || line.value === undefined) continue
    const span = line.keySpan ?? line.span
    const value = line.value.replace(/^'(.*)'$/s, '$1')
    settings.set(line.key, { key: line.key, value, line, span, valueSpan: line.valueSpan ?? line.span })
  }
  const start = { file: document.file, line: 1, column: 1, endLine: 1, endColumn: 1 }
  return {
    dialect: 'rabbitmq',
    file: document.file,
    settings,
    listeners: [...mqttListeners(settings, start), ...webListeners(settings)],
  }
}

function mqttListeners(settings: ReadonlyMap<string, RabbitmqSetting>, start: Span): RabbitmqListener[] {
  const proxy = flag(settings.get('mqtt.proxy_protocol'))
  const written = [...settings.values()].flatMap((setting): RabbitmqListener[] => {
    const match = /^mqtt\.listeners\.(tcp|ssl)\.[^.]+$/.exec(setting.key)
    if (match === null) return []
    const transport = match[1] === 'ssl' ? 'ssl' : 'tcp'
    const endpoint = endpointOf(setting.value)
    return [{ plugin: 'mqtt', transport, endpoint, line: setting.line, span: setting.span, proxy }]
  })
  if (written.some((one) => one.transport === 'tcp') || settings.get('mqtt.listeners.tcp')?.value === 'none')
    return written
  if (written.length === 0 && ![...settings.keys()].some((key) => key.startsWith('mqtt.'))) return written
  const endpoint: ConfigEndpoint = { kind: 'tcp', host: undefined, port: 1883 }
  return [{ plugin: 'mqtt', transport: 'tcp', endpoint, line: undefined, span: proxy.span ?? start, proxy }, ...written]
}

function webListeners(settings: ReadonlyMap<string, RabbitmqSetting>): RabbitmqListener[] {
  const proxy = flag(settings.get('web_mqtt.proxy_protocol'))
  return (['tcp', 'ssl'] as const).flatMap((transport): RabbitmqListener[] => {
    const listener = settings.get(`web_mqtt.${transport}.listener`)
    const port = settings.get(`web_mqtt.${transport}.port`)
    const at = listener ?? port
    if (at === undefined) return []
    const ip = settings.get(`web_mqtt.${transport}.ip`)?.value
    const endpoint = listener === undefined && ip !== undefined ? endpointOf(`${ip}:${at.value}`) : endpointOf(at.value)
    return [{ plugin: 'web_mqtt', transport, endpoint, line: at.line, span: at.span, proxy }]
  })
}

function flag(setting: RabbitmqSetting | undefined): Sourced<boolean> {
  return { value: setting?.value === 'true', span: setting?.span }
}

function endpointOf(value: string): ConfigEndpoint {
  const match = /^(?:(.*):)?(\d+)$/.exec(value)
  if (match === null) return { kind: 'other', text: value }
  return { kind: 'tcp', host: match[1] === undefined ? undefined : hostOf(match[1]), port: Number(match[2]) }
}
