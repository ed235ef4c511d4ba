import { eachLink } from '../../path/ground.js'
import { serverName } from '../../path/say.js'
import type { Rule } from '../rule.js'

export const checkCannotSeeMqtt: Rule = {
  code: 'MP414',
  name: 'check-cannot-see-mqtt',
  summary: 'The health check proves that the port is open, and nothing more.',
  severity: 'info',
  harm: 'A broker that hangs, or a header that does not fit, stays UP while every client is refused.',
  evidence: 'HAProxy 2.6 with five mismatched pairs of header versions: UP in all of them.',
  fix: 'option tcp-check with an MQTT CONNECT and CONNACK, on a plain listener or with pp2-never-send-local.',
  optional: true,
  *check({ links }) {
    yield* eachLink({ links }, (link) => {
      const { server, backend: proxy } = link.hop
      if (server.check.enabled === undefined || server.header.version === undefined) return undefined
      if ([...proxy.options.keys()].some((one) => one.endsWith('-check') || one === 'httpchk')) return undefined
      return { at: server.check.enabled, message: `the check of ${serverName(link.hop)} sees TCP only, not MQTT` }
    })
  },
}
