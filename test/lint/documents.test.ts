import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fixAll } from '../../src/lint/fix.js'
import { folder, lintFixture, parseFixture } from './fixture.js'

/** The directives that the two source documents print, scenario by scenario, and the errors in them. */
const documents = readdirSync(join(folder, 'documents')).map((name) =>
  parseFixture(name, readFileSync(join(folder, 'documents', name), 'utf8')),
)
const noCertificates = (text: string) => text

it.each(documents.map((one) => [one.name, one] as const))('%s: exactly its errors are found', (_, fixture) => {
  const found = new Set(lintFixture(fixture, noCertificates).map((one) => one.code))
  expect([...found].sort()).toEqual([...(fixture.expect ?? [])].sort())
})

it.each(documents.filter((one) => one.name.startsWith('mosquitto')).map((one) => [one.name, one] as const))(
  '%s: clean after --fix',
  (_, fixture) => {
    const fixed = fixAll(fixture.files, (texts) => lintFixture(fixture, noCertificates, texts))
    expect(fixed.remaining).toEqual([])
  },
)
