import type { Relocated } from '../../check/sandbox/relocate.js'
import type { RunningSandbox } from '../../host/sandbox/sandbox.js'
import { withoutSecrets } from '../../kernel/config-secrets.js'
import type { ReportFile } from '../../kernel/result.js'

const mostLogLines = 400

/**
 * What a sandbox ran with, and the end of what its programs said, for reports and evidence. Passwords stay out of both:
 * what repeats a case runs the user's own files.
 */
export function filesOf(moved: Relocated, sandbox: RunningSandbox | undefined): ReportFile[] {
  const haproxy = moved.haproxy.flatMap((one) =>
    one.files.map(({ name, text }) => ({ name, kind: 'haproxy' as const, text: withoutSecrets(text) })),
  )
  const broker = moved.brokers.flatMap((one) =>
    one.files.map(({ name, text }) => ({ name, kind: 'broker' as const, text: withoutSecrets(text) })),
  )
  if (sandbox === undefined) return [...haproxy, ...broker]
  // RabbitMQ alone writes thousands of lines; the last ones tell.
  const log = (name: string, lines: readonly string[]) => ({
    name,
    kind: 'log' as const,
    text: `${lines.slice(-mostLogLines).join('\n')}\n`,
  })
  return [
    ...haproxy,
    ...broker,
    ...sandbox.haproxy.map((one, index) => log(index === 0 ? 'haproxy.log' : `haproxy-${index + 1}.log`, one.log())),
    ...sandbox.brokers.map((one, index) => log(index === 0 ? 'broker.log' : `broker-${index + 1}.log`, one.log())),
  ]
}
