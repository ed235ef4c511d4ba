import type { ProxyView } from '../../config/haproxy/view.js'
import { addToSection } from '../edits.js'
import type { Rule } from '../rule.js'

export const noBackend: Rule = {
  code: 'MP101',
  name: 'no-backend',
  summary: 'A frontend leads to no backend.',
  severity: 'error',
  harm: 'Every client is cut off right after its TCP or TLS handshake; the log says <NOSRV> and SC.',
  evidence: 'HAProxy 2.6 and 3.2: haproxy -c accepts the file without a word, then no connection gets through.',
  fix: 'Add a default_backend (or a use_backend) to the frontend.',
  *check({ haproxies }) {
    for (const { proxies } of haproxies) {
      const named = new Set(
        proxies.flatMap((one) => [one.defaultBackend, ...one.useBackends].map((name) => name?.value)),
      )
      for (const proxy of proxies) {
        if (!deadEnd(proxy)) continue
        const free = proxies.filter((one) => one.kind === 'backend' && !named.has(one.name))
        const all = proxies.filter((one) => one.kind === 'backend')
        const [only, ...others] = free.length > 0 ? free : all
        const text = only === undefined || others.length > 0 ? undefined : `default_backend ${only.name}`
        yield {
          at: proxy.section.header.span,
          message: `${proxy.kind} "${proxy.name}" leads to no backend: every client is cut off`,
          fix: {
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

/** Frontends that need no backend: statistics, redirects, rejections and services of HAProxy itself. */
function answersItself(words: readonly string[]): boolean {
  const [first, second, third] = words
  if (first === 'stats' || first === 'redirect' || first === 'dispatch' || first === 'monitor-uri') return true
  if (first === 'http-request') return /^(redirect|return|deny|reject|tarpit|use-service)/.test(second ?? '')
  if (first === 'option') return second === 'http_proxy' || second === 'transparent'
  return (
    first === 'tcp-request' &&
    /^(reject|use-service|silent-drop|close)/.test(third ?? '') &&
    !words.some((one) => one === 'if' || one === 'unless')
  )
}
