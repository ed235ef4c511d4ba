import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseHaproxy } from '../../../src/config/haproxy/parse.js'
import { renderHaproxy } from '../../../src/config/haproxy/render.js'

function wordsOf(line: string, env: Record<string, string> = {}): string[] {
  const { document } = parseHaproxy(`global\n${line}\n`, 'h.cfg', { env: (name) => env[name] })
  return document.sections[0]?.lines[0]?.words.map((one) => one.text) ?? []
}

describe('words of a line', () => {
  it.each([
    ['a  b\tc', ['a', 'b', 'c']],
    ['log-format "a b" c', ['log-format', 'a b', 'c']],
    [`x 'a "b" $HOME \\n' y`, ['x', 'a "b" $HOME \\n', 'y']],
    ['a\\ b c', ['a b', 'c']],
    ['a\\#b # rest', ['a#b']],
    ['a#b c', ['a']],
    ['"a\\"b"', ['a"b']],
    ['a\\x41\\t', ['aA\t']],
    ['a"b c"d', ['ab cd']],
    ['"" x', ['', 'x']],
    ['bind $ADDR:1883', ['bind', '$ADDR:1883']],
  ])('%s', (line, words) => {
    expect(wordsOf(line)).toEqual(words)
  })

  it('expands variables inside double quotes only', () => {
    const env = { ADDR: '10.0.0.1', LIST: 'a b' }
    expect(wordsOf('bind "${ADDR}:1883" \'${ADDR}\' "$ADDR"', env)).toEqual([
      'bind',
      '10.0.0.1:1883',
      '${ADDR}',
      '10.0.0.1',
    ])
    expect(wordsOf('x "${NONE-42}" "${LIST[*]}"', env)).toEqual(['x', '42', 'a', 'b'])
  })

  it('keeps an unknown variable as written and marks the word', () => {
    const { document } = parseHaproxy('global\n  x "${PORT}"\n', 'h.cfg')
    expect(document.sections[0]?.lines[0]?.words[1]).toMatchObject({ text: '${PORT}', unresolved: ['PORT'] })
  })

  it('takes setenv and presetenv of the global section into account', () => {
    const text = 'global\n setenv A 1\n presetenv B 2\nfrontend f\n bind ":${A}${B}"\n'
    const { document } = parseHaproxy(text, 'h.cfg')
    expect(document.sections[1]?.lines[0]?.words[1]?.text).toBe(':12')
  })

  it('gives every word its place', () => {
    const { document } = parseHaproxy('global\n    log  "a b" # c\n', 'h.cfg')
    const line = document.sections[0]?.lines[0]
    expect(line?.words[1]?.span).toEqual({ file: 'h.cfg', line: 2, column: 10, endLine: 2, endColumn: 15 })
    expect(line?.comment).toBe('c')
  })
})

describe('problems', () => {
  it('names the place of an unclosed quote', () => {
    const { problems } = parseHaproxy('global\n    log "abc\n', 'h.cfg')
    expect(problems).toMatchObject([{ code: 'unclosed-quote', span: { line: 2, column: 9 } }])
  })

  it('says what stands before the first section', () => {
    const { problems } = parseHaproxy('# note\nmode tcp\n', 'h.cfg')
    expect(problems).toMatchObject([{ code: 'outside-section', span: { line: 2, column: 1 } }])
  })

  it('keeps an unknown section and says so', () => {
    const { document, problems } = parseHaproxy(
      'global\n    daemon\nquantum q1\n    spin up\nfrontend f\n    bind :1\n',
      'h',
    )
    expect(document.sections.map((one) => one.kind)).toEqual(['global', 'quantum', 'frontend'])
    expect(problems).toMatchObject([{ code: 'unknown-section', span: { line: 3 } }])
  })
})

describe('sections', () => {
  it('reads names and from', () => {
    const text = 'defaults base\ndefaults d2 from base\nfrontend f from d2\ndefaults from base\nbackend from\n'
    const { document } = parseHaproxy(text, 'h.cfg')
    expect(document.sections.map((one) => [one.kind, one.name, one.from])).toEqual([
      ['defaults', 'base', undefined],
      ['defaults', 'd2', 'base'],
      ['frontend', 'f', 'd2'],
      ['defaults', undefined, 'base'],
      ['backend', undefined, undefined],
    ])
  })
})

describe('losing nothing', () => {
  it('renders any text as it was read', () => {
    const piece = fc.constantFrom(
      'global',
      'frontend f',
      '  bind',
      '"',
      "'",
      '\\',
      '#',
      ' ',
      '\t',
      '\n',
      '\r\n',
      '${X}',
      'a:1',
      '.if',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = `${pieces.join('')}\n`
        expect(renderHaproxy(parseHaproxy(text, 'h').document)).toBe(text)
      }),
    )
  })
})
