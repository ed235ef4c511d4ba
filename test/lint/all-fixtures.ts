import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lintRules } from '../../src/lint/rules.js'
import { type Fixture, fixturesOf, parseFixture } from './fixture.js'

const top = join(import.meta.dirname, '../../fixtures')

function inFolder(name: string): readonly Fixture[] {
  return readdirSync(join(top, name)).map((file) =>
    parseFixture(`${name}/${file}`, readFileSync(join(top, name, file), 'utf8')),
  )
}

/** Every pair of files that rules are tested with. */
export function allFixtures(): readonly Fixture[] {
  const own = lintRules.flatMap(({ code }) => [...fixturesOf(code, 'fires'), ...fixturesOf(code, 'silent')])
  return [...own, ...inFolder('lint/documents'), ...inFolder('lint-field'), ...inFolder('lint-corpus')]
}
