/**
 * `npm run bench [-- NAME... --json FILE]`: every benchmark of this folder, each in a process of its own, so that none
 * warms up another. A benchmark prints its table and exits 1 when it misses a target; so does this. The JSON is a result
 * that `merge-reports` takes.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { packageVersion } from '../dist/host/package-version.js'
import { runFacts } from '../dist/host/process/run-facts.js'
import { statsOf } from '../dist/kernel/result.js'
import { argumentsOf } from '../scripts/arguments.mjs'

const folder = import.meta.dirname
const benchmarks = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs'))
  .filter((file) => /^export (async )?function run\b/m.test(readFileSync(join(folder, file), 'utf8')))
  .map((file) => basename(file, '.mjs'))

const { values, positionals: wanted } = argumentsOf(
  `npm run bench -- [NAME...] [--json FILE]\nbenchmarks: ${benchmarks.join(', ')}`,
  {
    options: { json: { type: 'string' } },
    most: benchmarks.length,
    wrong: ({ positionals }) => {
      const unknown = positionals.filter((name) => !benchmarks.includes(name))
      return unknown.length > 0 ? `there is no benchmark ${unknown.join(', ')}` : undefined
    },
  },
)
const report = values.json
runAll(wanted.length > 0 ? wanted : benchmarks)
function runAll(names) {
  // Opened before the run: minutes of measuring are not to be lost to a folder that is not there.
  if (report !== undefined) writeFileSync(report, '')
  const temp = mkdtempSync(join(tmpdir(), 'mqtt-proxy-bench-run-'))
  const [load = 0] = loadavg()
  if (load > cpus().length / 2) {
    console.log(
      `this machine is busy (${load.toFixed(1)} programs want ${cpus().length} processors): rates are too low, and ratios uncertain`,
    )
  }
  const begin = performance.now()
  const missed = []
  const groups = []
  try {
    for (const name of names) {
      console.log(`\n— ${name}`)
      const file = join(temp, `${name}.json`)
      const args = ['--expose-gc', join(folder, `${name}.mjs`), '--json', file]
      const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
      if (status !== 0) missed.push(name)
      groups.push(groupOf(name, file, status))
    }
  } finally {
    rmSync(temp, { recursive: true, force: true })
  }
  if (report !== undefined) writeFileSync(report, `${JSON.stringify(resultOf(groups, performance.now() - begin))}\n`)
  console.log(missed.length === 0 ? '\nall targets met' : `\ntargets missed: ${missed.join(', ')}`)
  if (missed.length > 0) process.exitCode = 1
}

/** What the benchmark wrote; one that broke off says nothing of its targets. */
function groupOf(name, file, status) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    const reason = `the benchmark ended with ${status} and no figures`
    const cases = [{ id: `bench/${name}/measured`, title: 'gives figures', status: 'unknown', reason }]
    return { id: `bench/${name}`, title: name, durationMs: 0, cases }
  }
}

function resultOf(groups, durationMs) {
  const env = { node: process.version, cores: String(cpus().length) }
  const ok = groups.every(({ cases }) => cases.every(({ status }) => status === 'passed'))
  const run = { ...runFacts(packageVersion()), command: ['npm run bench --', ...process.argv.slice(2)].join(' ') }
  return { schema: 1, command: 'bench', ok, run, env, stats: statsOf(groups, durationMs), groups, findings: [] }
}
