import type { Rule } from '../rule.js'

/** What the programs live with: everything else that could not be read stops them. */
const harmless: ReadonlySet<string> = new Set(['unknown-section'])

export const syntax: Rule = {
  code: 'MP002',
  name: 'syntax',
  summary: 'A line that the program cannot read, or that we do not know.',
  severity: 'error',
  harm: 'The program does not start; what we do not know was not judged.',
  evidence: 'HAProxy configuration manual 2; Mosquitto 2.1.2 src/conf.c; cuttlefish syntax of VerneMQ and RabbitMQ.',
  fix: 'Write the line as the message expects it.',
  *check({ problems }) {
    for (const { code, message, span, expected } of problems) {
      yield {
        at: span,
        message: `${message}${expected === undefined || code === 'unknown-section' ? '' : ` (expected: ${expected})`}`,
        ...(harmless.has(code) && { severity: 'info' as const }),
      }
    }
  },
}
