// How long check takes as a user runs it: a process from start to end, after one warm-up.
// Run after `npm run build`: node bench/check.mjs
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { main } from './outcome.mjs'

const program = join(import.meta.dirname, '..', 'bin', 'run.js')
const seven = ['tcp', 'tls', 'mtls', 'proxy', 'proxy-tls', 'proxy-mtls', 'proxy-mtls-cn']
const goals = [
  { id: 'seven-embedded', name: 'seven scenarios, embedded broker', args: seven, limitMs: 3000 },
  { id: 'eleven-embedded', name: 'eleven scenarios, embedded broker', args: [], limitMs: undefined },
  {
    id: 'eleven-mosquitto',
    name: 'eleven scenarios, Mosquitto 2.1',
    args: ['--broker', 'mosquitto@2.1'],
    limitMs: 6000,
  },
]

/** @returns for each goal the median wall time of `rounds` runs, the CPU time of our own process, and the counts */
export async function run({ rounds = 3 } = {}) {
  return goals.map((goal) => {
    const runs = Array.from({ length: rounds + 1 }, () => once(goal.args)).slice(1)
    const middle = runs.sort((a, b) => a.ms - b.ms)[Math.floor(rounds / 2)]
    return { ...goal, ...middle, times: runs.map(({ ms }) => ms) }
  })
}

function once(args) {
  const begin = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'check', ...args, '--json'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const ms = performance.now() - begin
  if (status !== 0) throw new Error(`check ${args.join(' ')} ended with ${status}: ${stderr}`)
  const { stats } = JSON.parse(stdout)
  return { ms, stats }
}

export function format(results) {
  return results
    .map(({ name, ms, limitMs, stats }) => {
      const goal = limitMs === undefined ? '' : `   (goal: under ${limitMs} ms)`
      const counts = `${stats.passed} passed, ${stats.failed} failed, ${stats.skipped} skipped, ${stats.deviations} known deviations`
      return `${name.padEnd(36)} ${ms.toFixed(0).padStart(6)} ms${goal}   ${counts}`
    })
    .join('\n')
}

export function judge(results) {
  return {
    targets: results
      .filter(({ limitMs }) => limitMs !== undefined)
      .map(({ id, name, ms, limitMs }) => ({
        id,
        title: `${name}: at most ${limitMs / 1000} s`,
        ok: ms <= limitMs,
        expected: `at most ${limitMs} ms`,
        actual: `${ms.toFixed(0)} ms`,
      })),
    latencies: Object.fromEntries(results.map(({ name, times }) => [name, times])),
  }
}

await main(import.meta.url, { name: 'check', title: 'How long check takes', run, format, judge })
