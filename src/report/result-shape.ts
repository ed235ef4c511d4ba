import type { RunResult } from '../kernel/result.js'

const commands: readonly string[] = ['check', 'conformance', 'probe', 'lint', 'drill', 'bench']
const statuses: readonly string[] = ['passed', 'failed', 'skipped', 'unknown', 'non-strict', 'deviation']
const severities: readonly string[] = [
  ...['error', 'warning', 'info', 'style'],
  ...['OK', 'INFO', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL', 'WARN'],
]

/** What keeps a JSON value from being a result of ours, as far as merging and the reports need it; `undefined`: nothing. */
export function whyNoResult(value: unknown): string | undefined {
  const result = fields(value)
  if (result.schema !== 1)
    return `its schema is ${JSON.stringify(result.schema) ?? 'missing'}, and 1 is what is read here`
  if (typeof result.ok !== 'boolean' || !commands.includes(String(result.command))) return 'it is of no run'
  if (!Object.values(fields(result.env, {})).every(isText)) return 'its env is broken'
  if (typeof fields(result.stats).durationMs !== 'number') return 'its stats are missing'
  if (![...(list(result.runs) ?? []), ...(result.run === undefined ? [] : [result.run])].every(isRun))
    return 'what it says of its run is broken'
  const groups = list(result.groups)
  const group = groups?.findIndex((one) => !isGroup(fields(one)))
  if (group !== -1) return groups === undefined ? 'its groups are missing' : `its group ${(group ?? 0) + 1} is broken`
  const findings = list(result.findings)
  const finding = findings?.findIndex((one) => !isFinding(fields(one)))
  if (finding === -1) return undefined
  return findings === undefined ? 'its findings are missing' : `its finding ${(finding ?? 0) + 1} is broken`
}

export function isResult(value: unknown): value is RunResult {
  return whyNoResult(value) === undefined
}

type Fields = Readonly<Record<string, unknown>>

function isGroup({ id, title, durationMs, cases, dims, load }: Fields): boolean {
  if (load !== undefined && !isLoad(fields(load))) return false
  const all = list(cases)
  if (![id, title].every(isText) || typeof durationMs !== 'number' || all === undefined) return false
  if (!Object.values(fields(dims, {})).every(isText)) return false
  return all.map((one) => fields(one)).every(isCase)
}

function isCase(one: Fields): boolean {
  const { id, title, status, expected = '', actual = '', reason = '', again = '' } = one
  const { explained = [], artifacts = [], likely = [], logs } = one
  return (
    [id, title, expected, actual, reason, again].every(isText) &&
    isOne(statuses, status) &&
    [explained, artifacts].every((lines) => list(lines)?.every(isText)) &&
    every(likely, ({ file, message }) => isText(file) && isText(message)) &&
    Object.values(fields(logs, {})).every((lines) => list(lines)?.every(isText))
  )
}

function isLoad(load: Fields): boolean {
  const { wantedRate, reasons, histograms, timeline, generator, cpu, failOn, measure } = load
  const counts = [
    'durationMs',
    'startedMs',
    'spanMs',
    'planned',
    'started',
    'done',
    'expected',
    'failed',
    'clients',
  ] as const
  const { latency, fromSend, lag, connect = '' } = fields(histograms)
  const { at, binMs, bins } = fields(timeline)
  const { busy, lagP99Ms, limited = '' } = fields(generator)
  return (
    isOne(['messages', 'connections'], measure) &&
    counts.every((name) => isNumber(load[name])) &&
    (wantedRate === null || isNumber(wantedRate)) &&
    [latency, fromSend, lag, connect, failOn, limited].every(isText) &&
    [at, binMs, busy, lagP99Ms].every(isNumber) &&
    every(bins, ({ ms, started, done, failed, sumMs, maxMs }) =>
      [ms, started, done, failed, sumMs, maxMs].every(isNumber),
    ) &&
    every(reasons, ({ why, count }) => isText(why) && isNumber(count)) &&
    every(cpu, ({ program, ms }) => isText(program) && isNumber(ms))
  )
}

function every(value: unknown, is: (one: Fields) => boolean): boolean {
  return list(value)?.every((one) => is(fields(one))) === true
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value)
}

function isRun(value: unknown): boolean {
  const { at, host, os, command, version, node, commit = '' } = fields(value)
  return [at, host, os, command, version, node, commit].every(isText)
}

function isFinding({ code, severity, message, at }: Fields): boolean {
  return [code, message, fields(at).file].every(isText) && isOne(severities, severity)
}

function isOne(known: readonly string[], value: unknown): boolean {
  return known.some((one) => one === value)
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function list(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined
}

function fields(value: unknown, otherwise: Fields = { nothing: undefined }): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : otherwise
}
