import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const versionMismatch: Rule = {
  code: 'MP403',
  name: 'version-mismatch',
  summary: 'HAProxy sends one version of the PROXY header and the listener reads the other.',
  severity: 'error',
  harm: 'Every client is cut off without a CONNACK, while health checks stay green.',
  evidence:
    'Mosquitto 2.1.2 reads one version only: v1 to a v2 listener "Invalid input", v2 to a v1 listener "corrupt PROXY header".',
  fix: 'send-proxy-v2 with enable_proxy_protocol 2, or send-proxy with enable_proxy_protocol 1.',
  check: (model) => mismatchesFor('MP403', model),
}
