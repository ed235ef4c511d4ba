import { formatPlace } from '../kernel/errors.js'
import { printable, printableLine } from '../kernel/printable.js'
import type { CaseResult, Finding, RunResult } from '../kernel/result.js'

/** A case that makes a run fail, with its group: what annotations and failure lists are made of. */
export interface Problem {
  readonly group: string
  readonly dims: string
  readonly one: CaseResult
}

export function problemsOf(result: RunResult): readonly Problem[] {
  return result.groups.flatMap((group) =>
    group.cases
      .filter((one) => one.status === 'failed' || one.status === 'unknown')
      .map((one) => ({ group: group.id, dims: dimsOf(group.dims), one })),
  )
}

const lintRanks: readonly Finding['severity'][] = ['style', 'info', 'warning', 'error']
const probeRanks: readonly Finding['severity'][] = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL']

/** Whether a finding makes the run fail: what merely informs must not turn a job red that exits 0. */
export function isFailure({ severity }: Finding, { failOn }: Pick<RunResult, 'failOn'>): boolean {
  const ranks = lintRanks.includes(severity) ? lintRanks : probeRanks
  if (failOn === null || !ranks.includes(severity)) return false
  return failOn === undefined || ranks.indexOf(severity) >= ranks.indexOf(failOn)
}

/** `haproxy 3.2.26, broker mosquitto 2.1.2`. */
export function dimsOf(dims: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(dims ?? {})
    .map(([key, value]) => `${key} ${value}`)
    .join(', ')
}

/** Everything a person needs of one failure, a line each, without decoration. */
export function detailsOf(one: CaseResult): readonly string[] {
  const lines: string[] = []
  const add = (label: string, value: string | undefined) => {
    if (value !== undefined && value !== '') lines.push(`${(label === '' ? '' : `${label}:`).padEnd(12)}${value}`)
  }
  if (one.requirement) add('Required', `${one.requirement.text} (${one.requirement.ref})`)
  add('Expected', one.expected)
  add('Actual', quoted(one.actual))
  add('Reason', quoted(one.reason))
  add('Client', endsOf(one))
  for (const line of one.logs?.haproxy ?? []) add('haproxy', printableLine(line))
  for (const line of one.explained ?? []) add('', printableLine(line))
  for (const line of one.logs?.broker ?? []) add('broker', printableLine(line))
  const { secondRun } = one
  if (secondRun !== undefined && one.logs?.broker?.length === 0 && secondRun.logs.broker.length > 0) {
    add('broker', `no line names this client; a second run, this check alone${inBrackets(endsOf(secondRun))}:`)
    for (const line of secondRun.logs.broker) add('', printableLine(line))
  }
  for (const likely of one.likely ?? []) add('Likely', `${formatPlace(likely)}: ${printable(likely.message)}`)
  add('Again', one.again)
  const folders = new Set((one.artifacts ?? []).map((file) => file.slice(0, file.lastIndexOf('/') + 1)))
  for (const folder of folders) add('Files', printable(folder))
  return lines
}

/** `127.0.0.2:48014; HAProxy to the broker from 127.0.0.1:40404`. */
export function endsOf({ client, out, recorder }: Ends): string | undefined {
  if (out === undefined) return client
  const through = recorder === undefined ? '' : `, through the recorder from ${recorder}`
  const towards = `HAProxy to the broker from ${out}${through}`
  return client === undefined ? towards : `${client}; ${towards}`
}

interface Ends {
  readonly client?: string
  readonly out?: string
  readonly recorder?: string
}

function inBrackets(text: string | undefined): string {
  return text === undefined ? '' : ` (${text})`
}

function quoted(text: string | undefined): string | undefined {
  return text === undefined ? undefined : printableLine(text)
}

/** `36 passed, 1 failed, 0 skipped`, with what else there was before them. */
export function closingLine(result: RunResult): string {
  const { stats } = result
  const more = [
    [stats.nonStrict, 'non-strict'],
    [stats.deviations, stats.deviations === 1 ? 'known deviation' : 'known deviations'],
    [stats.unknown, 'unknown'],
    [stats.flaky, 'flaky'],
  ] as const
  const said = more.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]))
  const counts = `${stats.passed} passed, ${stats.failed} failed, ${stats.skipped} skipped`
  return said.length === 0 ? counts : `${said.join(', ')}\n${counts}`
}
