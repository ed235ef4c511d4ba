import { describe, expect, it } from 'vitest'
import type { Finding } from '../../src/kernel/result.js'
import { lintText } from '../../src/report/lint-text.js'
import { plain } from '../../src/report/style.js'
import { marked } from './marked.js'

const finding: Finding = {
  code: 'MP402',
  severity: 'error',
  message: 'no header',
  at: { file: 'h.cfg', line: 2, column: 15, endLine: 2, endColumn: 24 },
  related: [{ file: 'm.conf', line: 1, message: 'the listener' }],
  fix: { text: 'send-proxy-v2', edits: [] },
}
const note: Finding = { code: 'MP108', severity: 'info', message: 'no log', at: { file: 'h.cfg', line: 1, column: 1 } }
const texts = new Map([
  ['h.cfg', 'backend b\n    server s 127.0.0.1 check\n'],
  ['m.conf', 'listener 1884\n'],
])
const input = (findings: readonly Finding[]) => ({
  findings,
  summary: { error: 1, warning: 0, info: findings.length - 1, style: 0 },
  failOn: 'warning' as const,
  ok: findings.length === 0,
  unread: [],
  files: ['h.cfg', 'm.conf'],
})

it('shows the line with a caret, the other file and the fix', () => {
  expect(lintText(input([finding]), texts)).toBe(`h.cfg:2:15 error MP402 no header
    2 |     server s 127.0.0.1 check
      |               ^^^^^^^^^
    m.conf:1: the listener: listener 1884
    fix: send-proxy-v2

1 error in 2 files   why: mqtt-proxy lint --explain MP402
`)
})

it('quiet leaves out what is below the threshold, the counts stay', () => {
  const text = lintText(input([note, finding]), texts, { style: plain, quiet: true })
  expect(text).not.toContain('MP108 no log')
  expect(text).toContain('1 error, 1 info in 2 files')
})

it('says how much was read when there is nothing to say', () => {
  expect(lintText({ ...input([]), ok: true }, texts)).toBe('2 files, no findings\n')
})

it('a place outside the text has no excerpt', () => {
  expect(lintText(input([{ ...note, at: { file: 'gone.cfg', line: 9 } }]), texts)).toMatch(
    /^gone\.cfg:9 info MP108 no log\n\n/,
  )
})

it('says what was not judged, once, unless a finding of the line tells it', () => {
  const at = (line: number) => ({ file: 'h.cfg', line })
  const unread = [
    { what: 'host', name: '192.0.2.9:1883', why: 'no given file describes what listens there', at: at(3) },
    { what: 'host', name: '192.0.2.9:1883', why: 'no given file describes what listens there', at: at(3) },
    { what: 'host', name: '192.0.2.10:1883', why: 'no given file describes what listens there', at: at(5) },
    { what: 'variable', name: 'PORT', why: 'it is not set here', at: at(2) },
  ]
  const variable: Finding = { code: 'MP003', severity: 'info', message: 'PORT', at: at(2) }
  const text = lintText({ ...input([variable]), unread }, texts)
  expect(text).toContain(
    'Not judged:\n  no given file describes what listens there:\n    h.cfg:3: 192.0.2.9:1883\n    h.cfg:5: 192.0.2.10:1883\n\n',
  )
  expect(text).not.toContain('it is not set here')
  expect(lintText({ ...input([variable]), unread }, texts, { style: plain, quiet: true })).not.toContain('Not judged')
})

describe('the line of the file with its caret', () => {
  const file = 'h.cfg'
  const one = (at: Finding['at'], text: string) => {
    const [, source, caret] = lintText(
      input([{ code: 'MP108', severity: 'info', message: 'm', at }]),
      new Map([[file, text]]),
    ).split('\n')
    return [source, caret]
  }

  it.each<[string, Omit<Finding['at'], 'file'>, string, string]>([
    ['a span', { line: 1, column: 3, endLine: 1, endColumn: 5 }, '  bind', '        ^^'],
    ['a column without an end: to the end of the line', { line: 1, column: 3 }, '  bind x  ', '        ^^^^^^'],
    [
      'a span of several lines: to the end of its first',
      { line: 1, column: 3, endLine: 2, endColumn: 1 },
      '  ab',
      '        ^^',
    ],
    [
      'a whole line: without what it is indented by',
      { line: 1, column: 1, endLine: 1, endColumn: 7 },
      '  bind',
      '        ^^^^',
    ],
    ['a part from column 1: from there', { line: 1, column: 1, endLine: 1, endColumn: 4 }, 'bind x', '      ^^^'],
    ['an empty span: one sign', { line: 1, column: 2, endLine: 1, endColumn: 2 }, 'bind', '       ^'],
    ['a span behind the text: one sign', { line: 1, column: 7, endLine: 1, endColumn: 9 }, 'bind', '          ^'],
    [
      'what is escaped is as wide as it is shown',
      { line: 1, column: 2, endLine: 1, endColumn: 3 },
      'a\u202eb',
      '       ^^^^^^',
    ],
    ['columns behind it move', { line: 1, column: 3, endLine: 1, endColumn: 4 }, '\u202eab', '             ^'],
  ])('%s', (_, at, text, carets) => {
    const [source, caret] = one({ file, ...at }, text)
    expect(source).toMatch(/^ {4}1 \| /)
    expect(caret).toBe(`      |${carets.slice(5)}`)
  })

  it('ends a span of one line at its end, whatever the line', () => {
    expect(one({ file, line: 2, column: 1, endLine: 2, endColumn: 3 }, 'a\nbind x')).toEqual([
      '    2 | bind x',
      '      | ^^',
    ])
    expect(one({ file, line: 1, column: 1, endLine: 1 }, 'bind x')).toEqual(['    1 | bind x', '      | ^^^^^^'])
  })

  it('marks the whole of an indented line from its first sign on, also with blanks behind it', () => {
    const at = { file, line: 1, column: 1, endLine: 1, endColumn: 9 }
    expect(one(at, '  bind  ')).toEqual(['    1 |   bind  ', '      |   ^^^^'])
    expect(one({ ...at, endColumn: 7 }, '  bind  ')).toEqual(['    1 |   bind  ', '      |   ^^^^'])
    expect(one({ ...at, endColumn: 6 }, '  bind  ')).toEqual(['    1 |   bind  ', '      | ^^^^^'])
  })

  it('shows the other line without the blanks around it', () => {
    const related = [{ file, line: 2, message: 'there' }]
    expect(lintText(input([{ ...note, related }]), new Map([[file, 'a\n\t  bind x  \n']]))).toContain(
      '\n    h.cfg:2: there: bind x\n',
    )
  })

  it('keeps a carriage return that ends no line', () => {
    expect(one({ file, line: 1 }, 'a\rb\r')[0]).toBe('    1 | a\\rb')
  })

  it('has no caret without a column, and nothing without a line', () => {
    expect(one({ file, line: 1 }, 'bind')).toEqual(['    1 | bind', ''])
    expect(one({ file }, 'bind')[0]).toBe('')
  })

  it('shows no end of a line of Windows, and no password', () => {
    expect(one({ file, line: 2 }, 'a\r\npassword geheim\r\n')).toEqual(['    2 | password ***', ''])
  })

  it('shows no further line where the other place is not here', () => {
    const related = [
      { file: 'gone.conf', line: 4, message: 'there' },
      { file, line: 2, message: 'an empty line' },
    ]
    expect(lintText(input([{ ...note, related }]), new Map([[file, 'a\n\n']]))).toContain(
      '\n    gone.conf:4: there\n    h.cfg:2: an empty line\n',
    )
  })
})

describe('the last line', () => {
  const counted = (summary: Partial<Record<'error' | 'warning' | 'info' | 'style', number>>, more = {}) => {
    const text = lintText(
      {
        ...input([note]),
        summary: { error: 0, warning: 0, info: 0, style: 0, ...summary },
        ok: false,
        files: ['one'],
        ...more,
      },
      texts,
    )
    return text.trimEnd().split('\n').at(-1)
  }
  const why = '   why: mqtt-proxy lint --explain MP108'

  it.each([
    [{ error: 1 }, '1 error'],
    [{ error: 2, warning: 1 }, '2 errors, 1 warning'],
    [{ warning: 3, info: 2 }, '3 warnings, 2 info'],
    [{ style: 4 }, '4 style'],
  ])('counts %j', (summary, words) => {
    expect(counted(summary)).toBe(`${words} in 1 file${why}`)
  })

  it('says that nothing reaches the threshold where the run holds', () => {
    expect(counted({ info: 1 }, { ok: true, failOn: 'error' })).toBe(`1 info in 1 file; none at or above error${why}`)
  })

  it('counts what can be fixed: what has edits', () => {
    const edit = { file: 'h.cfg', line: 1, column: 1, endLine: 1, endColumn: 1, newText: '' }
    const fixed: Finding = { ...finding, fix: { text: 'x', edits: [edit] } }
    expect(counted({ error: 3 }, { findings: [fixed, fixed, finding, note] })).toBe(
      '3 errors in 1 file (2 fixable: mqtt-proxy lint --fix)   why: mqtt-proxy lint --explain MP402',
    )
  })

  it('names no rule where a finding is of none', () => {
    expect(counted({ error: 1 }, { findings: [{ ...finding, code: 'X1' }] })).toBe('1 error in 1 file')
    expect(counted({ error: 1 }, { findings: [{ ...finding, code: 'X1' }, note] })).toBe(`1 error in 1 file${why}`)
  })
})

it('marks severities, places and fixes', () => {
  const warning: Finding = { ...note, code: 'MP407', severity: 'warning', fix: { text: 'two\nlines' } }
  const text = lintText(
    { ...input([finding, warning, note]), summary: { error: 1, warning: 1, info: 1, style: 0 } },
    texts,
    { style: marked, quiet: false },
  )
  expect(text).toBe(`<bold h.cfg:2:15> <bad error> <name MP402> no header
<dim     2 |>     server s 127.0.0.1 check
<dim       |>               <good ^^^^^^^^^>
    <dim m.conf:1: the listener: listener 1884>
    <good fix: send-proxy-v2>

<bold h.cfg:1:1> <warn warning> <name MP407> no log
<dim     1 |> backend b
<dim       |> <good ^^^^^^^^^>
    <good fix: two lines>

<bold h.cfg:1:1> <dim info> <name MP108> no log
<dim     1 |> backend b
<dim       |> <good ^^^^^^^^^>

<bad 1 error>, <warn 1 warning>, <dim 1 info> in 2 files   why: mqtt-proxy lint --explain MP402
`)
})

it.each(['XMP002', 'MP0025'])('leaves nothing to %s, which is another rule', (code) => {
  const at = { file: 'h.cfg', line: 3 }
  const unread = [{ what: 'include', name: 'more', why: 'it is not here', at }]
  expect(lintText({ ...input([{ ...note, code, at }]), unread }, texts)).toContain('Not judged')
})

it('says each reason once, with its own lines', () => {
  const at = (line: number) => ({ file: 'h.cfg', line })
  const unread = [
    { what: 'host', name: 'a', why: 'one', at: at(1) },
    { what: 'host', name: 'b', why: 'other', at: at(2) },
    { what: 'host', name: 'c', why: 'one', at: at(3) },
  ]
  const text = lintText({ ...input([]), unread }, texts)
  expect(text).toBe(
    'Not judged:\n  one:\n    h.cfg:1: a\n    h.cfg:3: c\n  other:\n    h.cfg:2: b\n\n2 files, no findings\n',
  )
})

it.each(['MP002', 'MP003', 'MP005'])('leaves to %s what it tells of its line', (code) => {
  const at = { file: 'h.cfg', line: 3 }
  const unread = [{ what: 'include', name: 'more', why: 'it is not here', at }]
  const text = (one: Finding) => lintText({ ...input([one]), unread }, texts)
  expect(text({ ...note, code, at })).not.toContain('Not judged')
  expect(text({ ...note, code, at: { ...at, line: 4 } })).toContain('    h.cfg:3: more\n')
  expect(text({ ...note, code: 'MP004', at })).toContain('Not judged:\n  it is not here:\n    h.cfg:3: more\n\n')
})
