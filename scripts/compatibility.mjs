#!/usr/bin/env node
/**
 * The compatibility page: runs every scenario and behaviour (`--run`, or `--run NAME...` for some of the runs), keeps the
 * counts with their dates in docs/data/compatibility.json, and writes docs/compatibility.md from them. Without `--run`
 * only the page is written; `--check` ends with 1 when it is not what the results say.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { brokerOf } from '../dist/brokers/index.js'
import { argumentsOf } from './arguments.mjs'
import { page } from './compatibility-page.mjs'

const root = new URL('..', import.meta.url).pathname
const data = join(root, 'docs/data/compatibility.json')
/** A busy machine is no deviation. */
const patient = ['--timeout', '30s', '--artifacts', join(tmpdir(), 'mqtt-proxy-recorded')]
const runs = {
  own: ['--haproxy', '2.6,3.0,3.2,3.4', '--broker', 'embedded,mosquitto@2.1'],
  'mosquitto@2.0': ['--haproxy', '3.2', '--broker', 'mosquitto@2.0'],
  behaviour: ['--haproxy', '2.6,3.0,3.2,3.4', '--broker', 'embedded,mosquitto@2.1', '--behaviour'],
  'rabbitmq@3.10': ['--haproxy', '2.6,3.2', '--broker', 'rabbitmq@3.10', '-j', '2', ...patient],
  'rabbitmq@3.10-behaviour': ['--haproxy', '3.2', '--broker', 'rabbitmq@3.10', '--behaviour', '-j', '2', ...patient],
  'rabbitmq@4': ['--haproxy', '3.2', '--broker', 'rabbitmq@4', '-j', '2', ...patient],
  'rabbitmq@4-behaviour': ['--haproxy', '3.2', '--broker', 'rabbitmq@4', '--behaviour', '-j', '2', ...patient],
  // The real program where VERNEMQ_BIN names one, else the stand-in, and the page says which.
  vernemq: ['--haproxy', '3.2', '--broker', 'vernemq', '-j', '2', ...patient],
  // The real program where EMQX_BIN names one, else the stand-in.
  emqx: ['--haproxy', '3.2', '--broker', 'emqx', '-j', '2', ...patient],
  // With FLASHMQ_BIN only.
  flashmq: ['--haproxy', '2.6,3.2', '--broker', 'flashmq', '-j', '2', ...patient],
  'flashmq-behaviour': ['--haproxy', '2.6,3.2', '--broker', 'flashmq', '--behaviour', '-j', '2', ...patient],
}

/** Brokers that a stand-in takes the place of when nobody names their program. */
const standIns = ['vernemq', 'emqx']

export function readResults() {
  return JSON.parse(readFileSync(data, 'utf8'))
}

/** What a group came to; of each deviation and failure the reason. */
export function summary(result, more) {
  return result.groups.map(({ id, title, dims, cannot, cases }) => ({
    id,
    title,
    haproxy: dims?.haproxy ?? result.env.haproxy,
    broker: dims?.broker ?? result.env.broker,
    ...more,
    ...(cannot !== undefined && { cannot }),
    counts: Object.fromEntries(
      ['passed', 'failed', 'skipped', 'deviation', 'unknown'].map((name) => [
        name,
        cases.filter((one) => one.status === name).length,
      ]),
    ),
    notes: cases
      .filter((one) => ['deviation', 'failed', 'unknown'].includes(one.status))
      .map((one) => ({ id: one.id, status: one.status, text: one.reason ?? one.actual })),
  }))
}

function recordRuns(names) {
  const date = new Date().toISOString().slice(0, 10)
  const chosen = Object.entries(runs).filter(([name]) => names.length === 0 || names.includes(name))
  for (const [name, args] of chosen) {
    const variable = standIns.includes(name) ? brokerOf(name).run.variable : undefined
    const standIn = variable !== undefined && !process.env[variable] ? makeStandIn(name) : undefined
    const env = standIn === undefined ? process.env : { ...process.env, [variable]: standIn.program }
    const command = [join(root, 'bin/run.js'), 'check', ...args, '--json']
    const { stdout, stderr } = spawnSync(process.execPath, command, {
      encoding: 'utf8',
      env,
      maxBuffer: 256 * 1024 * 1024,
    })
    standIn?.remove()
    const result = JSON.parse(stdout)
    if (result.groups === undefined) throw new Error(`check ${args.join(' ')}: ${stdout} ${stderr}`)
    keep(summary(result, { date, ...(standIn !== undefined && { standIn: true }) }))
  }
}

/** What was recorded before of the same programs goes. */
function keep(fresh) {
  const key = (one) => `${one.broker} ${one.haproxy} ${one.id}`
  const keys = new Set(fresh.map(key))
  const { groups } = readResults()
  const all = [...groups.filter((one) => !keys.has(key(one))), ...fresh]
  writeFileSync(data, `${JSON.stringify({ groups: all }, null, 1)}\n`)
}

function makeStandIn(name) {
  const folder = mkdtempSync(join(tmpdir(), `${name}-stand-in-`))
  const make = join(root, `test/host/brokers/${name}/stand-in/make.mjs`)
  const program = execFileSync(process.execPath, [make, folder], { encoding: 'utf8' }).trim()
  return { program, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values, positionals } = argumentsOf('node scripts/compatibility.mjs [--check | --run [NAME...]]', {
    options: { run: { type: 'boolean' }, check: { type: 'boolean' } },
    most: 99,
    wrong: ({ values, positionals }) => (values.run || positionals.length === 0 ? undefined : 'names follow --run'),
  })
  if (values.run) recordRuns(positionals)
  const file = join(root, 'docs/compatibility.md')
  const text = page(readResults())
  if (values.check) {
    if (readFileSync(file, 'utf8') !== text) {
      console.error(
        'docs/compatibility.md is not what docs/data/compatibility.json says: node scripts/compatibility.mjs',
      )
      process.exitCode = 1
    }
  } else writeFileSync(file, text)
}
