import { isMosquitto } from '../../brokers/mosquitto/read.js'
import type { Rule } from '../rule.js'

export const brokerWithoutProxy: Rule = {
  code: 'MP416',
  name: 'broker-without-proxy',
  summary: 'This version of Mosquitto cannot read PROXY headers.',
  severity: 'error',
  harm: 'The broker does not start, and no version of the header would get a client in.',
  evidence: 'Mosquitto 2.0.11 and 2.0.21: "Unknown configuration variable"; support begins with 2.1.0.',
  fix: 'Mosquitto 2.1 or later, another broker, or HAProxy without send-proxy.',
  *check({ brokers, mosquittoVersion }) {
    const [major = 0, minor = 0] = (mosquittoVersion ?? '').split('.').map(Number)
    if (mosquittoVersion === undefined || major > 2 || (major === 2 && minor >= 1)) return
    for (const { view } of brokers.filter(isMosquitto)) {
      for (const setting of view.settings) {
        if (!/^(enable_proxy_protocol|proxy_protocol_v2)/.test(setting.name)) continue
        yield {
          at: setting.span,
          message: `Mosquitto ${mosquittoVersion} knows nothing of the PROXY protocol: 2.1 does`,
        }
      }
    }
  },
}
