import { describe, expect, it } from 'vitest'
import { parseHaproxy } from '../../../src/config/haproxy/parse.js'
import { viewHaproxy } from '../../../src/config/haproxy/view.js'

/** What the real program does is held by reading.e2e.test.ts; this is the same without a program. */

const release = { version: '3.2.26', features: ['OPENSSL'] }
const around = { HOME: '/root', SHELL: 'sh' } as Record<string, string | undefined>

/** The notices that are read (`?` where that is not decided), with variables expanded. */
function notices(text: string, known = true): readonly string[] {
  const { document } = parseHaproxy(text, 'h.cfg', { env: (name) => around[name], ...(known && { release }) })
  const lines = [...document.preamble, ...document.sections.flatMap((one) => [one.header, ...one.lines])]
  return lines.flatMap(({ words, active }) =>
    words[0]?.text === '.notice' && active !== 'no' ? [`${words[1]?.text}${active === 'maybe' ? '?' : ''}`] : [],
  )
}

describe('the environment', () => {
  it('presetenv keeps what is set', () => {
    expect(
      notices('global\n setenv A 1\n presetenv A 2\n presetenv HOME x\n presetenv N 3\n.notice "$A $HOME $N"\n'),
    ).toEqual(['1 /root 3'])
  })

  it('unsetenv takes away what is around as well', () => {
    expect(notices('global\n setenv A 1\n unsetenv A HOME\n.notice "${A-no} ${HOME-no} $SHELL"\n')).toEqual([
      'no no sh',
    ])
  })

  it('resetenv keeps what it names, of its own and of what is around', () => {
    const text = 'global\n setenv A 1\n setenv B 2\n resetenv A HOME\n.notice "$A ${B-no} $HOME ${SHELL-no}"\n'
    expect(notices(text)).toEqual(['1 no /root no'])
    expect(notices(`${text} resetenv SHELL\n.notice "\${HOME-no} \${SHELL-no}"\n`).at(-1)).toBe('no no')
  })
})

describe('conditions', () => {
  it.each([
    ['0 && 1', []],
    ['1 && 0', []],
    ['1 && 1', ['x']],
    ['0 || 1 && 0', []],
    ['!!0', []],
    ['!(0 || 0)', ['x']],
    ['feature(OPENSSL) && !feature(LUA)', ['x']],
    ['enabled(SPLICE)', ['x?']],
    ['enabled(SPLICE) && 0', []],
    ['enabled(SPLICE) || 1', ['x']],
  ])('%s', (condition, read) => {
    expect(notices(`.if ${condition}\n.notice x\n.endif\n`)).toEqual(read)
  })

  it('inside a branch that is not taken or not decided nothing is taken for certain', () => {
    expect(notices('.if 0\n.if 1\n.notice a\n.else\n.notice b\n.endif\n.endif\n')).toEqual([])
    expect(notices('.if 0\n.if 0\n.notice a\n.elif 1\n.notice b\n.else\n.notice c\n.endif\n.endif\n')).toEqual([])
    expect(notices('.if 0\n.if 0\n.notice a\n.else\n.notice c\n.endif\n.endif\n')).toEqual([])
    expect(notices('.if version_atleast(3)\n.if 1\n.notice a\n.else\n.notice b\n.endif\n.endif\n', false)).toEqual([
      'a?',
    ])
  })

  it('below an undecided branch a certain condition is not certain, and ends the row', () => {
    const text = '.if version_atleast(3)\n.notice a\n.elif 1\n.notice b\n.else\n.notice c\n.endif\n'
    expect(notices(text, false)).toEqual(['a?', 'b?'])
    expect(notices(text)).toEqual(['a'])
  })

  it('the lines of a section that may be there belong to no other', () => {
    const text = 'listen a\n bind :1\n.if enabled(SPLICE)\nlisten b\n.endif\n bind :2\n'
    const { document } = parseHaproxy(text, 'h.cfg', { release })
    expect(viewHaproxy([document]).proxies.map((one) => [one.name, one.binds.length, one.conditional])).toEqual([
      ['a', 1, true],
    ])
  })
})

describe('blanks and marks', () => {
  const problemsOf = (text: string) => parseHaproxy(text, 'h.cfg').problems.map((one) => one.code)

  it('a form feed and a vertical tab part words', () => {
    const { document } = parseHaproxy('global\n maxconn\f100\v200\n', 'h.cfg')
    expect(document.sections[0]?.lines[0]?.words.map((one) => one.text)).toEqual(['maxconn', '100', '200'])
  })

  it('carriage returns at the end of a line are no problem, one inside is', () => {
    expect(problemsOf('global\r\n daemon\r\r\n')).toEqual([])
    expect(problemsOf('global\n daemon\rx\n')).toEqual(['carriage-return'])
  })

  it('a byte order mark is one at the beginning of the file only', () => {
    const { document } = parseHaproxy('\ufeffglobal\n\ufeffdaemon\n', 'h.cfg')
    expect(document.sections[0]?.kind).toBe('global')
    expect(document.sections[0]?.lines[0]?.words[0]?.text).toBe('\ufeffdaemon')
  })
})
