import { createHash } from 'node:crypto'
import { Fault } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'
import type { Finding, RunResult } from '../kernel/result.js'

/** What a rule is, for viewers that show it beside its results. */
export interface RuleText {
  readonly code: string
  readonly summary: string
  readonly help: string
  readonly helpUri?: string
}

const levels: Readonly<Record<Finding['severity'], 'error' | 'warning' | 'note' | 'none'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  style: 'note',
  CRITICAL: 'error',
  HIGH: 'error',
  MEDIUM: 'warning',
  LOW: 'note',
  INFO: 'note',
  WARN: 'warning',
  OK: 'none',
}

/**
 * SARIF 2.1.0. The other file of a pair is a related location; fingerprints let code scanning know a finding again
 * after lines have moved.
 * @throws Fault MP-REPORTER (exit 2) for results without findings by design (check, conformance)
 */
export function renderSarif(result: RunResult, version: string, rules: readonly RuleText[]): string {
  if (result.command !== 'lint' && result.command !== 'probe') {
    throw noSarif(result.command)
  }
  const used = rulesOf(result.findings, rules)
  const document = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'mqtt-proxy', version, rules: used.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        ...invocationOf(result),
        results: result.findings.map((finding) => resultOf(finding, used)),
      },
    ],
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

/** 3.20: the run that made the findings. */
function invocationOf(result: RunResult) {
  const { run, env } = result
  if (run === undefined) return {}
  const invocation = {
    commandLine: run.command,
    startTimeUtc: run.at,
    machine: run.host,
    executionSuccessful: true,
    properties: { os: run.os, node: run.node, ...env, ...(run.commit !== undefined && { commit: run.commit }) },
  }
  return { invocations: [invocation] }
}

export function noSarif(command: string): Fault {
  return new Fault('MP-REPORTER', `sarif is for lint and probe, not for ${command}`, {
    exit: EXIT.usage,
    hints: ['junit, tap, markdown, json or html say what a check found'],
  })
}

function rulesOf(findings: readonly Finding[], rules: readonly RuleText[]): readonly RuleText[] {
  const codes = [...new Set(findings.map((finding) => finding.code))].sort()
  return codes.map((code) => {
    const known = rules.find((rule) => rule.code === code)
    const summary = findings.find((finding) => finding.code === code)?.message ?? code
    return known ?? { code, summary, help: summary }
  })
}

function ruleOf(rule: RuleText) {
  return {
    id: rule.code,
    shortDescription: { text: rule.summary },
    help: { text: rule.help },
    ...(rule.helpUri !== undefined && { helpUri: rule.helpUri }),
  }
}

function resultOf(finding: Finding, rules: readonly RuleText[]) {
  const related = (finding.related ?? []).map((place, id) => ({
    id,
    message: { text: place.message },
    physicalLocation: physical(place),
  }))
  return {
    ruleId: finding.code,
    ruleIndex: rules.findIndex((rule) => rule.code === finding.code),
    // 3.27.10: `none` is only for what is no failure.
    ...(finding.severity === 'OK' && { kind: 'pass' }),
    level: levels[finding.severity],
    message: {
      text: finding.fix ? `${finding.message.replace(/\.$/, '')}. Fix: ${finding.fix.text}` : finding.message,
    },
    locations: [{ physicalLocation: physical(finding.at) }],
    ...(related.length > 0 && { relatedLocations: related }),
    partialFingerprints: { 'mqttProxy/v1': fingerprint(finding) },
    ...(finding.fix?.edits?.length && { fixes: [fixOf(finding.fix.text, finding.fix.edits)] }),
  }
}

function fixOf(text: string, edits: NonNullable<NonNullable<Finding['fix']>['edits']>) {
  const files = [...new Set(edits.map((edit) => edit.file))]
  return {
    description: { text },
    artifactChanges: files.map((file) => ({
      artifactLocation: { uri: uriOf(file) },
      replacements: edits
        .filter((edit) => edit.file === file)
        .map((edit) => ({
          deletedRegion: {
            startLine: edit.line,
            startColumn: edit.column,
            endLine: edit.endLine,
            endColumn: edit.endColumn,
          },
          insertedContent: { text: edit.newText },
        })),
    })),
  }
}

function physical(place: Finding['at']) {
  const region = {
    ...(place.line !== undefined && { startLine: Math.max(1, place.line) }),
    ...(place.column !== undefined && { startColumn: Math.max(1, place.column) }),
    ...(place.endLine !== undefined && { endLine: Math.max(1, place.endLine) }),
    ...(place.endColumn !== undefined && { endColumn: Math.max(1, place.endColumn) }),
  }
  return {
    artifactLocation: { uri: uriOf(place.file) },
    ...(place.line !== undefined && { region }),
  }
}

/** An absolute path is no relative reference (3.4.3): viewers would look for it below the repository. */
function uriOf(file: string): string {
  const uri = file.split('/').map(encodeURIComponent).join('/')
  return uri.startsWith('/') ? `file://${uri}` : uri
}

/** The same finding keeps it while lines above it come and go: code, file and wording without numbers. */
function fingerprint(finding: Finding): string {
  const stable = [finding.code, finding.at.file, finding.message.replace(/:\d+/g, '')].join('\0')
  return createHash('sha256').update(stable).digest('hex').slice(0, 32)
}
