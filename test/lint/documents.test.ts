import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fixAll } from '../../src/lint/fix.js'
import { folder, lintFixture, parseFixture } from './fixture.js'

/** The directives that the two source documents print, scenario by scenario, and the errors in them. */
const documents = readdirSync(join(folder, 'documents')).map((name) =>
  parseFixture(name, readFileSync(join(folder, 'documents', name), 'utf8')),
)
/** Their fixes let somebody in who is refused: nobody gets them unasked. */
const openers = ['MP204', 'MP209']
const noCertificates = (text: string) => text

it.each(documents.map((one) => [one.name, one] as const))('%s: exactly its errors are found', (_, fixture) => {
  const found = new Set(lintFixture(fixture, noCertificates).map((one) => one.code))
  expect([...found].sort()).toEqual([...(fixture.expect ?? [])].sort())
})

it.each(documents.filter((one) => one.name.startsWith('mosquitto')).map((one) => [one.name, one] as const))(
  '%s: clean after --fix, and after the fixes that open access are asked for',
  (_, fixture) => {
    const fixed = fixAll(fixture.files, (texts) => lintFixture(fixture, noCertificates, texts))
    expect(fixed.remaining.filter((one) => !openers.includes(one.code))).toEqual([])
    expect([...fixed.texts.values()].join('')).not.toMatch(/allow_anonymous true/)
    const once = new Map([...fixture.files, ...fixed.texts])
    const opened = fixAll(once, (texts) => lintFixture(fixture, noCertificates, texts, openers))
    expect(lintFixture(fixture, noCertificates, new Map([...once, ...opened.texts]))).toEqual([])
  },
)
