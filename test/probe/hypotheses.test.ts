import { describe, expect, it } from 'vitest'
import { mismatchWords } from '../../src/kernel/mismatch-words.js'
import { judges } from '../../src/path/mismatches/index.js'
import { hypotheses, refusals } from '../../src/probe/hypotheses.js'

describe('server lines with which nobody gets through', () => {
  it.each([
    [{ versions: [], tlsFacts: false, cn: false }, ['header-not-read']],
    [{ versions: [1, 2], tlsFacts: false, cn: false }, ['header-not-sent']],
    [{ versions: [2], tlsFacts: false, cn: false }, ['header-version', 'header-not-sent']],
    [{ versions: [1], tlsFacts: false, cn: false }, ['header-version', 'header-not-sent']],
    [{ versions: [2], tlsFacts: true, cn: false }, ['tls-facts-not-sent', 'header-version', 'header-not-sent']],
    [
      { versions: [2], tlsFacts: true, cn: true },
      ['cn-not-sent', 'tls-facts-not-sent', 'header-version', 'header-not-sent'],
    ],
  ] as const)('%o', (demand, kinds) => {
    expect(hypotheses(demand)).toEqual(kinds)
  })
})

describe('headers that are refused somewhere', () => {
  it.each([
    ['none', false, false, ['header-not-sent']],
    ['v1', false, false, ['header-version', 'header-not-read']],
    ['v2', false, false, ['header-version', 'header-not-read', 'tls-facts-not-sent']],
    ['v2', true, false, ['header-version', 'header-not-read', 'cn-not-sent']],
    ['v2', true, true, ['header-version', 'header-not-read']],
  ] as const)('%s, ssl %s, cn %s', (header, ssl, cn, kinds) => {
    expect(refusals({ header, ssl, cn })).toEqual(kinds)
  })
})

it('commands name kinds that the model knows, in clauses', () => {
  expect(Object.keys(judges)).toEqual(expect.arrayContaining(Object.keys(mismatchWords)))
  for (const { what, remedy } of Object.values(mismatchWords)) {
    expect(what).toMatch(/^\S.*[^.]$/)
    expect(remedy).toMatch(/^\S.*[^.]$/)
  }
})
