import { expect, it } from 'vitest'
import type { Finding } from '../../src/kernel/result.js'
import { withSoundEdits } from '../../src/lint/offer.js'

/** A file is a row of letters, each a finding whose edit puts another letter in its place, as these rules say. */
type Rules = Readonly<Record<string, string | undefined>>

function look(rules: Rules) {
  return (texts: ReadonlyMap<string, string>): readonly Finding[] =>
    [...texts].flatMap(([file, text]) =>
      [...text].flatMap((letter, at): readonly Finding[] => {
        if (!(letter in rules)) return []
        const newText = rules[letter]
        const place = { file, line: 1, column: at + 1 }
        const edit = { ...place, endLine: 1, endColumn: at + 2 }
        return [
          {
            code: letter,
            severity: 'error',
            message: letter,
            at: place,
            ...(newText !== undefined && { fix: { text: 'do it', edits: [{ ...edit, newText }] } }),
          },
        ]
      }),
    )
}

/** The letters whose edits are offered. */
function offered(text: string, rules: Rules): string {
  const found = withSoundEdits(new Map([['f', text]]), look(rules))
  expect(found).toHaveLength([...text].filter((one) => one in rules).length)
  for (const one of found) if (one.fix !== undefined) expect(one.fix.text).toBe('do it')
  return found
    .filter((one) => one.fix?.edits !== undefined)
    .map((one) => one.code)
    .join('')
}

it.each<[string, string, Rules, string]>([
  ['what takes the finding away', 'a', { a: '.' }, 'a'],
  ['not what leaves it', 'a', { a: 'a' }, ''],
  ['not what brings up another finding without an edit', 'a', { a: 'b', b: undefined }, ''],
  ['what brings up one that its own edit takes away', 'a', { a: 'b', b: '.' }, 'a'],
  ['what brings up a row of five', 'a', { a: 'b', b: 'c', c: 'd', d: 'e', e: '.' }, 'a'],
  ['not what brings up a longer row', 'a', { a: 'b', b: 'c', c: 'd', d: 'e', e: 'g', g: '.' }, ''],
  ['not what goes round', 'a', { a: 'b', b: 'a' }, ''],
  ['all of several', 'aab', { a: '.', b: '.' }, 'aab'],
  ['the sound ones of several', 'axb', { a: '.', x: 'x', b: '.' }, 'ab'],
  ['the sound ones of many', 'xabxcdx', { a: '.', b: '.', c: '.', d: '.', x: 'y', y: undefined }, 'abcd'],
  ['none of two that are both wrong', 'xx', { x: 'x' }, ''],
  ['nothing where nothing has an edit', 'nn', { n: undefined }, ''],
  ['those beside findings without an edit', 'na', { n: undefined, a: '.' }, 'a'],
  ['not what makes more of one that is there', 'na', { n: undefined, a: 'n' }, ''],
  ['not what doubles itself', 'a', { a: 'aa' }, ''],
  ['nothing in a file without findings', '...', { a: '.' }, ''],
])('it offers %s', (_, text, rules, letters) => {
  expect(offered(text, rules)).toBe(letters)
})

it('an edit in a file that is not at hand is left as it is, untried', () => {
  const edit = { file: 'other', line: 1, column: 1, endLine: 1, endColumn: 2, newText: '.' }
  const finding: Finding = {
    code: 'a',
    severity: 'error',
    message: 'a',
    at: { file: 'f', line: 1 },
    fix: { text: 'do it', edits: [edit] },
  }
  let looks = 0
  const found = withSoundEdits(new Map([['f', 'a']]), () => {
    looks++
    return [finding]
  })
  expect([found, looks]).toEqual([[finding], 1])
})

it('edits of several files belong together', () => {
  const texts = new Map([
    ['f', 'a'],
    ['g', 'xa'],
  ])
  const found = withSoundEdits(texts, look({ a: '.', x: 'x' }))
  expect(found.map((one) => `${one.at.file} ${one.code} ${one.fix?.edits?.length ?? 0}`)).toEqual([
    'f a 1',
    'g x 0',
    'g a 1',
  ])
})
