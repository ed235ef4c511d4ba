// Runs each test once as it is, and then once for each change of the source that the test reaches and no test has seen
// yet, in the same process: a change costs as much as the tests that reach it, not a start of the test runner.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TestRunner } from 'vitest'

/** Switches and counters of Stryker's instrumented sources. */
globalThis.__stryker__ ??= { mutantCoverage: { static: {}, perTest: {} } }
const switches = globalThis.__stryker__

const folder = process.env.MUTATE_FOLDER
const slowestMs = Number(process.env.MUTATE_SLOWEST)
const results = join(folder, 'results.jsonl')
/** Where each change stands: `lint/rules/x` by its number. */
const places = JSON.parse(readFileSync(join(folder, 'places.json'), 'utf8'))
/**
 * How many tests that are not about the file of a change, or its folder, a worker lets try it: one that a hundred tests
 * reach is hardly seen by the last of them, if it was not by the first.
 */
const strangers = 25
const tries = new Map()

/** What this worker does right now, for who watches it from outside. */
const trace = join(folder, `worker-${process.pid}`)

export default class MutationRunner extends TestRunner {
  seen = new Set()

  onBeforeRunSuite(suite) {
    // Other workers write there as well.
    if (suite.filepath !== undefined) this.seen = readSeen()
    return super.onBeforeRunSuite(suite)
  }

  async runTask(test) {
    const run = TestRunner.getTestFn(test)
    switches.currentTestId = test.id
    const begin = performance.now()
    try {
      await run()
    } finally {
      switches.currentTestId = undefined
    }
    const ms = performance.now() - begin
    const reached = Object.entries(switches.mutantCoverage.perTest[test.id] ?? {})
    delete switches.mutantCoverage.perTest[test.id]
    if (reached.length === 0) return
    note({ reached: reached.map(([id]) => id), in: test.file.name })
    if (ms > slowestMs || hasHooks(test)) return
    const open = reached.filter(([id]) => !this.seen.has(id) && isFor(test, id))
    // A test that fails when it runs again says nothing about a change.
    if (open.length === 0 || !(await passes(test, run, ms))) return
    for (const [id, hits] of open) {
      writeFileSync(trace, `${id} ${Date.now()}`)
      Object.assign(switches, { activeMutant: id, hitCount: 0, hitLimit: hits * 100 + 1000 })
      const passed = await passes(test, run, ms)
      switches.activeMutant = undefined
      if (passed) continue
      this.seen.add(id)
      note({ killed: id, by: `${test.file.name} > ${test.name}` })
    }
    writeFileSync(trace, '')
  }
}

/** Tests mirror the paths of the source. */
function isFor(test, id) {
  const place = places[id]
  const mirrored = test.file.name.slice('test/'.length)
  if (mirrored.startsWith(`${place}.`) || dirname(mirrored) === dirname(place)) return true
  const tried = (tries.get(id) ?? 0) + 1
  tries.set(id, tried)
  return tried <= strangers
}

/** Whether the test holds. Soft expectations fail a test without throwing. */
async function passes(test, run, ms) {
  const { result } = test
  const errors = result.errors?.length ?? 0
  const limit = Promise.withResolvers?.() ?? withResolvers()
  const timer = setTimeout(() => limit.reject(new Error('out of time')), 2000 + ms * 10)
  try {
    await Promise.race([run(), limit.promise])
    return (result.errors?.length ?? 0) === errors
  } catch {
    return false
  } finally {
    clearTimeout(timer)
    if (result.errors !== undefined) result.errors.length = errors
    result.state = 'run'
  }
}

function withResolvers() {
  const made = {}
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
  return made
}

/** Tests that want something prepared each time are not run again: they would meet what the run before left. */
function hasHooks(test) {
  for (let suite = test.suite ?? test.file; suite !== undefined; suite = suite.suite) {
    const { beforeEach, afterEach } = TestRunner.getSuiteHooks(suite)
    if (beforeEach.length > 0 || afterEach.length > 0) return true
  }
  return false
}

function note(line) {
  appendFileSync(results, `${JSON.stringify(line)}\n`)
}

function readSeen() {
  const lines = readFileSync(results, 'utf8').split('\n')
  return new Set(lines.flatMap((line) => /^\{"(?:killed|hung)":"(\d+)"/.exec(line)?.[1] ?? []))
}
