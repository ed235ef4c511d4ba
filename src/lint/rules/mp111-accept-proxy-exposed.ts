import { isExposed } from '../../kernel/address.js'
import type { Rule } from '../rule.js'

export const acceptProxyExposed: Rule = {
  code: 'MP111',
  name: 'accept-proxy-exposed',
  summary: 'A bind believes PROXY headers from every address.',
  severity: 'info',
  harm: 'Whoever reaches the port can pretend to be any client address; logs and access rules believe it.',
  evidence: 'HAProxy 2.6 and 3.2 accept any well-formed header on an accept-proxy bind.',
  fix: 'tcp-request connection expect-proxy layer4 if { src EDGE } instead of accept-proxy, or reject other sources.',
  *check({ haproxies, mqtt }) {
    for (const { proxies } of haproxies) {
      for (const proxy of proxies) {
        if (!mqtt.has(proxy) || proxy.tcpRequests.some((line) => line.words[1]?.text === 'connection')) continue
        for (const bind of proxy.binds) {
          if (bind.acceptProxy === undefined || !bind.endpoints.some(isExposed)) continue
          yield {
            at: bind.acceptProxy,
            message: `${bind.address.text} trusts PROXY headers from everybody: make sure that only the proxy in front can reach it`,
            fix: { text: 'tcp-request connection expect-proxy layer4 if { src EDGE } in place of accept-proxy' },
          }
        }
      }
    }
  },
}
