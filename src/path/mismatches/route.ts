import { replaceAt } from '../../config/edit.js'
import { isProxyName } from '../../config/haproxy/proxy-name.js'
import type { HaproxyView, ProxyView } from '../../config/haproxy/view.js'
import { isLocal } from '../../kernel/address.js'
import { addToSection } from '../edits.js'
import { eachPath, type Link } from '../ground.js'
import type { FoundMismatch, Judge } from '../mismatch.js'

export const noRoute: Judge = {
  evidence: 'HAProxy 2.6 and 3.2: haproxy -c reports no error, then no connection gets through.',
  *find({ haproxies }) {
    for (const { proxies } of haproxies) {
      const named = new Set(
        proxies.flatMap((one) => [one.defaultBackend, ...one.useBackends].map((name) => name?.value)),
      )
      for (const proxy of proxies) {
        if (!deadEnd(proxy)) continue
        const all = proxies.filter((one) => one.kind === 'backend' && isProxyName(one.name))
        const free = all.filter((one) => !named.has(one.name))
        const [only, ...others] = free.length > 0 ? free : all
        const text = only === undefined || others.length > 0 ? undefined : `default_backend ${only.name}`
        yield {
          at: proxy.section.header.span,
          suffers: 'every client',
          message: `${proxy.kind} "${proxy.name}" leads to no backend: every client is cut off`,
          remedy: {
            text: text ?? 'default_backend NAME',
            ...(text !== undefined && { edits: [addToSection(proxy.section, text)] }),
          },
        }
      }
    }
  },
}

function deadEnd(proxy: ProxyView): boolean {
  if (proxy.kind === 'backend' || proxy.binds.length === 0 || proxy.conditional || proxy.disabled) return false
  if (proxy.defaultBackend !== undefined || proxy.useBackends.length > 0 || proxy.servers.length > 0) return false
  return !proxy.effective.some((line) => answersItself(line.words.map((one) => one.text)))
}

/** Frontends that need no backend: statistics, redirects, rejections, services of HAProxy itself, reverse HTTP. */
function answersItself(words: readonly string[]): boolean {
  const [first, second, third] = words
  if (first === 'stats' || first === 'redirect' || first === 'dispatch' || first === 'monitor-uri') return true
  if (first === 'http-request') return /^(redirect|return|deny|reject|tarpit|use-service)/.test(second ?? '')
  if (first === 'option') return second === 'http_proxy' || second === 'transparent'
  if (first !== 'tcp-request') return false
  // With attach-srv the connection itself becomes a server's.
  if (third === 'attach-srv') return true
  const always = !words.some((one) => one === 'if' || one === 'unless')
  return /^(reject|use-service|silent-drop|close)/.test(third ?? '') && always
}

export const serversDisabled: Judge = {
  evidence:
    'HAProxy 3.2.26: with "disabled" on every server line each client is closed, log "<NOSRV>" and flags SC; haproxy -c ends 0.',
  *find({ haproxies, topology }) {
    for (const haproxy of haproxies) {
      if (keepsState(haproxy)) continue
      for (const backend of haproxy.proxies) {
        if (backend.kind === 'frontend' || backend.servers.length === 0 || backend.conditional || backend.disabled)
          continue
        if (!backend.servers.every((one) => one.disabled)) continue
        const led = topology.hops.find((one) => one.backend === backend)?.from ?? []
        const at = backend.servers.find((one) => one.disabledBy !== undefined)?.disabledBy
        if (at === undefined || led.length === 0) continue
        const weightless = backend.servers.some(({ keywords, disabledBy }) =>
          keywords.some((one) => one.name === 'weight' && one.span === disabledBy),
        )
        const sure = led.some(({ rule }) => rule.condition === undefined)
        yield {
          at,
          suffers: 'every client',
          ...(!sure && { severity: 'warning' as const }),
          message: `every server of ${backend.kind} "${backend.name}" ${weightless ? 'is disabled or has weight 0' : 'is disabled'}: its clients are cut off until one is enabled`,
          related: led.slice(0, 1).map(({ rule }) => ({ span: rule.span, message: 'clients are led here' })),
          remedy: {
            text: weightless
              ? 'give a server a weight above 0, or do so over the stats socket'
              : 'take "disabled" away, or enable a server over the stats socket',
          },
        }
      }
    }
  },
}

/** A state file may enable what the configuration disables. */
function keepsState({ global, proxies }: HaproxyView): boolean {
  if (global.lines.some((line) => /^server-state-(file|base)$/.test(line.words[0]?.text ?? ''))) return true
  return proxies.some((one) => one.effective.some((line) => line.words[0]?.text === 'load-server-state-from-file'))
}

export const loop: Judge = {
  evidence: 'Measured on HAProxy 2.6: 200 of 200 connections used by one client; haproxy -c ends 0.',
  *find(ground) {
    yield* eachPath(ground, (path): FoundMismatch | undefined => {
      if (path.end.kind !== 'loop') return undefined
      const last = path.legs.at(-1)
      // With rules that pick a backend the way round may end; a remote machine may well use the same port.
      const chosen = path.legs.some(({ at }) => at === undefined || at.proxy.useBackends.length > 0)
      if (last === undefined || chosen || !isLocal(last.hop.server.endpoint)) return undefined
      const { bind, proxy } = path.end.at
      return {
        at: last.hop.server.address.span,
        suffers: 'every client',
        message: `${last.hop.server.name} connects to HAProxy's own frontend "${proxy.name}": connections go round until maxconn`,
        related: [{ span: bind.address.span, message: 'the frontend that leads to this server' }],
        remedy: { text: 'the address of the broker in the server line' },
        path,
      }
    })
  },
}

export const modeHttp: Judge = {
  evidence:
    'HAProxy 3.2.26: log "400 ... PR-- <BADREQ>", the client gets HTTP/1.0 400; that answer to a CONNECT proves the mode. WebSocket is the exception: it begins with HTTP.',
  unusable: true,
  *find({ mqtt, links, paths }) {
    const byProxy = new Map<ProxyView, Link[]>()
    for (const link of links) {
      for (const proxy of new Set([link.hop.backend, ...link.hop.frontends])) {
        const known = byProxy.get(proxy)
        if (known === undefined) byProxy.set(proxy, [link])
        else known.push(link)
      }
    }
    const said = new Set<string>()
    for (const proxy of mqtt) {
      const { mode } = proxy
      if (mode.value !== 'http' || proxy.conditional) continue
      const own = byProxy.get(proxy) ?? []
      if (own.some((one) => one.listener.transport.startsWith('ws'))) continue
      const plainPort = proxy.binds.some((bind) =>
        bind.endpoints.some((one) => one.kind === 'tcp' && (one.port === 1883 || one.port === 8883)),
      )
      // By its name alone it may as well carry WebSocket; a broker's listener or MQTT's own port says more.
      if (own.length === 0 && !plainPort) continue
      const at = mode.span ?? proxy.section.header.span
      const key = `${at.file}:${at.line}`
      if (said.has(key)) continue
      said.add(key)
      const isHere = (one: ProxyView | undefined) => one === proxy || (one !== undefined && one.mode.span === at)
      yield {
        at,
        suffers: 'every client',
        message: `${proxy.kind} "${proxy.name}" carries MQTT in mode http: HAProxy answers every CONNECT with 400`,
        related: [{ span: proxy.section.header.span, message: 'the mode holds here' }],
        remedy: { text: 'mode tcp', ...(mode.span !== undefined && { edits: [replaceAt(mode.span, 'tcp')] }) },
        paths: paths.filter((path) => path.legs.some((leg) => isHere(leg.at?.proxy) || isHere(leg.hop.backend))),
      }
    }
  },
}
