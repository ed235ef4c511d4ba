import type { ProxyView } from '../config/haproxy/view.js'
import type { ConfigEndpoint } from '../kernel/address.js'
import type { Hop } from './model.js'

const names = /mqtt|mosquitto|vernemq|emqx|hivemq|nanomq|flashmq/i
const ports: ReadonlySet<number> = new Set([1883, 8883])

/**
 * Proxies that carry MQTT: those that lead to a broker's listener, those named or numbered so, and what leads to them.
 * HAProxy also carries traffic that is not MQTT; judges about MQTT look at these paths only.
 */
export function mqttProxies(proxies: readonly ProxyView[], hops: readonly Hop[]): ReadonlySet<ProxyView> {
  const found = new Set<ProxyView>(proxies.filter(looksLikeMqtt))
  for (const hop of hops) {
    const reaches = hop.targets.some((one) => one.kind === 'listener' && !one.listener.transport.startsWith('ws'))
    if ((reaches && !hop.server.disabled) || onMqttPort(hop.server.endpoint)) found.add(hop.backend)
  }
  for (const hop of hops) {
    const both = [hop.backend, ...hop.frontends]
    const only = hop.frontends.every((one) => one.useBackends.length === 0)
    if (only && both.some((one) => found.has(one))) for (const one of both) found.add(one)
  }
  return found
}

/** By its name, its port, or what it looks for in the first bytes. */
function looksLikeMqtt(proxy: ProxyView): boolean {
  if (names.test(proxy.name)) return true
  if (proxy.binds.some((bind) => bind.endpoints.some(onMqttPort))) return true
  return proxy.tcpRequests.some((line) => line.words.some((word) => /mqtt_(is_valid|field_value)/.test(word.text)))
}

function onMqttPort(endpoint: ConfigEndpoint): boolean {
  return endpoint.kind === 'tcp' && endpoint.port !== undefined && ports.has(endpoint.port)
}
