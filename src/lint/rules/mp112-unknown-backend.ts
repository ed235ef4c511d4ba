import { isProxyName } from '../../config/haproxy/proxy-name.js'
import { nearest } from '../../kernel/nearest.js'
import { replaceAt } from '../../path/edits.js'
import type { Rule } from '../rule.js'

export const unknownBackend: Rule = {
  code: 'MP112',
  name: 'unknown-backend',
  summary: 'A frontend names a backend that does not exist.',
  severity: 'error',
  harm: 'HAProxy does not start: "unable to find required default_backend".',
  evidence: 'HAProxy 2.6 to 3.4, haproxy -c.',
  fix: 'Write the name as the backend section has it.',
  *check({ haproxies }) {
    for (const { proxies, undecided } of haproxies) {
      const known = proxies.filter((one) => one.kind !== 'frontend').map((one) => one.name)
      for (const proxy of proxies) {
        for (const name of [proxy.defaultBackend, ...proxy.useBackends]) {
          if (name === undefined || known.includes(name.value) || undecided.has(name.value)) continue
          if (/[%$]/.test(name.value)) continue
          const near = nearest(name.value, known.filter(isProxyName))
          yield {
            at: name.span,
            message: `there is no backend "${name.value}"`,
            ...(near !== undefined && { fix: { text: near, edits: [replaceAt(name.span, near)] } }),
          }
        }
      }
    }
  },
}
