// Writes docs/rules/ from the rules and their first fixtures. Run after `npm run build`; a test fails when it was forgotten.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lintRules } from '../dist/lint/rules.js'
import { ruleFiles } from '../dist/report/rule-text.js'
import { argumentsOf } from './arguments.mjs'

argumentsOf('node scripts/gen-rule-docs.mjs')

const top = join(import.meta.dirname, '..')
const folder = join(top, 'docs/rules')
const fixtures = new Map()
for (const { code } of lintRules) {
  const read = (kind) => readFile(join(top, 'fixtures/lint', code, `${kind}.txt`), 'utf8')
  fixtures.set(code, { wrong: await read('fires'), right: await read('silent') })
}
await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })
for (const [name, text] of ruleFiles(lintRules, fixtures)) await writeFile(join(folder, name), text)
