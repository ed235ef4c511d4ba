/**
 * What all benchmarks of this folder end with: the table on the terminal, exit 1 when a target is missed, and with
 * `--json FILE` a group of a result of ours, which `merge-reports` makes into any report.
 */
import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { argumentsOf } from '../scripts/arguments.mjs'

/**
 * Runs a benchmark when it was started as the program.
 * `judge(results)` gives `targets` ({id, title, ok, expected, actual}) and `latencies` ({name: milliseconds[]}).
 */
export async function main(url, { name, title, run, format, judge }) {
  if (url !== pathToFileURL(process.argv[1] ?? '').href) return
  const { json: file } = argumentsOf(`node bench/${name}.mjs [--json FILE]`, {
    options: { json: { type: 'string' } },
  }).values
  const begin = performance.now()
  const results = await run()
  const durationMs = performance.now() - begin
  console.log(format(results))
  const { targets, latencies = {} } = judge(results)
  for (const { id, expected, actual } of targets.filter(({ ok }) => !ok)) {
    console.log(`missed: ${id}: ${actual}, wanted ${expected}`)
    process.exitCode = 1
  }
  if (file === undefined) return
  const cases = targets.map(({ id, ok, ...rest }) => ({
    id: `bench/${name}/${id}`,
    status: ok ? 'passed' : 'failed',
    ...rest,
  }))
  const series = Object.entries(latencies).map(([of, samples]) => latencySeries(of, samples))
  const dims = { node: process.version }
  writeFileSync(file, JSON.stringify({ id: `bench/${name}`, title, durationMs, dims, cases, latencies: series }))
}

/** Ten points for every further digit of the quantile (0, 0.21, 0.37, ... 0.9, ... 0.99, ...), as far as samples reach. */
export function latencySeries(name, samples) {
  const sorted = Float64Array.from(samples).sort()
  const count = sorted.length
  const steps = Math.floor(Math.log10(count) * 10 + 1e-9)
  const levels = [...Array.from({ length: steps + 1 }, (_, step) => 1 - 10 ** (-step / 10)), 0.5, 0.95, 1]
  const quantiles = [...new Set(levels.map((q) => Number(q.toFixed(6))))].sort((a, b) => a - b)
  return { name, count, quantiles: quantiles.map((q) => ({ q, ms: Number(nearestRank(sorted, q).toPrecision(4)) })) }
}

/** The smallest sample that at least the share `q` of all samples does not exceed. */
function nearestRank(sorted, q) {
  return sorted[Math.max(0, Math.ceil(q * sorted.length - 1e-9) - 1)]
}
