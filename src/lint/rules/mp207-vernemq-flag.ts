import { isVernemq } from '../../brokers/vernemq/read.js'
import { replaceAt } from '../../path/edits.js'
import type { Rule } from '../rule.js'

const flags =
  /(?:^|\.)(?:proxy_protocol|proxy_protocol_use_cn_as_username|proxy_xff_support|allow_anonymous|require_certificate|use_identity_as_username|proxy_xff_use_cn_as_username)$|^plugins\.\w+$/

export const vernemqFlag: Rule = {
  code: 'MP207',
  name: 'vernemq-flag',
  summary: 'A VerneMQ switch takes on or off, nothing else.',
  severity: 'error',
  harm: 'VerneMQ does not start: "is not a valid enum value, acceptable values are: on, off".',
  evidence: 'VerneMQ 2.2.0 with true, yes and "on." (with a period).',
  fix: 'on or off.',
  unproven: 'VerneMQ is not among the programs that tools install fetches; the message is the one measured on 2.2.0.',
  *check({ brokers }) {
    for (const { view } of brokers.filter(isVernemq)) {
      for (const { key, value, valueSpan } of view.settings.values()) {
        if (!flags.test(key) || value === 'on' || value === 'off') continue
        const meant = /^(on|true|yes|1)\.?$/i.test(value)
          ? 'on'
          : /^(off|false|no|0)\.?$/i.test(value)
            ? 'off'
            : undefined
        yield {
          at: valueSpan,
          message: `"${value}" is neither on nor off: VerneMQ does not start`,
          fix: { text: meant ?? 'on or off', ...(meant !== undefined && { edits: [replaceAt(valueSpan, meant)] }) },
        }
      }
    }
  },
}
