// `npm test`: sets up what is missing, then lint, types, unit and end-to-end tests, and stops at the first that fails.
// The real programs come into the cache by our own `tools install`; a missing one makes its tests fail, never skip.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argumentsOf } from './arguments.mjs'
import { countsOf } from './counts.mjs'
import { fetchTools, haproxyAtHand, Missing, noHaproxy, prepare, readJson, run, say, script, top } from './setup.mjs'

argumentsOf('npm test')

const programs = [
  'haproxy@3.2',
  'haproxy@2.6',
  'haproxy@3.4',
  'haproxy@3.0',
  'mosquitto@2.1',
  'mosquitto@2.0',
  'rabbitmq@4',
  'rabbitmq@3.10',
  'nginx@1.22',
  'chromium',
  'tshark',
  'prometheus',
]
const tool = (path) => join(top, 'node_modules', path)
const biome = tool('@biomejs/biome/bin/biome')
const tsc = tool('typescript/bin/tsc')
const vitest = tool('vitest/vitest.mjs')

await script(async () => {
  const begin = performance.now()
  await prepare()
  await fetchAll()
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-proxy-npm-test-'))
  try {
    const counts = { passed: 0, failed: 0, skipped: 0 }
    const failed = await firstFailure(folder, counts)
    const seconds = ((performance.now() - begin) / 1000).toFixed(0)
    if (failed !== undefined) say(`FAILED: ${failed}`)
    const skipsCount = process.env.CI && counts.skipped > 0
    if (skipsCount) say('FAILED: in CI a skipped test is a failure')
    say(`${seconds} s`)
    // Alone on its line, for whoever counts.
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
    return failed === undefined && !skipsCount && counts.passed > 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

async function fetchAll() {
  if ((await fetchTools(programs, { quiet: true })) === 0) return
  if (!haproxyAtHand() && (await fetchTools(['haproxy'], { quiet: true })) !== 0) throw new Missing(noHaproxy)
  say('not all programs could be fetched: tests that need the missing ones will fail')
}

/** The name of the first step that fails; test counts are added up on the way. */
async function firstFailure(folder, counts) {
  const begin = performance.now()
  const [lint, types] = await Promise.all([
    run(process.execPath, [biome, 'ci', '--colors=off', '.'], { quiet: true }),
    run(process.execPath, [tsc, '-p', 'tsconfig.test.json'], { quiet: true }),
  ])
  if (lint !== 0) return 'lint (mend what can be mended: npm run format)'
  if (types !== 0) return 'types'
  say(`lint and types: fine   ${((performance.now() - begin) / 1000).toFixed(0)} s`)
  say('unit and end-to-end tests')
  // In CI vitest colours what goes into a file, too.
  const env = process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: undefined }
  const report = join(folder, 'report.json')
  const args = [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const code = await run(process.execPath, args, { env })
  addCounts(report, counts)
  if (code !== 0) return 'tests'
  return undefined
}

function addCounts(file, counts) {
  for (const [name, count] of Object.entries(countsOf(readJson(file) ?? {}))) counts[name] += count
}
