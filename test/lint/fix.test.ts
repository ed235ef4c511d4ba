import { describe, expect, it } from 'vitest'
import type { Finding, TextEdit } from '../../src/kernel/result.js'
import { fixAll } from '../../src/lint/fix.js'

function edit(line: number, column: number, end: number, newText: string, file = 'f'): TextEdit {
  return { file, line, column, endLine: line, endColumn: end, newText }
}

function finding(code: string, ...edits: readonly TextEdit[]): Finding {
  return { code, severity: 'error', message: 'm', at: { file: 'f', line: 1 }, fix: { text: 't', edits } }
}

const codes = (all: readonly Finding[]) => all.map((one) => one.code)

/** What `fixAll` makes of the text where the findings come once, and none after. */
function once(text: string, ...findings: readonly Finding[]) {
  let round = 0
  const fixed = fixAll(new Map([['f', text]]), () => (round++ === 0 ? findings : []))
  return { text: fixed.texts.get('f'), applied: codes(fixed.applied), rounds: round }
}

describe('edits of one round', () => {
  it('all are made, wherever they stand', () => {
    const found = once('one two\nthree\n', finding('A', edit(1, 1, 4, '1')), finding('B', edit(2, 1, 6, '3')))
    expect(found).toEqual({ text: '1 two\n3\n', applied: ['A', 'B'], rounds: 2 })
  })

  it('two that touch each other are both made', () => {
    const found = once('onetwo\n', finding('A', edit(1, 1, 4, '1')), finding('B', edit(1, 4, 7, '2')))
    expect(found).toMatchObject({ text: '12\n', applied: ['A', 'B'] })
    const turned = once('onetwo\n', finding('B', edit(1, 4, 7, '2')), finding('A', edit(1, 1, 4, '1')))
    expect(turned).toMatchObject({ text: '12\n', applied: ['B', 'A'] })
  })

  it.each([
    ['behind', edit(1, 3, 6, 'x')],
    ['in front', edit(1, 1, 3, 'x')],
    ['inside', edit(1, 3, 4, 'x')],
    ['around', edit(1, 1, 7, 'x')],
    ['the same place, another text', edit(1, 2, 5, 'x')],
    ['over several lines', { ...edit(1, 1, 1, 'x'), endLine: 2, endColumn: 2 }],
  ])('of two that overlap the first one is made: the second one lies %s', (_, second) => {
    const found = once('abcdef\nghi\n', finding('A', edit(1, 2, 5, '-')), finding('B', second))
    expect(found).toMatchObject({ text: 'a-ef\nghi\n', applied: ['A'] })
  })

  it.each([
    ['begins later', edit(1, 3, 5, '-')],
    ['begins earlier', edit(1, 1, 5, '-')],
    ['ends earlier', edit(1, 2, 4, '-')],
    ['ends later', edit(1, 2, 6, '-')],
    ['ends on the next line', { ...edit(1, 2, 5, '-'), endLine: 2 }],
  ])('the same text for another place is another edit: the second one %s', (_, second) => {
    expect(once('abcdef\nghijkl\n', finding('A', edit(1, 2, 5, '-')), finding('B', second)).applied).toEqual(['A'])
  })

  it('the same text on another line is made as well', () => {
    const found = once('abc\nabc\n', finding('A', edit(1, 2, 3, '-')), finding('B', edit(2, 2, 3, '-')))
    expect(found).toMatchObject({ text: 'a-c\na-c\n', applied: ['A', 'B'] })
  })

  it('two texts for one place that begins and ends in one column are no insertions over several lines', () => {
    const over = (newText: string) => ({ ...edit(1, 2, 2, newText), endLine: 2 })
    expect(once('ab\ncd\n', finding('A', over('1')), finding('B', over('2'))).applied).toEqual(['A'])
  })

  it('on lines that follow each other they do not overlap', () => {
    const first = { ...edit(1, 2, 2, '-'), endLine: 2, endColumn: 1 }
    expect(once('ab\ncd\n', finding('A', first), finding('B', edit(2, 1, 3, 'x')))).toMatchObject({
      text: 'a-x\n',
      applied: ['A', 'B'],
    })
  })

  it('the very same edit of two findings is made once, and counts for both', () => {
    const found = once('one\n', finding('A', edit(1, 1, 4, '1')), finding('B', edit(1, 1, 4, '1')))
    expect(found).toMatchObject({ text: '1\n', applied: ['A', 'B'] })
  })

  it('two insertions at one place are both made', () => {
    const found = once('ab\n', finding('A', edit(1, 2, 2, '1')), finding('B', edit(1, 2, 2, '2')))
    expect(found.applied).toEqual(['A', 'B'])
    expect(found.text).toMatch(/^a(12|21)b\n$/)
  })

  it('of a finding all edits are made, or none', () => {
    const both = finding('B', edit(1, 1, 2, 'x'), edit(2, 1, 2, 'y'))
    expect(once('a\nb\n', finding('A', edit(1, 1, 2, '1')), both)).toMatchObject({ text: '1\nb\n', applied: ['A'] })
    expect(once('a\nb\n', both)).toMatchObject({ text: 'x\ny\n', applied: ['B'] })
  })

  it('edits of the same place in two files do not overlap', () => {
    let round = 0
    const findings = [finding('A', edit(1, 1, 2, '1')), finding('B', edit(1, 1, 2, '2', 'g'))]
    const texts = new Map(['f', 'g', 'h'].map((name) => [name, 'a\n']))
    const fixed = fixAll(texts, () => (round++ === 0 ? findings : []))
    expect([...fixed.texts]).toEqual([
      ['f', '1\n'],
      ['g', '2\n'],
    ])
  })
})

it('a finding without edits, or with one in a file that is not there, stays', () => {
  const without: Finding = { code: 'A', severity: 'error', message: 'm', at: { file: 'f', line: 1 } }
  const elsewhere = finding('B', edit(1, 1, 2, 'x', 'gone'), edit(1, 1, 2, 'x'))
  const fixed = fixAll(new Map([['f', 'a\n']]), () => [without, elsewhere, finding('C')])
  expect(codes(fixed.remaining)).toEqual(['A', 'B', 'C'])
  expect(fixed.applied).toEqual([])
  expect(fixed.texts.size).toBe(0)
})

it('it goes on until nothing can be fixed, with the texts of the round before', () => {
  const next: Readonly<Record<string, string>> = { 'a\n': 'b', 'b\n': 'c' }
  const again = (texts: ReadonlyMap<string, string>) => {
    const to = next[texts.get('f') ?? '']
    return to === undefined ? [] : [finding(to, edit(1, 1, 2, to))]
  }
  const fixed = fixAll(new Map([['f', 'a\n']]), again)
  expect([fixed.texts.get('f'), codes(fixed.applied), fixed.remaining]).toEqual(['c\n', ['b', 'c'], []])
})

it('a fix that calls for itself ends after ten rounds', () => {
  let asked = 0
  const again = () => {
    asked++
    return [finding('A', edit(1, 1, 1, 'x'))]
  }
  const fixed = fixAll(new Map([['f', '\n']]), again)
  expect([fixed.texts.get('f'), asked, fixed.applied.length]).toEqual(['xxxxxxxxxx\n', 11, 10])
})
