import { replaceAt } from '../edits.js'
import type { Rule } from '../rule.js'

export const modeHttp: Rule = {
  code: 'MP105',
  name: 'mode-http',
  summary: 'MQTT goes through a proxy in mode http.',
  severity: 'error',
  harm: 'HAProxy takes the CONNECT packet for a bad HTTP request and answers 400; no client gets in.',
  evidence: 'HAProxy configuration manual 4.2, mode; WebSocket is the exception: it begins with HTTP.',
  fix: 'mode tcp in the frontend and the backend (or in defaults).',
  *check({ mqtt, links }) {
    const said = new Set<string>()
    for (const proxy of mqtt) {
      const { mode } = proxy
      if (mode.value !== 'http' || proxy.conditional) continue
      const own = links.filter((one) => one.proxy === proxy || one.frontends.includes(proxy))
      if (own.some((one) => one.receiver.webSocket)) continue
      const plainPort = proxy.binds.some((bind) =>
        bind.endpoints.some((one) => one.kind === 'tcp' && (one.port === 1883 || one.port === 8883)),
      )
      // By its name alone it may as well carry WebSocket; a broker's listener or MQTT's own port says more.
      if (own.length === 0 && !plainPort) continue
      const at = mode.span ?? proxy.section.header.span
      const key = `${at.file}:${at.line}`
      if (said.has(key)) continue
      said.add(key)
      yield {
        at,
        message: `${proxy.kind} "${proxy.name}" carries MQTT in mode http: HAProxy answers every CONNECT with 400`,
        related: [{ span: proxy.section.header.span, message: 'the mode holds here' }],
        fix: { text: 'mode tcp', ...(mode.span !== undefined && { edits: [replaceAt(mode.span, 'tcp')] }) },
      }
    }
  },
}
