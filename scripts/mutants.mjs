// Puts faults into the source, one at a time, and runs the unit tests that must see each: a fault that no test sees ends
// the run with 1. `npm run mutate` tries all faults of whole rooms; these are the ones that must never come back.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { argumentsOf } from './arguments.mjs'

argumentsOf('node scripts/mutants.mjs')

const top = join(dirname(fileURLToPath(import.meta.url)), '..')

/** What is broken, in which file, by which change, and the tests that must fail. */
const faults = [
  ['& is not escaped in XML', 'src/report/xml.ts', '[&<>"\']', '[<>"\']', ['test/report']],
  [
    'a deciding room opens files',
    'src/lint/model.ts',
    'import ',
    "import 'node:fs'\nimport ",
    ['test/house/floors.test.ts'],
  ],
  [
    'a verdict of probe forgets an attempt',
    'src/probe/facts.ts',
    ", 'v2-cert', 'v2-cn')",
    ", 'v2-cert')",
    ['test/probe'],
  ],
  [
    'a remote address is a local one',
    'src/check/sandbox/relocation.ts',
    "return everywhere || loopback ? 'local' : 'remote'",
    "return 'local'",
    ['test/check'],
  ],
  ['rows that count run side by side', 'src/check/turns.ts', "spread: 'alone'", "spread: 'together'", ['test/check']],
  ['--strict forgets flakes', 'src/stories/check/finish.ts', ' + stats.flaky', '', ['test/stories/check']],
  [
    'routes lead to other hosts',
    'src/kernel/address.ts',
    'return a === b ||',
    'return true ||',
    ['test/kernel', 'test/path'],
  ],
  [
    'a quote that never closes is accepted',
    'src/stories/check/sources.ts',
    "parsed.problems.filter((one) => one.code === 'unclosed-quote')",
    '[]',
    ['test/stories/check'],
  ],
]

let survived = 0
for (const [what, name, from, to, tests] of faults) {
  const file = join(top, name)
  const text = readFileSync(file, 'utf8')
  if (!text.includes(from)) throw new Error(`${name} has no ${from} any more`)
  writeFileSync(
    file,
    text.replace(from, () => to),
  )
  try {
    const vitest = join(top, 'node_modules/vitest/vitest.mjs')
    const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'unit', ...tests], { cwd: top })
    if (status === 0) survived++
    console.log(`${status === 0 ? 'SURVIVED' : 'killed'}  ${what}`)
  } finally {
    writeFileSync(file, text)
  }
}
process.exitCode = survived === 0 ? 0 : 1
