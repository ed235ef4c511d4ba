import { mismatchesFor } from '../mismatch.js'
import type { Rule } from '../rule.js'

export const headerTooLarge: Rule = {
  code: 'MP413',
  name: 'header-too-large',
  summary: 'The header may become longer than the broker accepts.',
  severity: 'warning',
  harm: 'Connections whose values are long are reset: "Invalid input".',
  evidence: 'Mosquitto 2.1.2: a body of 495 bytes is accepted, 505 refused; VerneMQ 2.2.0 reads up to 1460 in one go.',
  fix: 'Send fewer or shorter TLVs.',
  check: (model) => mismatchesFor('MP413', model),
}
