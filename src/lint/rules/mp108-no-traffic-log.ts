import { addToSection } from '../../path/edits.js'
import type { Rule } from '../rule.js'

export const noTrafficLog: Rule = {
  code: 'MP108',
  name: 'no-traffic-log',
  summary: 'Log targets stand in the global section only.',
  severity: 'info',
  harm: 'HAProxy logs its own start and no connection: when clients fail there is nothing to look at.',
  evidence: 'HAProxy 2.6: no line for any connection without "log global" in the frontend or its defaults.',
  fix: 'log global and option tcplog in defaults.',
  *check({ haproxies, mqtt }) {
    for (const { global, proxies } of haproxies) {
      if (global.logs.length === 0) continue
      const silent = proxies.find(
        (one) => mqtt.has(one) && one.binds.length > 0 && one.logs.length === 0 && !one.conditional,
      )
      if (silent === undefined) continue
      const section = silent.defaults?.section ?? silent.section
      const lines = silent.options.has('tcplog') ? ['log global'] : ['log global', 'option tcplog']
      yield {
        at: silent.section.header.span,
        message: `no connection of ${silent.kind} "${silent.name}" is logged: log lines in the global section alone log no traffic`,
        related: global.logs.slice(0, 1).map((span) => ({ span, message: 'the log target' })),
        fix: { text: lines.join(', '), edits: lines.map((text) => addToSection(section, text)) },
      }
    }
  },
}
