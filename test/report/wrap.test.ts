import { describe, expect, it } from 'vitest'
import { rowsOf, wrapText } from '../../src/report/wrap.js'

describe('wrapText', () => {
  it('breaks between words, and goes on where the text behind a label begins', () => {
    expect(wrapText('     Expected:   CONNACK 0 (accepted); the broker sees the address', 40)).toBe(
      [
        '     Expected:   CONNACK 0 (accepted);',
        '                 the broker sees the',
        '                 address',
      ].join('\n'),
    )
  })

  it('goes on behind the cells of a table', () => {
    expect(wrapText('MP407  error  a listener that can be reached by others', 36)).toBe(
      ['MP407  error  a listener that can be', '              reached by others'].join('\n'),
    )
  })

  it('never breaks inside a word, however long it is', () => {
    const path = '/a'.repeat(40)
    expect(wrapText(`  see ${path} for more`, 30).split('\n')).toEqual(['  see', `    ${path}`, '    for more'])
  })

  it('counts no colour, and loses none', () => {
    const red = '\u001b[31mone two\u001b[39m three'
    expect(wrapText(red, 13)).toBe(red)
    expect(wrapText(red, 9)).toBe('\u001b[31mone two\u001b[39m\n  three')
  })

  it.each([
    '     Again:      mqtt-proxy check proxy/connect-5.0 --dir lab -v --artifacts somewhere',
    '  1 it wants a PROXY header   mqtt-proxy send 127.0.0.1:1884 --proxy-protocol v2 --src 203.0.113.7',
    '   31 |     server broker1 127.0.0.1:1884 check on-marked-down shutdown-sessions send-proxy',
    '      |                                                                          ^^^^^^^^^^',
    '0000  0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a      signature            ok and more words',
  ])('leaves what would be wrong in two pieces: %s', (line) => {
    expect(wrapText(line, 40)).toBe(line)
  })

  it.each([
    // Exactly as wide as there is room: one line.
    ['one two three', 13, ['one two three']],
    ['one two three', 12, ['one two', '  three']],
    // Two further in than the line itself.
    ['    one two', 8, ['    one', '    two']],
    ['  one two three', 11, ['  one two', '    three']],
    // Behind the label, and behind the last cell of the first half.
    ['Note: one two three', 16, ['Note: one two', '      three']],
    ['Note:   one two three', 18, ['Note:   one two', '        three']],
    ['a  b  one two', 11, ['a  b  one', '   two']],
    // What stands further right is text: nothing is hung there.
    ['one two  three four', 18, ['one two  three', '  four']],
    ['one two  three four five', 22, ['one two  three four', '         five']],
    ['one two three  four five', 20, ['one two three  four', '  five']],
    // A colon inside the text is no label.
    ['see this: one two', 10, ['see this:', '  one two']],
    ['', 5, ['']],
    ['   ', 2, ['']],
  ])('%j at a width of %i', (text, width, lines) => {
    expect(wrapText(text, width).split('\n')).toEqual(lines)
  })

  it('keeps what is short beside what is broken', () => {
    expect(wrapText('short\none two three\n', 8)).toBe('short\none two\n  three\n')
  })

  it('keeps every word of any text, and no line is longer than its longest word needs', () => {
    const words = Array.from({ length: 200 }, (_, at) => 'w'.repeat(1 + ((at * 7) % 13)))
    for (const width of [36, 80, 100]) {
      const lines = wrapText(`   note: ${words.join(' ')}`, width).split('\n')
      expect(lines.join(' ').split(/\s+/).slice(2)).toEqual(words)
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width)
    }
  })
})

describe('rowsOf', () => {
  it.each([
    ['', 1],
    ['a', 1],
    ['x'.repeat(80), 1],
    ['x'.repeat(81), 2],
    ['\x1b[2mTARGET\x1b[22m', 1],
    [`\x1b[33m${'x'.repeat(79)}\x1b[39m`, 1],
    [`one\n${'x'.repeat(200)}\n`, 5],
  ])('%j takes %i rows of 80 columns', (text, rows) => {
    expect(rowsOf(text, 80)).toBe(rows)
  })
})
