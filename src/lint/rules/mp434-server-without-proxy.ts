import { withoutProxyBy } from '../../brokers/no-proxy.js'
import type { Rule } from '../rule.js'

export const serverWithoutProxy: Rule = {
  code: 'MP434',
  name: 'server-without-proxy',
  summary: 'A server that is named after a broker without PROXY support gets a PROXY header.',
  severity: 'warning',
  harm: 'The broker takes the header for a broken CONNECT and closes: every client is refused.',
  evidence:
    'nats-server 2.15.1 on its MQTT port: closed; no occurrence of the protocol in the source of NanoMQ, NanoNNG, Mochi MQTT 2.7.9 and HiveMQ Community Edition.',
  fix: 'Take send-proxy away, or use a broker that reads the header.',
  *check({ haproxies }) {
    for (const server of haproxies.flatMap(({ proxies }) => proxies.flatMap((one) => one.servers))) {
      const { header, name, address } = server
      if (header.version === undefined) continue
      const broker = withoutProxyBy(name) ?? withoutProxyBy(address.text)
      if (broker === undefined) continue
      yield {
        at: header.span ?? server.span,
        message: `by its name this server is ${broker.name}, which reads no PROXY header (${broker.version})`,
      }
    }
  },
}
