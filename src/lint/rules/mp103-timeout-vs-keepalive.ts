import { replaceAt } from '../../path/edits.js'
import type { Rule } from '../rule.js'

export const timeoutVsKeepalive: Rule = {
  code: 'MP103',
  name: 'timeout-vs-keepalive',
  summary: 'HAProxy closes idle connections before MQTT clients send their keepalive.',
  severity: 'warning',
  harm: 'A client that only listens is cut off and connects again for ever; messages in between may be lost.',
  evidence:
    'Measured with timeout client and server of 60 s and the usual keepalive of 60: cut at 60.00 s each time, flag cD, no PINGREQ seen.',
  fix: 'More than 1.5 times the longest keepalive for timeout client and timeout server, or a long timeout tunnel.',
  *check({ mqtt, keepalive }) {
    const least = keepalive * 1500
    const said = new Set<string>()
    for (const proxy of mqtt) {
      if (proxy.timeouts.has('tunnel')) continue
      const names =
        proxy.kind === 'frontend' ? ['client'] : proxy.kind === 'backend' ? ['server'] : ['client', 'server']
      for (const name of names) {
        const timeout = proxy.timeouts.get(name)
        if (timeout === undefined || timeout.value === 0 || timeout.value > least) continue
        const { span, value } = timeout
        const key = `${span.file}:${span.line}`
        if (said.has(key)) continue
        said.add(key)
        const better = `${Math.ceil((keepalive * 2) / 10) * 10}s`
        yield {
          at: span,
          message: `timeout ${name} of ${value / 1000} s cuts clients with a keepalive of ${keepalive} s: it has to be more than ${least / 1000} s`,
          related: [{ span: proxy.section.header.span, message: `holds for ${proxy.kind} "${proxy.name}"` }],
          fix: { text: `timeout ${name} ${better}`, edits: [replaceAt(span, better)] },
        }
      }
    }
  },
}
