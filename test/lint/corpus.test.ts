import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseHaproxy } from '../../src/config/haproxy/parse.js'
import { renderHaproxy } from '../../src/config/haproxy/render.js'
import { lintFixture, parseFixture } from './fixture.js'

const corpus = join(import.meta.dirname, '../../fixtures/lint-corpus')
const generated = join(import.meta.dirname, '../../haproxy-configs')
const plain = (text: string) => text
const sound = readdirSync(corpus).map((name) => parseFixture(name, readFileSync(join(corpus, name), 'utf8')))
const pairs = readdirSync(generated).map((name) => {
  const files = readdirSync(join(generated, name)).map(
    (file) => [file, readFileSync(join(generated, name, file), 'utf8')] as const,
  )
  return { name, expect: undefined, options: {}, files: new Map(files) }
})

it.each(sound.map((one) => [one.name, one] as const))('%s, a sound configuration, has no finding', (_, fixture) => {
  expect(lintFixture(fixture, plain).map((one) => `${one.at.file}:${one.at.line} ${one.code} ${one.message}`)).toEqual(
    [],
  )
})

it.each(sound.map((one) => [one.name, one] as const))('%s comes out of the parser as it went in', (_, fixture) => {
  const text = fixture.files.get('haproxy.cfg') ?? ''
  expect(renderHaproxy(parseHaproxy(text, 'haproxy.cfg').document)).toBe(text)
})

it.each(pairs.map((one) => [one.name, one] as const))('generated %s has no finding', (_, pair) => {
  expect(lintFixture(pair, plain).map((one) => `${one.at.file}:${one.at.line} ${one.code} ${one.message}`)).toEqual([])
})
