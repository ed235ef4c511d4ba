import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { ReadableKind } from '../../src/brokers/index.js'
import { parseHaproxy } from '../../src/config/haproxy/parse.js'
import { renderHaproxy } from '../../src/config/haproxy/render.js'
import { Fault } from '../../src/kernel/errors.js'
import { lint } from '../../src/lint/run.js'
import { readWorkspace, type SourceFile } from '../../src/lint/workspace.js'
import { derive } from '../../src/scenarios/derive.js'
import type { DeriveOptions } from '../../src/scenarios/options.js'
import { scenarios } from '../../src/scenarios/table.js'
import type { Scenario } from '../../src/scenarios/types.js'
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

/** What `gen` can be asked for, as far as a pair of files comes of it. */
const choices: readonly DeriveOptions[] = [
  {},
  { listen: { host: '*', port: 9999 } },
  { socket: '/run/mosquitto/proxy.sock' },
  { keepalive: 0 },
  { keepalive: 300 },
  { annotate: false },
  { ip: 6 },
]

it.each(
  scenarios.flatMap((scenario) =>
    (['mosquitto', 'vernemq', 'rabbitmq'] as const).map((broker) => [scenario.id, broker, scenario] as const),
  ),
)('%s for %s has no finding, whatever the options', (_, broker, scenario) => {
  let judged = 0
  for (const transport of scenario.transports) {
    for (const choice of choices) {
      const files = generatedFiles(scenario, broker, { ...choice, transport })
      if (files === undefined) continue
      judged++
      const { input, pragmas } = readWorkspace(files)
      const found = lint({ ...input, keepalive: choice.keepalive || 60, now: 0 }, pragmas)
      expect(found.map((one) => `${JSON.stringify(choice)} ${transport}: ${one.code} ${one.message}`)).toEqual([])
    }
  }
  // Some pairs cannot be generated, which is said with exit 3; what can be, was looked at.
  expect(judged > 0 || generatedFiles(scenario, broker, {}) === undefined).toBe(true)
})

function generatedFiles(
  scenario: Scenario,
  broker: ReadableKind,
  options: DeriveOptions,
): readonly SourceFile[] | undefined {
  try {
    const derived = derive(scenario, { ...options, broker })
    const brokers = derived.brokers.flatMap((one) => one.files)
    return [
      ...derived.haproxy.map((one) => ({ path: one.name, text: one.text, dialect: 'haproxy' as const })),
      ...brokers.flatMap((one) =>
        one.document === undefined ? [] : [{ path: one.name, text: one.text, dialect: broker }],
      ),
    ]
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

it.each(pairs.map((one) => [one.name, one] as const))('generated %s has no finding', (_, pair) => {
  expect(lintFixture(pair, plain).map((one) => `${one.at.file}:${one.at.line} ${one.code} ${one.message}`)).toEqual([])
})
