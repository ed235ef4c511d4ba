#!/usr/bin/env node
/**
 * The compatibility page: runs every scenario and behaviour on real programs (`--run`), keeps the counts in
 * docs/data/compatibility.json, and writes docs/compatibility.md from them. Without `--run` only the page is written;
 * `--check` ends with 1 when it is not what the results say.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { page } from './compatibility-page.mjs'

const root = new URL('..', import.meta.url).pathname
const data = join(root, 'docs/data/compatibility.json')
const runs = [
  ['--haproxy', '2.6,3.2', '--broker', 'embedded,mosquitto@2.1'],
  ['--haproxy', '2.6,3.2', '--broker', 'embedded,mosquitto@2.1', '--behaviour'],
  ['--haproxy', '2.6,3.2', '--broker', 'rabbitmq', '-j', '2'],
]

export function readResults() {
  return JSON.parse(readFileSync(data, 'utf8'))
}

/** What a group came to; of each deviation and failure the reason. */
export function summary(result) {
  return result.groups.map(({ id, title, dims, cannot, cases }) => ({
    id,
    title,
    haproxy: dims?.haproxy ?? result.env.haproxy,
    broker: dims?.broker ?? result.env.broker,
    ...(cannot !== undefined && { cannot }),
    counts: Object.fromEntries(
      ['passed', 'failed', 'skipped', 'deviation'].map((name) => [
        name,
        cases.filter((one) => one.status === name).length,
      ]),
    ),
    notes: cases
      .filter((one) => one.status === 'deviation' || one.status === 'failed')
      .map((one) => ({ id: one.id, status: one.status, text: one.reason ?? one.actual })),
  }))
}

function recordRuns() {
  const groups = runs.flatMap((args) => {
    const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'bin/run.js'), 'check', ...args, '--json'], {
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
    })
    const result = JSON.parse(stdout)
    if (result.groups === undefined) throw new Error(`check ${args.join(' ')}: ${stdout} ${stderr}`)
    return summary(result)
  })
  writeFileSync(data, `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), groups }, null, 1)}\n`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (process.argv.includes('--run')) recordRuns()
  const file = join(root, 'docs/compatibility.md')
  const text = page(readResults())
  if (process.argv.includes('--check')) {
    if (readFileSync(file, 'utf8') !== text) {
      console.error(
        'docs/compatibility.md is not what docs/data/compatibility.json says: node scripts/compatibility.mjs',
      )
      process.exitCode = 1
    }
  } else writeFileSync(file, text)
}
