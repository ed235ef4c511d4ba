import { replaceAt } from '../../path/edits.js'
import { idleTimers } from '../../path/idle.js'
import type { Rule } from '../rule.js'

export const timeoutVsKeepalive: Rule = {
  code: 'MP103',
  name: 'timeout-vs-keepalive',
  summary: 'HAProxy closes idle connections before MQTT clients send their keepalive.',
  severity: 'warning',
  harm: 'A client that only listens may be cut off and connect again for ever; messages in between may be lost.',
  evidence:
    'Measured with timeout client and server of 60 s and the usual keepalive of 60: cut at 60.00 s each time, flag cD, no PINGREQ seen; a WebSocket in mode http is cut the same way, at 3.0 s with timeouts of 3 s.',
  fix: 'More than 1.5 times the longest keepalive for timeout client and timeout server, or a long timeout tunnel.',
  *check(model) {
    const { keepalive, paths, usable, carriers } = model
    const least = keepalive * 1500
    const said = new Set<string>()
    for (const path of paths) {
      if (!usable(path)) continue
      for (const leg of path.legs) {
        if (!carriers.has(leg.hop.backend)) continue
        for (const { name, timeout, proxy } of idleTimers(leg)) {
          const { span, value } = timeout
          const key = `${span.file}:${span.line}`
          if (value > least || said.has(key)) continue
          said.add(key)
          const better = name === 'tunnel' ? '1h' : `${Math.ceil((keepalive * 2) / 10) * 10}s`
          yield {
            at: span,
            message: `timeout ${name} of ${value / 1000} s may cut clients with a keepalive of ${keepalive} s: it has to be more than ${least / 1000} s`,
            related: [{ span: proxy.section.header.span, message: `holds for ${proxy.kind} "${proxy.name}"` }],
            fix: { text: `timeout ${name} ${better}`, edits: [replaceAt(span, better)] },
          }
        }
      }
    }
  },
}
