import { existsSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { parseHaproxy } from '../../config/haproxy/parse.js'
import { viewHaproxy } from '../../config/haproxy/view.js'
import { readConfigFile } from '../../host/files/config-files.js'
import type { RuntimePlace } from '../../host/haproxy/runtime-api.js'
import { environmentVariable } from '../../host/sandbox/files.js'
import { liveStacks } from '../../host/sandbox/live-stack.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { parseTarget } from '../../kernel/target.js'
import { statsSockets } from '../../live/stats-sockets.js'

export interface WhoFlags {
  readonly sockets: readonly string[]
  readonly haproxyConfigs: readonly string[]
  readonly haproxyLogs: readonly string[]
  readonly brokerLogs: readonly string[]
  readonly brokerApis: readonly string[]
}

/** What is asked. */
export interface WhoPlaces {
  readonly sockets: readonly RuntimePlace[]
  readonly haproxyLogs: readonly string[]
  readonly brokerLogs: readonly string[]
  /** Found, not named: one that no longer exists is not an error. */
  readonly found: boolean
}

/** Where Debian, Red Hat and the documentation of HAProxy put them. */
const usual = {
  sockets: ['/run/haproxy/admin.sock', '/var/run/haproxy.sock', '/var/lib/haproxy/stats', '/run/haproxy-master.sock'],
  brokerLogs: ['/var/log/mosquitto/mosquitto.log'],
  haproxyLogs: ['/var/log/haproxy.log'],
}

/**
 * What the flags name; where they name no socket, our own stacks that run here, and then the usual places.
 * @throws Fault MP-WHO-NOTHING (exit 2), MP-CONFIG-FILE, MP-LIVE-PLACE (exit 2)
 */
export function placesOf(flags: WhoFlags): WhoPlaces {
  const { haproxyLogs, brokerLogs } = flags
  const named = [...flags.sockets.map(runtimePlace), ...flags.haproxyConfigs.flatMap(socketsOf)]
  if (named.length > 0 || brokerLogs.length + flags.brokerApis.length > 0) {
    return { sockets: named, haproxyLogs, brokerLogs, found: false }
  }
  const stacks = liveStacks()
  if (stacks.length > 0) {
    return {
      sockets: stacks.flatMap((one) => one.sockets.map((path) => ({ path }))),
      brokerLogs: stacks.flatMap((one) => one.brokerLogs),
      haproxyLogs: [...haproxyLogs, ...stacks.flatMap((one) => one.haproxyLogs)],
      found: true,
    }
  }
  const sockets = usual.sockets.filter((path) => existsSync(path)).slice(0, 1)
  if (sockets.length === 0) {
    throw new Fault('MP-WHO-NOTHING', 'no HAProxy was named, and none was found here', {
      exit: EXIT.usage,
      hints: [
        'mqtt-proxy who --haproxy-config /etc/haproxy/haproxy.cfg --broker-log /var/log/mosquitto/mosquitto.log',
        'mqtt-proxy who --socket /run/haproxy/admin.sock',
        'try it out: mqtt-proxy check proxy-mtls-cn --keep   and, beside it, mqtt-proxy who',
      ],
    })
  }
  const there = (paths: readonly string[]) => paths.filter((path) => existsSync(path))
  return {
    sockets: sockets.map((path) => ({ path })),
    brokerLogs: there(usual.brokerLogs),
    haproxyLogs: haproxyLogs.length > 0 ? haproxyLogs : there(usual.haproxyLogs),
    found: true,
  }
}

/**
 * A socket as haproxy.cfg and people write it: a path, `unix@/path`, `ipv4@127.0.0.1:9999`, `127.0.0.1:9999`, and
 * `9999`: a port on localhost.
 * @throws Fault MP-LIVE-PLACE (exit 2)
 */
export function runtimePlace(text: string): RuntimePlace {
  const bare = text.replace(/^(?:unix|uxst|ipv4|ipv6)@/, '')
  if (/^(?:(?:\[[^\]]+\]|[^/:]+):)?\d+$/.test(bare)) {
    const { host, port } = parseTarget(bare)
    return { host, port }
  }
  if (bare !== '' && !bare.includes('\0')) return { path: bare }
  throw new Fault('MP-LIVE-PLACE', 'this is not a socket', {
    exit: EXIT.usage,
    hints: ['write /run/haproxy/admin.sock, or 127.0.0.1:9999'],
  })
}

function socketsOf(file: string): readonly RuntimePlace[] {
  const { document } = parseHaproxy(readConfigFile(file), file, { env: environmentVariable })
  const places = statsSockets(viewHaproxy([document])).flatMap((one): RuntimePlace[] => {
    if (one.kind === 'unix') return [{ path: isAbsolute(one.path) ? one.path : resolve(one.path) }]
    if (one.kind === 'tcp' && one.port !== undefined) return [{ host: one.host ?? '127.0.0.1', port: one.port }]
    return []
  })
  // One process answers on all of its sockets: the first is enough.
  if (places.length > 0) return places.slice(0, 1)
  throw new Fault('MP-LIVE-PLACE', `${file} has no stats socket that can be asked`, {
    exit: EXIT.usage,
    at: { file },
    hints: ['add to its global section: stats socket /run/haproxy/admin.sock mode 660 level operator'],
  })
}
