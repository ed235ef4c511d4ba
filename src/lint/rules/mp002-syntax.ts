import type { Rule } from '../rule.js'

/** What need not stop the program: an unknown section may be a new one, a folder may be on another machine. */
const milder: ReadonlyMap<string, 'info' | 'warning'> = new Map<string, 'info' | 'warning'>([
  ['carriage-return', 'warning'],
  ['no-settings', 'warning'],
  ['not-utf8', 'info'],
  ['unknown-section', 'info'],
  ['include-unreadable', 'info'],
  ['format-unread', 'info'],
])

export const syntax: Rule = {
  code: 'MP002',
  name: 'syntax',
  summary: 'A line that the program cannot read, or that we do not know.',
  severity: 'error',
  also: ['warning', 'info'],
  harm: 'The program does not start; what we do not know was not judged.',
  evidence: 'HAProxy configuration manual 2; Mosquitto 2.1.2 src/conf.c; cuttlefish syntax of VerneMQ and RabbitMQ.',
  fix: 'Write the line as the message expects it.',
  *check({ problems }) {
    for (const { code, message, span, expected, edits } of problems) {
      if (code.endsWith('-keyword')) continue
      const severity = milder.get(code)
      yield {
        at: span,
        message: `${message}${expected === undefined || code === 'unknown-section' ? '' : ` (expected: ${expected})`}`,
        ...(severity !== undefined && { severity }),
        ...(edits !== undefined && { fix: { text: expected ?? message, edits } }),
      }
    }
  },
}
