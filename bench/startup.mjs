/**
 * What it costs to start: the program beside `node -e 0`, in turns, in one run. Minima are compared, because everything
 * else that this machine does only adds.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { main } from './outcome.mjs'

const cli = fileURLToPath(new URL('../bin/run.js', import.meta.url))

/** The most that a start may cost, in starts of Node.js itself. */
const rows = [
  { name: '--version', args: [cli, '--version'], limit: 1.2 },
  { name: '--help', args: [cli, '--help'], limit: 2.0 },
  { name: 'scenarios --json', args: [cli, 'scenarios', '--json'], limit: 2.0 },
  { name: 'header encode', args: [cli, 'header', 'encode', '--src', '203.0.113.7:56324', '-f', 'hex'], limit: 2.0 },
  { name: 'explain SD', args: [cli, 'explain', 'SD'], limit: 2.0 },
]

function start(args) {
  const begin = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  if (status !== 0) throw new Error(`${args.join(' ')} exited with ${status}: ${stderr}`)
  return performance.now() - begin
}

/** @returns {{name: string, times: number[], ms: number, ratio: number, limit?: number, ok: boolean}[]} milliseconds; the first is Node.js alone */
export function run({ rounds = 20 } = {}) {
  const all = [{ name: 'node -e 0', args: ['-e', '0'] }, ...rows].map((row) => ({ ...row, times: [] }))
  for (let round = 0; round < rounds; round++) for (const { args, times } of all) times.push(start(args))
  const base = Math.min(...all[0].times)
  return all.map(({ name, limit, times }) => {
    const ms = Math.min(...times)
    return { name, times, ms, ratio: ms / base, limit, ok: limit === undefined || ms / base <= limit }
  })
}

export function format([node, ...results]) {
  const lines = results.map(
    ({ name, ms, ratio, limit, ok }) =>
      `${ok ? ' ' : '✖'} ${name.padEnd(18)} ${ms.toFixed(0).padStart(5)} ms  ${ratio.toFixed(2).padStart(5)} x node   (at most ${limit.toFixed(1)})`,
  )
  return [`  ${node.name.padEnd(18)} ${node.ms.toFixed(0).padStart(5)} ms   node ${process.version}`, ...lines].join(
    '\n',
  )
}

export function judge(results) {
  return {
    targets: results
      .filter(({ limit }) => limit !== undefined)
      .map(({ name, ratio, limit, ok }) => ({
        id: name
          .replaceAll(/[^a-z]+/g, ' ')
          .trim()
          .replaceAll(' ', '-'),
        title: `${name} costs at most ${limit.toFixed(1)} starts of Node.js`,
        ok,
        expected: `at most ${limit.toFixed(1)} times node -e 0`,
        actual: `${ratio.toFixed(2)} times`,
      })),
    latencies: Object.fromEntries(results.map(({ name, times }) => [name, times])),
  }
}

await main(import.meta.url, { name: 'startup', title: 'What it costs to start', run, format, judge })
