import { describe, expect, it } from 'vitest'
import { parseMosquitto } from '../../src/brokers/mosquitto/parse.js'
import {
  applyEdits,
  insertBelow,
  insertEntries,
  insertLines,
  replaceAt,
  replaceWord,
  setEntryValue,
} from '../../src/config/edit.js'
import { entry, renderEntries } from '../../src/config/entries.js'
import { line } from '../../src/config/haproxy/document.js'
import { parseHaproxy } from '../../src/config/haproxy/parse.js'
import { renderHaproxy } from '../../src/config/haproxy/render.js'

const text = 'backend b\n    server s 10.0.0.1:1883 check  # keep me\n'

describe('edits of a document', () => {
  it('replace two words of one line and leave its comment and blanks', () => {
    const { document } = parseHaproxy(text, 'h')
    const words = document.sections[0]?.lines[0]?.words ?? []
    const [, name, address] = words
    if (name === undefined || address === undefined) throw new Error('words missing')
    const changed = replaceWord(replaceWord(document, name, 'longer-name'), address, '127.0.0.1:20001')
    expect(renderHaproxy(changed)).toBe('backend b\n    server longer-name 127.0.0.1:20001 check  # keep me\n')
  })

  it('insert a line below the header of a section', () => {
    const { document } = parseHaproxy(text, 'h')
    const header = document.sections[0]?.header
    if (header === undefined) throw new Error('no header')
    expect(renderHaproxy(insertLines(document, header, line('mode', 'tcp')))).toBe(
      text.replace('b\n', 'b\n    mode tcp\n'),
    )
  })

  it('set the value of an entry and insert one', () => {
    const { document } = parseMosquitto('listener  1883 0.0.0.0\n# note\n', 'm')
    const first = document.lines[0]
    if (first === undefined) throw new Error('no line')
    const changed = setEntryValue(document, first, '1884 127.0.0.1')
    expect(renderEntries(changed)).toBe('listener  1884 127.0.0.1\n# note\n')
    expect(renderEntries(insertEntries(changed, changed.lines[0], entry('allow_anonymous', 'true')))).toBe(
      'listener  1884 127.0.0.1\nallow_anonymous true\n# note\n',
    )
  })
})

describe('edits of a text', () => {
  const span = (row: number, column: number, endColumn: number) => ({
    file: 'f',
    line: row,
    column,
    endLine: row,
    endColumn,
  })

  it('apply whatever their order', () => {
    expect(applyEdits('abc\ndef\n', [replaceAt(span(2, 1, 2), 'X'), replaceAt(span(1, 3, 4), 'YY')])).toBe(
      'abYY\nXef\n',
    )
  })

  it('count the same edit once and let the first of two that overlap win', () => {
    const edits = [replaceAt(span(1, 1, 3), 'X'), replaceAt(span(1, 1, 3), 'X'), replaceAt(span(1, 2, 3), 'Z')]
    expect(applyEdits('abc\n', edits)).toBe('Xc\n')
  })

  it('insert below the last line, with and without its line break', () => {
    expect(applyEdits('a\n', [insertBelow(span(1, 1, 2), 'b')])).toBe('a\nb\n')
    expect(applyEdits('a', [insertBelow(span(1, 1, 2), 'b')])).toBe('a\nb')
  })
})
