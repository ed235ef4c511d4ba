import type { ProxyView } from '../../config/haproxy/view.js'
import { addToSection } from '../../path/edits.js'
import type { Rule } from '../rule.js'

const needed = {
  client: { where: (one: ProxyView) => one.kind !== 'backend' && one.binds.length > 0, value: '120s' },
  connect: { where: (one: ProxyView) => one.kind !== 'frontend' && one.servers.length > 0, value: '5s' },
  server: { where: (one: ProxyView) => one.kind !== 'frontend' && one.servers.length > 0, value: '120s' },
} as const

export const missingTimeouts: Rule = {
  code: 'MP102',
  name: 'missing-timeouts',
  summary: 'A timeout that HAProxy needs is not set.',
  severity: 'warning',
  harm: 'Without it dead connections are kept for ever, until no file descriptor is left and nobody can connect.',
  evidence: 'HAProxy 2.6 to 3.4: haproxy -c warns of a "missing timeout" and ends 0.',
  fix: 'Set timeout connect, timeout client and timeout server in the defaults section.',
  *check({ haproxies }) {
    for (const { proxies } of haproxies) {
      const said = new Set<string>()
      for (const proxy of proxies) {
        if (proxy.conditional || proxy.disabled) continue
        for (const [name, { where, value }] of Object.entries(needed)) {
          if (!where(proxy) || proxy.timeouts.has(name) || written(proxy, name)) continue
          const section = proxy.defaults?.section ?? proxy.section
          const key = `${section.header.span.file}:${section.header.span.line} ${name}`
          if (said.has(key)) continue
          said.add(key)
          yield {
            at: proxy.section.header.span,
            message: `${proxy.kind} "${proxy.name}" has no timeout ${name}`,
            fix: { text: `timeout ${name} ${value}`, edits: [addToSection(section, `timeout ${name} ${value}`)] },
          }
        }
      }
    }
  },
}

/** Set to something we could not read, as an environment variable: then it is set. */
function written(proxy: ProxyView, name: string): boolean {
  return proxy.effective.some((line) => line.words[0]?.text === 'timeout' && line.words[1]?.text === name)
}
