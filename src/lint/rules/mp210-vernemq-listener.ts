import { isVernemq } from '../../brokers/vernemq/read.js'
import type { Rule } from '../rule.js'

export const vernemqListener: Rule = {
  code: 'MP210',
  name: 'vernemq-listener',
  summary: 'A VerneMQ listener without a usable address, or settings of a listener that does not exist.',
  severity: 'error',
  also: ['warning'],
  harm: 'VerneMQ does not start, or starts without the listener that clients are to use.',
  evidence: 'VerneMQ 2.2.0: [::1]:1883 and a bare port stop the start; settings of an undefined listener are accepted.',
  fix: 'listener.tcp.NAME = ADDRESS:PORT.',
  unproven: 'VerneMQ is not among the programs that tools install fetches; measured on 2.2.0.',
  *check({ brokers }) {
    for (const { view, unread } of brokers.filter(isVernemq)) {
      const known = new Set(view.listeners.map((one) => `${one.transport}.${one.name}`))
      for (const { line, endpoint } of view.listeners) {
        const value = line.value ?? ''
        if (endpoint.kind === 'other' || value.startsWith('[')) {
          const at = line.valueSpan ?? line.span
          yield {
            at,
            message: `"${value}" is no address VerneMQ takes: it does not start`,
            fix: { text: '127.0.0.1:1883' },
          }
        }
      }
      // The listener may be in an included file that is not here.
      if (unread.length > 0) continue
      const orphans = new Set<string>()
      for (const { key, span } of view.settings.values()) {
        const match = /^listener\.(tcp|ssl|ws|wss|vmq|vmqs|http|https)\.([^.]+)\.[^.]+$/.exec(key)
        const name = match === null ? undefined : `${match[1]}.${match[2]}`
        if (name === undefined || known.has(name) || orphans.has(name)) continue
        orphans.add(name)
        yield {
          at: span,
          severity: 'warning',
          message: `there is no listener.${name} = ADDRESS:PORT: the setting is accepted and nothing listens`,
          fix: { text: `listener.${name} = 127.0.0.1:1883` },
        }
      }
    }
  },
}
