import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { brokerKinds, brokerOf } from '../../src/brokers/index.js'
import { scenarios } from '../../src/scenarios/table.js'
import { behaviours } from '../../src/stories/check/behaviours/index.js'

const deviations = brokerKinds.flatMap((kind) => brokerOf(kind).deviations ?? [])
const text = (path: string) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8')

test('every deviation speaks of checks that exist', () => {
  const ids = new Set([
    ...scenarios.flatMap((one) => one.outcomes.map((row) => `${one.id}/${row.id}`)),
    ...behaviours.map((one) => `behaviour/${one.id}`),
  ])
  const rows = new Set([...ids].map((id) => id.split('/')[1]))
  const unknown = deviations
    .flatMap((one) => one.cases)
    .filter((id) => !(id.startsWith('*/') ? rows.has(id.slice(2)) : ids.has(id)))
  expect(unknown).toEqual([])
})

test('the compatibility page tells of every deviation and of no failure', () => {
  const page = text('compatibility.md')
  for (const one of deviations) expect(page).toContain(one.what)
  expect(page).not.toContain('## Failures')
})
