/**
 * What it costs to start: the program beside `node -e 0`, in pairs, in one run. What counts is the median of the ratios of
 * 15 pairs: both of a pair meet the same machine.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { main } from './outcome.mjs'

const cli = fileURLToPath(new URL('../bin/run.js', import.meta.url))

/** From Node.js 22 on, what was compiled is kept (`module.enableCompileCache`). */
const light = Number(process.versions.node.split('.')[0]) >= 22 ? 1.5 : 1.7

const v1Header = Buffer.from('PROXY TCP4 203.0.113.7 127.0.0.1 56324 1883\r\n').toString('hex')
const pair = fileURLToPath(new URL('../haproxy-configs/proxy', import.meta.url))

/** The most that a start may cost, in starts of Node.js itself. */
const rows = [
  { name: '--version', args: ['--version'], limit: 1.1 },
  { name: '--help', args: ['--help'] },
  { name: 'explain --help', args: ['explain', '--help'] },
  { name: 'scenarios --json', args: ['scenarios', '--json'] },
  { name: 'header encode', args: ['header', 'encode', '--src', '203.0.113.7:56324', '-f', 'hex'] },
  { name: 'header decode', args: ['header', 'decode', v1Header] },
  { name: 'explain SD', args: ['explain', 'SD'] },
  { name: 'gen haproxy', args: ['gen', 'haproxy', 'proxy', '-o', '-'] },
  { name: 'schema', args: ['schema'] },
  { name: 'completion bash', args: ['completion', 'bash'] },
  // It reads and judges two files: no light command, and no other program is asked.
  { name: 'lint', args: ['lint', '--no-programs', pair], limit: 2.2 },
].map(({ limit = light, ...row }) => ({ ...row, args: [cli, ...row.args], limit }))

function start(args) {
  const begin = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  if (status !== 0) throw new Error(`${args.join(' ')} exited with ${status}: ${stderr}`)
  return performance.now() - begin
}

/** @returns {{name: string, times: number[], ms: number, ratio: number, limit?: number, ok: boolean}[]} milliseconds; the first is Node.js alone */
export function run({ rounds = 15 } = {}) {
  const alone = []
  const all = rows.map((row) => ({ ...row, times: [], ratios: [] }))
  for (const { args } of all) start(args)
  for (let round = 0; round < rounds; round++) {
    for (const { args, times, ratios } of all) {
      const node = start(['-e', '0'])
      const ms = start(args)
      alone.push(node)
      times.push(ms)
      ratios.push(ms / node)
    }
  }
  const results = all.map(({ name, limit, times, ratios }) => {
    const ratio = median(ratios)
    return { name, times, ms: median(times), ratio, limit, ok: ratio <= limit }
  })
  return [{ name: 'node -e 0', times: alone, ms: median(alone), ratio: 1, ok: true }, ...results]
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
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
          .toLowerCase()
          .replace(/^-+/, '')
          .replaceAll(/[^a-z]+/g, '-'),
        title: `${name} costs at most ${limit.toFixed(1)} starts of Node.js`,
        ok,
        expected: `at most ${limit.toFixed(1)} times node -e 0`,
        actual: `${ratio.toFixed(2)} times`,
      })),
    latencies: Object.fromEntries(results.map(({ name, times }) => [name, times])),
  }
}

await main(import.meta.url, { name: 'startup', title: 'What it costs to start', run, format, judge })
