import { formatPlace } from '../kernel/errors.js'
import type { Finding, RunResult } from '../kernel/result.js'
import { problemsOf } from './problem.js'
import { runLines } from './run-facts.js'
import { attribute, element, escapeXml } from './xml.js'

const severities: Readonly<Record<Finding['severity'], 'error' | 'warning' | 'info'>> = {
  error: 'error',
  warning: 'warning',
  info: 'info',
  style: 'info',
  CRITICAL: 'error',
  HIGH: 'error',
  MEDIUM: 'warning',
  LOW: 'info',
  INFO: 'info',
  WARN: 'warning',
  OK: 'info',
}

interface Mark {
  readonly file: string
  readonly line: number | undefined
  readonly column: number | undefined
  readonly severity: 'error' | 'warning' | 'info'
  readonly message: string
  readonly source: string
}

/** checkstyle XML: findings by file; failed cases stand at their most likely line. */
export function renderCheckstyle(result: RunResult): string {
  // Findings of lint have places; its cases, one a file, only repeat them.
  const marks = [...findingMarks(result), ...(result.command === 'lint' ? [] : caseMarks(result))]
  const files = [...new Set(marks.map((mark) => mark.file))]
  const children = files.map((name) =>
    element(
      'file',
      { name },
      marks
        .filter((mark) => mark.file === name)
        .map(({ file: _, ...mark }) => element('error', { ...mark, message: attribute(mark.message) })),
    ),
  )
  // checkstyle has no place for it, and its readers pass over instructions that are not theirs.
  const facts = runLines(result).map((line) => `<?mqtt-proxy ${escapeXml(line).replaceAll('?>', '? >')}?>\n`)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${facts.join('')}${element('checkstyle', { version: '4.3' }, children)}\n`
}

function findingMarks(result: RunResult): Mark[] {
  return result.findings.map((finding) => ({
    file: finding.at.file,
    line: finding.at.line,
    column: finding.at.column,
    severity: severities[finding.severity],
    message: [
      finding.message,
      ...(finding.related ?? []).map((place) => `${formatPlace(place)}: ${place.message}`),
    ].join('\n'),
    source: `mqtt-proxy.${finding.code}`,
  }))
}

function caseMarks(result: RunResult): Mark[] {
  return problemsOf(result).map(({ group, one }) => ({
    file: one.likely?.[0]?.file ?? group,
    line: one.likely?.[0]?.line,
    column: one.likely?.[0]?.column,
    severity: 'error',
    message: [one.title, one.actual ?? one.reason ?? one.likely?.[0]?.message].filter(Boolean).join(': '),
    source: `mqtt-proxy.${one.id}`,
  }))
}
