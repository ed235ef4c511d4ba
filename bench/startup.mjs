/**
 * What it costs to start: the program beside `node -e 0`, in turns, in one run. Minima are compared, because everything
 * else that this machine does only adds.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'

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

/** @returns {{name: string, ms: number, base: number, ratio: number, limit: number, ok: boolean}[]} milliseconds */
export function run({ rounds = 20 } = {}) {
  const all = [{ name: 'node -e 0', args: ['-e', '0'] }, ...rows]
  const least = new Map(all.map(({ name }) => [name, Number.POSITIVE_INFINITY]))
  for (let round = 0; round < rounds; round++) {
    for (const { name, args } of all) least.set(name, Math.min(least.get(name), start(args)))
  }
  const base = least.get('node -e 0')
  return rows.map(({ name, limit }) => {
    const ms = least.get(name)
    return { name, ms, base, ratio: ms / base, limit, ok: ms / base <= limit }
  })
}

export function format(results) {
  const lines = results.map(
    ({ name, ms, ratio, limit, ok }) =>
      `${ok ? ' ' : '✖'} ${name.padEnd(18)} ${ms.toFixed(0).padStart(5)} ms  ${ratio.toFixed(2).padStart(5)} x node   (at most ${limit.toFixed(1)})`,
  )
  return [
    `  node -e 0          ${results[0]?.base.toFixed(0).padStart(5)} ms   node ${process.version}`,
    ...lines,
  ].join('\n')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const results = run()
  console.log(format(results))
  if (results.some(({ ok }) => !ok)) process.exitCode = 1
}
