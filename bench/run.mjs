/**
 * `npm run bench [NAME...]`: every benchmark of this folder, each in a process of its own, so that none warms up another.
 * A benchmark prints its table and exits 1 when it misses its target; so does this.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const folder = import.meta.dirname
const benchmarks = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs') && file !== 'run.mjs')
  .filter((file) => /^export (async )?function run\b/m.test(readFileSync(join(folder, file), 'utf8')))
  .map((file) => basename(file, '.mjs'))

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !benchmarks.includes(name))
if (unknown.length > 0) {
  console.error(`there is no benchmark ${unknown.join(', ')}; known: ${benchmarks.join(', ')}`)
  process.exitCode = 2
} else {
  const missed = []
  for (const name of wanted.length > 0 ? wanted : benchmarks) {
    console.log(`\n— ${name}`)
    const { status } = spawnSync(process.execPath, ['--expose-gc', join(folder, `${name}.mjs`)], { stdio: 'inherit' })
    if (status !== 0) missed.push(name)
  }
  console.log(missed.length === 0 ? '\nall targets met' : `\ntargets missed: ${missed.join(', ')}`)
  if (missed.length > 0) process.exitCode = 1
}
