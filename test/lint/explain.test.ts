import { describe, expect, it } from 'vitest'
import { parseChoice, ruleNamed } from '../../src/lint/explain.js'
import { lintRules } from '../../src/lint/rules.js'

describe('a rule by its code or name', () => {
  it.each([
    ['MP103', 'MP103'],
    ['mp103', 'MP103'],
    ['port-clash', 'MP411'],
    ['Port-Clash', 'MP411'],
  ])('%s is %s', (text, code) => {
    expect(ruleNamed(text).code).toBe(code)
  })

  it.each([
    ['port-clas', 'MP411'],
    ['mode-htp', 'MP105'],
  ])('%s is none, but nearly %s', (text, code) => {
    expect(() => ruleNamed(text)).toThrow(
      expect.objectContaining({ code: 'MP-LINT-RULE', exit: 2, message: `there is no rule "${text}"` }),
    )
    expect(() => ruleNamed(text)).toThrow(expect.objectContaining({ hints: [`did you mean ${code}?`, all()] }))
  })

  it('what is like none is refused with all of them', () => {
    expect(() => ruleNamed('something quite different')).toThrow(expect.objectContaining({ hints: [all()] }))
  })
})

function all(): string {
  return `all of them: ${lintRules.map((one) => one.code).join(' ')}`
}

describe('which rules are meant', () => {
  it.each<[readonly string[] | undefined, readonly string[] | undefined]>([
    [undefined, undefined],
    [[], []],
    [[''], []],
    [['MP1'], ['MP1']],
    [['mp1'], ['mp1']],
    [['MP'], ['MP']],
    [['MP1, mode-http ,,MP4'], ['MP1', 'mode-http', 'MP4']],
    [
      ['MP1', 'MP411'],
      ['MP1', 'MP411'],
    ],
  ])('%j: %j', (words, parsed) => {
    expect(parseChoice(words)).toEqual(parsed)
  })

  it.each(['MP9', 'MP1999', 'MP1x', 'xMP1', 'mode'])('%s fits no rule', (word) => {
    expect(() => parseChoice([word])).toThrow(`there is no rule "${word}"`)
  })
})
