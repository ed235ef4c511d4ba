import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const modeHttp: Rule = {
  code: 'MP105',
  name: 'mode-http',
  summary: 'MQTT goes through a proxy in mode http.',
  severity: 'error',
  harm: 'HAProxy takes the CONNECT packet for a bad HTTP request and answers 400; every client is refused.',
  evidence: 'HAProxy configuration manual 4.2, mode; WebSocket is the exception: it begins with HTTP.',
  fix: 'mode tcp in the frontend and the backend (or in defaults).',
  check: (model) => mismatchesFor('MP105', model),
}
