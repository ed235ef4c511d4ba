import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const bytesNotAwaited: Rule = {
  code: 'MP115',
  name: 'bytes-not-awaited',
  summary: "A rule looks at the client's first bytes before they are there.",
  severity: 'error',
  also: ['warning'],
  harm: 'Clients are cut off (PR in the log), go to the wrong backend, or are not recognised; fast clients may get through.',
  evidence:
    'HAProxy 3.2.26: without inspect-delay "reject unless mqtt_is_valid" cut every client; with inspect-delay and no content rule that asks for bytes, use_backend by username sent none of five where they belong.',
  fix: 'tcp-request inspect-delay 5s, and a tcp-request content rule that needs the bytes, in the same frontend or backend.',
  check: (model) => mismatchesFor('MP115', model),
}
