import { deleteLine } from '../../path/edits.js'
import type { Rule } from '../rule.js'

export const independentStreams: Rule = {
  code: 'MP107',
  name: 'independent-streams',
  summary: 'option independent-streams counts each direction of a connection by itself.',
  severity: 'warning',
  harm: 'A subscriber that only receives is cut off at timeout client although messages flow to it.',
  evidence:
    'Measured on HAProxy 2.6: a receive-only subscriber was closed at the timeout; without the option it stayed.',
  fix: 'Take the option away from MQTT proxies.',
  *check({ mqtt }) {
    const said = new Set<string>()
    for (const proxy of mqtt) {
      const option = proxy.options.get('independent-streams')
      if (option === undefined || said.has(`${option.span.file}:${option.span.line}`)) continue
      said.add(`${option.span.file}:${option.span.line}`)
      yield {
        at: option.span,
        message: `option independent-streams cuts off subscribers that only receive (${proxy.kind} "${proxy.name}")`,
        fix: { text: 'remove the line', edits: [deleteLine(option.span)] },
      }
    }
  },
}
