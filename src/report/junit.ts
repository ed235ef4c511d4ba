import type { CaseGroup, CaseResult, Finding, RunResult } from '../kernel/result.js'
import { detailsOf, dimsOf, isFailure } from './problem.js'
import { runFields } from './run-facts.js'
import { attribute, element, escapeXml } from './xml.js'

/** JUnit XML as CI servers read it. There is always at least one test case: servers refuse an empty file. */
export function renderJunit(result: RunResult): string {
  const suites = [...result.groups.map((group) => suiteOf(group, result)), ...findingSuite(result)]
  if (suites.length === 0) suites.push(emptySuite(result))
  const root = element('testsuites', { name: 'mqtt-proxy', time: seconds(result.stats.durationMs) }, suites)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`
}

function suiteOf(group: CaseGroup, result: RunResult): string {
  const dims = dimsOf(group.dims)
  const count = (status: CaseResult['status']) => group.cases.filter((one) => one.status === status).length
  const properties = Object.entries({ ...runFields(result), ...result.env, ...group.dims }).map(([name, value]) =>
    element('property', { name, value }),
  )
  const attributes = {
    name: dims === '' ? group.id : `${group.id} (${dims})`,
    tests: group.cases.length,
    failures: count('failed'),
    errors: count('unknown'),
    skipped: count('skipped'),
    time: seconds(group.durationMs),
    ...whenAndWhere(result),
  }
  const children = [
    element('properties', {}, properties),
    ...group.cases.map((one) => caseOf(one, group.id, result.command)),
  ]
  return element('testsuite', attributes, children)
}

function caseOf(one: CaseResult, group: string, command: string): string {
  const attributes = {
    classname: `mqtt-proxy.${command}.${group}`,
    name: `${one.id} ${attribute(one.title)}`,
    time: seconds(one.durationMs ?? 0),
    file: one.likely?.[0]?.file,
    line: one.likely?.[0]?.line,
  }
  return element('testcase', attributes, [...verdictOf(one), ...outputOf(one)])
}

function verdictOf(one: CaseResult): string[] {
  const text = escapeXml(detailsOf(one).join('\n'))
  const message = attribute(one.reason ?? one.actual ?? one.title)
  if (one.status === 'failed') return [element('failure', { type: one.level ?? 'must', message }, [text])]
  if (one.status === 'unknown') return [element('error', { type: 'unknown', message }, [text])]
  if (one.status === 'skipped') return [element('skipped', { message })]
  return []
}

function outputOf(one: CaseResult): string[] {
  const lines = [
    ...(one.status === 'deviation' || one.status === 'non-strict'
      ? [one.reason === undefined ? one.status : `${one.status}: ${one.reason}`]
      : []),
    ...(one.logs?.haproxy ?? []).map((line) => `haproxy  ${line}`),
    ...(one.logs?.broker ?? []).map((line) => `broker   ${line}`),
    ...(one.logs?.client ?? []).map((line) => `client   ${line}`),
    ...(one.artifacts ?? []).map((path) => `[[ATTACHMENT|${path}]]`),
  ]
  return lines.length === 0 ? [] : [element('system-out', {}, [escapeXml(lines.join('\n'))])]
}

function findingSuite(result: RunResult): string[] {
  if (result.findings.length === 0) return []
  const cases = result.findings.map((finding) => findingCase(finding, result))
  const failures = result.findings.filter((finding) => isFailure(finding, result)).length
  const counts = { tests: cases.length, failures, errors: 0, skipped: 0 }
  return [
    element('testsuite', { name: 'findings', ...counts, ...whenAndWhere(result) }, [
      ...ownProperties(result),
      ...cases,
    ]),
  ]
}

function findingCase(finding: Finding, result: RunResult): string {
  const { file, line, column } = finding.at
  const where = [file, line, column].filter((part) => part !== undefined).join(':')
  const text = [
    finding.message,
    ...(finding.fix ? [`fix: ${finding.fix.text}`] : []),
    ...(finding.evidence ?? []),
  ].join('\n')
  const body = isFailure(finding, result)
    ? element('failure', { type: finding.severity, message: attribute(finding.message) }, [escapeXml(text)])
    : element('system-out', {}, [escapeXml(`${finding.severity}: ${text}`)])
  const attributes = {
    classname: `mqtt-proxy.${result.command}`,
    name: `${finding.code} ${where}`,
    // What was probed is an address.
    ...(result.command === 'lint' && { file, line }),
  }
  return element('testcase', attributes, [body])
}

function emptySuite(result: RunResult): string {
  const good = result.command === 'lint'
  const what = good ? 'nothing found' : 'nothing was run'
  const verdict = good ? [] : [element('skipped', { message: what })]
  const one = element('testcase', { classname: `mqtt-proxy.${result.command}`, name: what }, verdict)
  const counts = { tests: 1, failures: 0, errors: 0, skipped: verdict.length }
  return element('testsuite', { name: result.command, ...counts, ...whenAndWhere(result) }, [
    ...ownProperties(result),
    one,
  ])
}

/** JUnit's own attributes: local time without a zone in its schema, and UTC is what we write. */
function whenAndWhere({ run }: RunResult) {
  return run === undefined ? {} : { timestamp: run.at.slice(0, 19), hostname: run.host }
}

function ownProperties(result: RunResult): string[] {
  const all = Object.entries({ ...runFields(result), ...result.env })
  if (all.length === 0) return []
  return [
    element(
      'properties',
      {},
      all.map(([name, value]) => element('property', { name, value })),
    ),
  ]
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}
