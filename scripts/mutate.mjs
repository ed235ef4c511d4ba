// npm run mutate -- [ROOM[/PART]...] [--tests PATH]... [--slowest MS] [--least PERCENT] [--list] [--json FILE]: which changes
// of the rooms that decide no unit test sees. Quick tests try each change first, slower ones what is left.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { argumentsOf, isCount } from './arguments.mjs'
import { instrument } from './mutate/instrument.mjs'

const top = join(dirname(fileURLToPath(import.meta.url)), '..')
const usage =
  'npm run mutate -- [ROOM[/PART]...] [--tests PATH]... [--slowest MS] [--least PERCENT] [--list] [--json FILE]'
const { values, positionals } = argumentsOf(usage, {
  options: {
    least: { type: 'string' },
    list: { type: 'boolean', default: false },
    json: { type: 'string' },
    /** Milliseconds of the slowest test that tries changes. */
    slowest: { type: 'string', default: '500' },
    /** Only tests whose path holds it. */
    tests: { type: 'string', multiple: true, default: [] },
  },
  most: 99,
  wrong: ({ values, positionals }) => {
    const strange = positionals.find((part) => !existsSync(join(top, 'src', part)))
    if (strange !== undefined) return `there is no room src/${strange}`
    return isCount(values.slowest, 1) && isCount(values.least ?? '0') ? undefined : 'MS and PERCENT are numbers'
  },
})
const parts = positionals.length > 0 ? positionals : ['path', 'lint', 'check', 'probe', 'report']
const slowest = Number(values.slowest)
const passes = [...[20, 100].filter((ms) => ms < slowest), slowest]
/** A change whose test says nothing for so long has made it run for ever. */
const hangMs = 30_000

const folder = mkdtempSync(join(tmpdir(), 'mqtt-proxy-mutate-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
process.once('SIGINT', () => process.exit(130))
const { sources, mutants } = await instrument(top, parts)
writeFileSync(join(folder, 'sources.json'), JSON.stringify(sources))
writeFileSync(join(folder, 'results.jsonl'), '')
const places = mutants.map(({ id, fileName }) => [id, relative(join(top, 'src'), fileName).replace(/\.ts$/, '')])
writeFileSync(join(folder, 'places.json'), JSON.stringify(Object.fromEntries(places)))
console.error(`${mutants.length} changes in ${Object.keys(sources).length} files`)

let tests = values.tests
for (const ms of passes) {
  while ((await runTests(ms)) === 'hung');
  // Tests that reach no change are done.
  tests = [...outcome().files]
  const { killed, reached } = outcome()
  console.error(`tests of at most ${ms} ms: ${killed.size} of ${reached.size} changes that tests reach are seen`)
}

const { killed, reached, hung } = outcome()
const judged = mutants.map((one) => ({ ...one, fileName: relative(top, one.fileName), status: statusOf(one.id) }))
for (const part of parts) console.log(`${part}: ${figures(judged.filter((one) => isIn(one.fileName, part)))}`)
if (parts.length > 1) console.log(`all: ${figures(judged)}`)
if (values.list) for (const line of survivors()) console.log(`  ${line}`)
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(judged)}\n`)
if (values.least !== undefined && rateOf(judged) < Number(values.least)) process.exitCode = 1

/** One run of the unit tests. A worker that hangs is a change that is seen: the run starts again without it. */
function runTests(ms) {
  return new Promise((resolve, reject) => {
    const vitest = join(top, 'node_modules/vitest/vitest.mjs')
    const env = { ...process.env, NO_COLOR: '1', MUTATE_FOLDER: folder, MUTATE_SLOWEST: String(ms) }
    const args = [vitest, 'run', '--config', 'vitest.mutate.config.ts', ...tests]
    const child = spawn(process.execPath, args, { cwd: top, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stdout.on('data', (chunk) => (said = `${said}${chunk}`.slice(-2_000)))
    child.stderr.on('data', (chunk) => (said = `${said}${chunk}`.slice(-2_000)))
    let hangs = false
    const watch = setInterval(() => {
      const stuck = stuckChanges()
      if (stuck.length === 0) return
      hangs = true
      for (const id of stuck) writeFileSync(join(folder, 'results.jsonl'), `{"hung":"${id}"}\n`, { flag: 'a' })
      process.kill(-child.pid, 'SIGKILL')
    }, 1000)
    const stop = () => process.kill(-child.pid, 'SIGKILL')
    process.once('exit', stop)
    child.once('exit', (code) => {
      clearInterval(watch)
      process.off('exit', stop)
      for (const name of readdirSync(folder)) if (name.startsWith('worker-')) rmSync(join(folder, name))
      if (hangs) resolve('hung')
      else if (!said.includes('Test Files ')) reject(new Error(`the tests did not run:\n${said}`))
      else {
        // Such a test tries no change.
        if (code !== 0) console.error(`some tests fail without a change:\n${said}`)
        resolve('done')
      }
    })
  })
}

function stuckChanges() {
  return readdirSync(folder)
    .filter((name) => name.startsWith('worker-'))
    .map((name) => readFileSync(join(folder, name), 'utf8').split(' '))
    .filter(([id, at]) => id !== '' && Date.now() - Number(at) > hangMs)
    .map(([id]) => id)
}

function outcome() {
  const found = { killed: new Set(), reached: new Set(), hung: new Set(), files: new Set() }
  for (const line of readFileSync(join(folder, 'results.jsonl'), 'utf8').split('\n')) {
    if (line === '') continue
    const one = JSON.parse(line)
    for (const id of one.reached ?? []) found.reached.add(id)
    if (one.in !== undefined) found.files.add(one.in)
    if (one.killed !== undefined) found.killed.add(one.killed)
    if (one.hung !== undefined) found.hung.add(one.hung)
  }
  for (const id of found.hung) found.killed.add(id)
  return found
}

function statusOf(id) {
  if (killed.has(id)) return hung.has(id) ? 'Timeout' : 'Killed'
  return reached.has(id) ? 'Survived' : 'NoCoverage'
}

function figures(some) {
  const count = (status) => some.filter((one) => one.status === status).length
  return `${rateOf(some).toFixed(1)} % killed (${count('Killed')} killed, ${count('Timeout')} never ended, ${count('Survived')} survived, ${count('NoCoverage')} without a test)`
}

function rateOf(some) {
  const dead = some.filter((one) => one.status === 'Killed' || one.status === 'Timeout').length
  return some.length === 0 ? 100 : (100 * dead) / some.length
}

function isIn(name, part) {
  return name === join('src', part) || name.startsWith(join('src', part, '/'))
}

function survivors() {
  return judged
    .filter((one) => one.status === 'Survived' || one.status === 'NoCoverage')
    .map(({ fileName, location, mutatorName, replacement, status }) => {
      const short = (replacement ?? '').replace(/\s+/g, ' ').slice(0, 80)
      const { line, column } = location.start
      return `${fileName}:${line + 1}:${column + 1} ${mutatorName} -> ${short}${status === 'NoCoverage' ? ' (no test)' : ''}`
    })
}
