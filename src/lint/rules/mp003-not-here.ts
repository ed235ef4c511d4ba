import type { Rule } from '../rule.js'

export const notHere: Rule = {
  code: 'MP003',
  name: 'not-here',
  summary: 'An environment variable that is not set on this machine.',
  severity: 'info',
  harm: 'What the line says was not judged. HAProxy takes the variable for empty: a server without a port is then reached at the port of the client, and a bind without one is refused.',
  evidence: 'HAProxy 2.6.12, 3.0.11, 3.2.26 and 3.4.7: haproxy -c with and without the variable.',
  fix: 'Set the variable for this run as the service has it: BROKER_PORT=1884 mqtt-proxy lint haproxy.cfg',
  *check({ notRead = [] }) {
    for (const { what, name, span } of notRead) {
      if (what !== 'variable') continue
      yield { at: span, message: `${name} is not set on this machine: what it stands for was not judged` }
    }
  },
}
