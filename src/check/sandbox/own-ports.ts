import { type HaproxyLine, type HaproxyWord, word } from '../../config/haproxy/document.js'
import type { HaproxyView } from '../../config/haproxy/view.js'
import type { Relocation } from './relocation.js'
import { remade } from './words.js'

/** In conditions: what a client's own port is compared to goes with the binds to the ports of the sandbox. */
export function withOwnPorts(one: HaproxyLine, view: HaproxyView, to: Relocation): HaproxyLine {
  const at = one.words.findIndex(({ text }) => isPort(text))
  if (at < 0) return one
  let inside = false
  const words = one.words.flatMap((each): readonly HaproxyWord[] => {
    if (isPort(each.text)) inside = true
    const range = inside ? /^(\d+)(?::(\d+))?$/.exec(each.text) : null
    if (range !== null) return moved(Number(range[1]), Number(range[2] ?? range[1]), view, to) ?? [each]
    if (!isPort(each.text) && !/^(?:eq|-m|int|--)$/.test(each.text)) inside = false
    return [each]
  })
  return remade(one, words)
}

function isPort(text: string): boolean {
  return /^(?:fc_)?dst_port$/.test(text)
}

/** The ports of the binds that these stand for; none: nothing listens on them here. */
function moved(from: number, until: number, view: HaproxyView, to: Relocation): readonly HaproxyWord[] | undefined {
  const endpoints = view.proxies.flatMap(({ binds }) => binds.flatMap((bind) => bind.endpoints))
  const ports = endpoints.flatMap((endpoint) => {
    if (endpoint.kind !== 'tcp' || endpoint.port === undefined || endpoint.endPort !== undefined) return []
    const place = endpoint.port < from || endpoint.port > until ? undefined : to.place(endpoint, 'haproxy')
    return place === undefined || 'path' in place ? [] : [place.port]
  })
  return ports.length === 0 ? undefined : [...new Set(ports)].map((port) => word(String(port)))
}
