import { parseHaproxy } from '../../config/haproxy/parse.js'
import { viewHaproxy } from '../../config/haproxy/view.js'
import { readConfigFile } from '../../host/files/config-files.js'
import { environmentVariable } from '../../host/sandbox/files.js'
import type { ConfigEndpoint } from '../../kernel/address.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import type { Target } from '../../kernel/target.js'
import { readPaths } from '../../path/index.js'

/** What is watched together: a way in, and the broker's own listener behind it. */
export interface WatchPair {
  readonly target: Target
  readonly behind: Target | undefined
}

/** More would be a load of its own; several watchers share them. */
export const mostPairs = 256

/**
 * The ways in of a haproxy.cfg that carry MQTT, each with its first server. Unix sockets are left out.
 * @throws Fault MP-WATCH-NOTHING, MP-CONFIG-FILE (exit 2)
 */
export function pairsOfConfig(file: string): readonly WatchPair[] {
  const { document } = parseHaproxy(readConfigFile(file), file, { env: environmentVariable })
  const { paths, mqtt } = readPaths({ haproxies: [viewHaproxy([document])], brokers: [] })
  const pairs = new Map<string, WatchPair>()
  for (const { entry, legs } of paths) {
    if (entry === undefined || !mqtt.has(entry.proxy)) continue
    const last = legs[legs.length - 1]
    const behind =
      last === undefined ? undefined : targetAt(last.hop.server.endpoint, last.hop.server.ssl ? 'mqtts' : 'mqtt')
    for (const endpoint of entry.bind.endpoints) {
      const target = targetAt(endpoint, entry.bind.ssl === undefined ? 'mqtt' : 'mqtts')
      if (target === undefined) continue
      const key = `${target.host} ${target.port}`
      if (!pairs.has(key)) pairs.set(key, { target, behind })
    }
  }
  if (pairs.size > 0) return [...pairs.values()]
  throw new Fault('MP-WATCH-NOTHING', `${file} has no bind for MQTT with an address and a port`, {
    exit: EXIT.usage,
    at: { file },
    hints: ['name the targets themselves: mqtt-proxy watch 127.0.0.1:1883 --behind 127.0.0.1:1884'],
  })
}

function targetAt(endpoint: ConfigEndpoint, scheme: Target['scheme']): Target | undefined {
  if (endpoint.kind !== 'tcp' || endpoint.port === undefined) return undefined
  return { scheme, host: endpoint.host ?? (endpoint.family === 6 ? '::1' : '127.0.0.1'), port: endpoint.port, path: '' }
}
