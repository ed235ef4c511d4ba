import { isVernemq } from '../../brokers/vernemq/read.js'
import { deleteLine } from '../../path/edits.js'
import type { Rule } from '../rule.js'

const option = /^listener\.(?:tcp|ws|http)\.(?:([^.]+)\.)?(proxy_protocol_)?use_cn_as_username$/

export const vernemqCnOption: Rule = {
  code: 'MP208',
  name: 'vernemq-cn-option',
  summary: 'proxy_protocol_use_cn_as_username in vernemq.conf does nothing, or keeps VerneMQ from starting.',
  severity: 'warning',
  also: ['error'],
  harm: 'The CN replaces the username on TCP listeners whatever is written, and never on WebSocket ones.',
  evidence:
    'VerneMQ 2.2.0: the setting is accepted and never read; "off" for all listeners of a kind ends the start with case_clause; only vmq-admin listener start can turn it off.',
  fix: 'Leave it out; send-proxy-v2 without -ssl-cn keeps the CN away, vmq-admin turns it off.',
  *check({ brokers }) {
    for (const { view } of brokers.filter(isVernemq)) {
      for (const { key, value, span, line } of view.settings.values()) {
        const match = option.exec(key)
        if (match === null) continue
        const [, name, known] = match
        const fix = { text: 'remove the line', edits: [deleteLine(line.span)] }
        if (known === undefined) {
          yield { at: span, severity: 'error', message: `VerneMQ knows no setting ${key}: it does not start`, fix }
        } else if (name === undefined && value !== 'on') {
          yield { at: span, severity: 'error', message: `${key} = ${value} keeps VerneMQ from starting`, fix }
        } else {
          const truth = key.startsWith('listener.tcp')
            ? 'TCP listeners always use the CN'
            : 'WebSocket listeners never use the CN'
          yield { at: span, message: `${key} is accepted and never read: ${truth}`, fix }
        }
      }
    }
  },
}
