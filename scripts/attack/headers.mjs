/** The longer fuzz run of the header codec. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

export function run({ seed, runs = 100_000, row }) {
  const script = join(import.meta.dirname, '../fuzz-header.mjs')
  const args = [script, '--seed', String(seed), '--runs', String(runs)]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  row(status === 0, `${runs} headers, good and broken`, `${stdout}${stderr}`.trim().split('\n').slice(-2))
}
