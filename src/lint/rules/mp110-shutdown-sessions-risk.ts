import type { Rule } from '../rule.js'

export const shutdownSessionsRisk: Rule = {
  code: 'MP110',
  name: 'shutdown-sessions-risk',
  summary: 'A health check that fails easily cuts all sessions of its server.',
  severity: 'info',
  harm: 'One lost check, or a check port that goes away, disconnects every client of a broker that is well.',
  evidence: 'Measured: the check port vanished, a healthy MQTT session was killed within 0.8 s (flags DC).',
  fix: 'fall 3 or more, and check the port that carries the traffic.',
  *check({ topology, mqtt }) {
    for (const { server, backend } of topology.hops) {
      const { check, onMarkedDown } = server
      if (
        onMarkedDown?.value !== 'shutdown-sessions' ||
        check.enabled === undefined ||
        !mqtt.has(backend) ||
        server.disabled
      )
        continue
      const fall = Number(check.fall?.value ?? 3)
      const { endpoint } = server
      const port = endpoint.kind === 'tcp' && endpoint.port !== undefined ? String(endpoint.port) : undefined
      const elsewhere = check.port !== undefined && check.port.value !== port
      if (fall >= 3 && !elsewhere) continue
      const why = fall < 3 ? `fall ${fall}` : `a check of port ${check.port?.value}`
      yield {
        at: onMarkedDown.span,
        message: `${why} with shutdown-sessions can cut all clients of ${server.name} while its broker is well`,
        fix: { text: 'fall 3, or no on-marked-down shutdown-sessions' },
      }
    }
  },
}
