import type { HaproxyView, ProxyView } from '../config/haproxy/view.js'
import type { ConnectionPath } from './model.js'

interface Routes {
  readonly mqtt: ReadonlySet<ProxyView>
  readonly paths: readonly ConnectionPath[]
  readonly haproxies: readonly HaproxyView[]
}

/**
 * Proxies that lead to a broker's listener (over TCP, TLS or WebSocket, also by way of other hops), or that are about MQTT
 * without doubt. What else HAProxy carries is not judged.
 */
export function carriersOf(ground: Routes): ReadonlySet<ProxyView> {
  const found = new Set(ground.mqtt)
  for (const path of ground.paths) {
    if (path.end.kind !== 'listener') continue
    for (const { at, hop } of path.legs) {
      found.add(hop.backend)
      if (at !== undefined) found.add(at.proxy)
    }
  }
  for (const { proxies } of ground.haproxies) {
    for (const proxy of proxies) {
      if (!found.has(proxy) && proxy.lines.some((line) => line.words.some(asksForMqtt))) found.add(proxy)
    }
  }
  return found
}

function asksForMqtt({ text }: { readonly text: string }): boolean {
  return text.includes('mqtt_') && /\bmqtt_(?:is_valid|field_value)/.test(text)
}
