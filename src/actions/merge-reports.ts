import { Fault } from '../errors.js'
import { EXIT } from '../exit.js'
import { readText } from '../host/input.js'
import { mergeResults, type NamedResult } from '../report/merge.js'
import type { RunResult } from '../result.js'

/** Bytes of a report; a run of every scenario on every version stays far below. */
const largest = 256 * 1024 * 1024

/**
 * Reads JSON reports and makes one result of them.
 * @throws Fault MP-MERGE (exit 2): unreadable, no result of ours, or results that do not belong together
 */
export async function mergeReports(files: readonly string[]): Promise<RunResult> {
  const parts: NamedResult[] = []
  for (const file of files) parts.push({ file, result: parseResult(file, await readText(file, largest)) })
  return mergeResults(parts)
}

function parseResult(file: string, text: string): RunResult {
  const fail = (why: string) =>
    new Fault('MP-MERGE', `${file} is no result of mqtt-proxy: ${why}`, {
      exit: EXIT.usage,
      hints: ['make one with --reporter json=FILE or --json'],
    })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw fail('it is not JSON')
  }
  if (!isResult(value)) throw fail('command, groups, findings or stats are missing, or its schema is not 1')
  return value
}

/** As far as the merge and the reports need it: our own files are trusted beyond that. */
function isResult(value: unknown): value is RunResult {
  if (typeof value !== 'object' || value === null) return false
  const fields = new Map<string, unknown>(Object.entries(value))
  const stats = fields.get('stats')
  const groups = fields.get('groups')
  return (
    fields.get('schema') === 1 &&
    typeof fields.get('ok') === 'boolean' &&
    ['check', 'conformance', 'probe', 'lint', 'bench'].includes(String(fields.get('command'))) &&
    typeof fields.get('env') === 'object' &&
    fields.get('env') !== null &&
    Array.isArray(fields.get('findings')) &&
    typeof stats === 'object' &&
    stats !== null &&
    'durationMs' in stats &&
    Array.isArray(groups) &&
    groups.every(
      (group: unknown) =>
        typeof group === 'object' && group !== null && 'cases' in group && 'id' in group && Array.isArray(group.cases),
    )
  )
}
