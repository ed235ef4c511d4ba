import { parseAddress } from '../config/haproxy/address.js'
import type { HaproxyView } from '../config/haproxy/view.js'
import type { ConfigEndpoint } from '../kernel/address.js'

/** The `stats socket` lines of a haproxy.cfg, in their order; those of a branch that is not taken are left out. */
export function statsSockets(view: HaproxyView): readonly ConfigEndpoint[] {
  return view.global.lines.flatMap(({ words, active }) => {
    const [stats, socket, address] = words.map((word) => word.text)
    return active !== 'no' && stats === 'stats' && socket === 'socket' && address !== undefined
      ? [parseAddress(address)]
      : []
  })
}
