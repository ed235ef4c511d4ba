import type { Relocated } from '../../check/sandbox/relocate.js'
import type { CopiedFile } from '../../config/copied-file.js'
import { linesOfText } from '../../config/copied-file.js'
import type { RunningSandbox } from '../../host/sandbox/sandbox.js'
import { withoutSecrets } from '../../kernel/config-secrets.js'
import type { ReportFile } from '../../kernel/result.js'

const mostLogLines = 400

/**
 * What a sandbox ran with, and the end of what its programs said, for reports and evidence. Passwords stay out of both:
 * what repeats a case runs the user's own files.
 */
export function filesOf(moved: Relocated, sandbox: RunningSandbox | undefined): ReportFile[] {
  const haproxy = moved.haproxy.flatMap((one) => one.files.map((file) => fileOf(file, 'haproxy')))
  const broker = moved.brokers.flatMap((one) => one.files.map((file) => fileOf(file, 'broker')))
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

function fileOf(copy: CopiedFile, kind: ReportFile['kind']): ReportFile {
  const { name, text, from } = copy
  const spans = linesOfText(text).map((_, index) => copy.originOf(index + 1))
  const [file = from] = spans.flatMap((span) => span?.file ?? [])
  const lines = spans.map((span) => (span?.file === file ? span.line : null))
  const known = lines.some((line) => line !== null)
  const same = file === name && lines.every((line, index) => line === index + 1)
  return { name, kind, text: withoutSecrets(text), ...(known && !same && { origin: { file, lines } }) }
}
