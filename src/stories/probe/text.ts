import { connackText, reasonText } from '../../explain/reason-codes.js'
import { printable } from '../../kernel/printable.js'
import type { Finding } from '../../kernel/result.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import type { Observation } from '../../probe/types.js'
import type { VerdictKind } from '../../probe/verdict-kinds.js'
import { fits } from '../../probe/verdict-kinds.js'
import type { Style } from '../../report/style.js'
import type { Probed, ProbeRun } from './probe.js'

export interface ProbeTextOptions {
  readonly style: Style
  readonly quiet: boolean
  readonly verbose: boolean
  /** Many targets: one line each and what is bad. */
  readonly brief: boolean
  /** What `--expect` asked for; a target that is something else is told, however quiet. */
  readonly expect?: VerdictKind | undefined
}

/** What a person reads: a verdict, what each attempt gave, and the findings. */
export function probeText(run: ProbeRun, options: ProbeTextOptions): string {
  const { style } = options
  const width = Math.max(...run.probed.map(({ target }) => formatSocketAddress(target).length))
  const lines = run.probed.flatMap((one) => targetLines(one, width, options))
  if (run.through !== undefined) {
    lines.push(
      '',
      style.bold(`through: ${run.through.text}`),
      ...run.through.findings.flatMap((one) => findingLines(one, options)),
    )
  }
  const findings = [...run.probed.flatMap((one) => one.findings), ...(run.through?.findings ?? [])]
  const counts = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO', 'WARN', 'OK'].flatMap((severity) => {
    const count = findings.filter((one) => one.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity}`]
  })
  if (!options.quiet) lines.push('')
  const effort = `${run.connections} ${run.connections === 1 ? 'connection' : 'connections'}, at most ${run.atOnce} at once, ${run.ms.toFixed(0)} ms`
  lines.push(`${counts.join(', ') || 'no findings'}   ${style.dim(effort)}`)
  return `${lines.join('\n')}\n`
}

function targetLines(probed: Probed, width: number, options: ProbeTextOptions): string[] {
  const { style, quiet, verbose, brief } = options
  const { target, verdict, seen, ms } = probed
  const findings = probed.findings.filter((one) => !quiet || isBad(one))
  const { expect } = options
  const missed =
    expect === undefined || fits(verdict, expect) ? [] : [style.bad(`  ✖ expected ${expect}, found ${verdict.kind}`)]
  if (quiet && findings.length === 0 && missed.length === 0) return []
  const head = `${style.bold(formatSocketAddress(target).padEnd(width))}   ${verdict.text}   ${style.dim(`${ms.toFixed(0)} ms`)}`
  if (brief && !verbose)
    return [head, ...missed, ...findings.filter(isBad).flatMap((one) => findingLines(one, options))]
  const lines = [head, ...missed]
  if (verdict.mqtt.length > 0) lines.push(`  MQTT ${verdict.mqtt.join(', ')}`)
  if (verdict.tls !== undefined) {
    const { version, cipher, certificate } = verdict.tls
    lines.push(
      `  ${version} ${cipher}${certificate ? `, certificate ${printable(certificate.subject)} by ${printable(certificate.issuer)}` : ''}`,
    )
  }
  const says = Object.keys(verdict.says.properties)
  if (verdict.says.version !== undefined || says.length > 0) {
    const about = [
      verdict.says.version,
      ...says.map((name) => `${name}=${JSON.stringify(verdict.says.properties[name])}`),
    ]
    lines.push(
      style.dim(
        `  the broker reports: ${about.flatMap((one) => (one === undefined ? [] : printable(one))).join(', ')}`,
      ),
    )
  }
  if (!quiet) lines.push(...trials(seen, verbose, style))
  if (verbose) lines.push(...verdict.evidence.map((one) => `  because: ${one}`))
  if (findings.length > 0) lines.push('', ...findings.flatMap((one) => findingLines(one, options)))
  return [...lines, '']
}

function trials(seen: readonly Observation[], verbose: boolean, style: Style): string[] {
  if (verbose) {
    const width = Math.max(12, ...seen.map((one) => result(one).length))
    return seen.map((one) => {
      const header = one.header === undefined ? '' : `  ${one.header}`
      const detail = one.detail === undefined ? '' : `  ${printable(one.detail)}`
      return `  ${one.attempt.padEnd(12)} ${result(one).padEnd(width)} ${one.ms.toFixed(1).padStart(7)} ms${style.dim(detail + header)}`
    })
  }
  const cells = seen.map((one) =>
    `${one.attempt} ${one.connack === undefined ? one.outcome : `CONNACK ${one.connack}`}`.padEnd(26),
  )
  const lines: string[] = []
  for (let i = 0; i < cells.length; i += 4) lines.push(`  ${cells.slice(i, i + 4).join('')}`.trimEnd())
  const codes = [...new Set(seen.flatMap((one) => one.connack || []))]
  return [...lines, ...codes.map((code) => `  CONNACK ${code}: ${reasonText(code)}`)].map((line) => style.dim(line))
}

function result(one: Observation): string {
  return one.connack === undefined ? one.outcome : connackText(one.connack)
}

function findingLines(
  { severity, code, message, fix, evidence }: Finding,
  { style, verbose }: ProbeTextOptions,
): string[] {
  const word = severity.padEnd(8)
  const mark = severity === 'OK' ? style.good(word) : isBad({ severity }) ? style.bad(word) : style.warn(word)
  return [
    `  ${mark} ${style.name(code)}  ${message}`,
    ...(fix && severity !== 'OK' ? [`                     fix: ${fix.text}`] : []),
    ...(verbose ? (evidence ?? []).map((one) => style.dim(`                     ${one}`)) : []),
  ]
}

function isBad({ severity }: Pick<Finding, 'severity'>): boolean {
  return severity === 'MEDIUM' || severity === 'HIGH' || severity === 'CRITICAL'
}
