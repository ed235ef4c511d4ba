import { describe, expect, it } from 'vitest'
import type { Finding } from '../../src/kernel/result.js'
import { applyPragmas, pragmasOf } from '../../src/lint/pragmas.js'
import { readWorkspace } from '../../src/lint/workspace.js'

function read(text: string, dialect: 'haproxy' | 'mosquitto' = 'mosquitto') {
  const { pragmas } = readWorkspace([{ path: 'f', text, dialect }])
  return pragmas.map(({ codes, reason, lines, span }) => [codes.join(), reason, lines.join(), span.line])
}

describe('comments that ignore findings', () => {
  it.each<[string, string, readonly (readonly [string, string | undefined, string, number])[]]>([
    ['alone', '# mqtt-proxy ignore=MP103 -- a reason\nlistener 1884\n', [['MP103', 'a reason', '1,2', 1]]],
    [
      'alone, with lines between',
      '# mqtt-proxy ignore=MP103 -- r\n\n# x\nlistener 1884\nport 1\n',
      [['MP103', 'r', '1,4', 1]],
    ],
    ['alone, and nothing behind', 'listener 1884\n# mqtt-proxy ignore=MP103 -- r\n', [['MP103', 'r', '2', 2]]],
    ['without a reason', '# mqtt-proxy ignore=MP103\nport 1\n', [['MP103', undefined, '1,2', 1]]],
    ['with an empty reason', '# mqtt-proxy ignore=MP103 --\nport 1\n', [['MP103', undefined, '1,2', 1]]],
    ['with blanks for a reason', '# mqtt-proxy ignore=MP103 --   \nport 1\n', [['MP103', undefined, '1,2', 1]]],
    ['for several codes', '# mqtt-proxy ignore=mp103,MP-X1 -- r\nport 1\n', [['MP103,MP-X1', 'r', '1,2', 1]]],
    ['with blanks everywhere', '#   mqtt-proxy   ignore=MP103   --   r s  \nport 1\n', [['MP103', 'r s', '1,2', 1]]],
    ['without a blank in front', '#mqtt-proxy ignore=MP103 --r\nport 1\n', [['MP103', 'r', '1,2', 1]]],
    ['of another kind', '# mqtt-proxy ignores MP103\nport 1\n', []],
    ['of another tool', '# not mqtt-proxy ignore=MP103 -- r\nport 1\n', []],
    ['with more words', '# mqtt-proxy ignore=MP103 and more\nport 1\n', []],
    ['with a dash too few', '# mqtt-proxy ignore=MP103 - r\nport 1\n', []],
    ['without codes', '# mqtt-proxy ignore= -- r\nport 1\n', []],
    [
      'two',
      '# mqtt-proxy ignore=A -- r\nport 1\n# mqtt-proxy ignore=B -- s\nport 2\n',
      [
        ['A', 'r', '1,2', 1],
        ['B', 's', '3,4', 3],
      ],
    ],
  ])('%s', (_, text, pragmas) => {
    expect(read(text)).toEqual(pragmas)
  })

  it('stand behind a line of HAProxy too, for that line', () => {
    const text = 'listen l # mqtt-proxy ignore=A -- r\n bind :1883\n # mqtt-proxy ignore=B -- s\n mode tcp\n'
    expect(read(text, 'haproxy')).toEqual([
      ['A', 'r', '1', 1],
      ['B', 's', '3,4', 3],
    ])
    expect(read('# mqtt-proxy ignore=A -- r\nlisten l\n bind :1883\n', 'haproxy')).toEqual([['A', 'r', '1,2', 1]])
    expect(read('listen l\n bind :1883 # mqtt-proxy\n', 'haproxy')).toEqual([])
    expect(read('listen l\n bind :1883\n', 'haproxy')).toEqual([])
  })

  it('and none is found in a document that has none', () => {
    const { input } = readWorkspace([{ path: 'f', text: '# hello\nport 1\n', dialect: 'mosquitto' }])
    expect(input.brokers.flatMap((one) => one.documents).flatMap(pragmasOf)).toEqual([])
  })
})

describe('what is ignored', () => {
  const finding = (code: string, line: number | undefined, file = 'f'): Finding => ({
    code,
    severity: 'error',
    message: 'm',
    at: line === undefined ? { file } : { file, line },
  })
  const pragma = (codes: readonly string[], lines: readonly number[], reason: string | undefined = 'r') => ({
    codes,
    reason,
    lines,
    span: { file: 'f', line: lines[0] ?? 1, column: 1, endLine: 1, endColumn: 2 },
  })

  it.each([
    ['its code on its line', finding('MP103', 2), false],
    ['its code on another line', finding('MP103', 3), true],
    ['its code in another file', finding('MP103', 2, 'g'), true],
    ['its code on no line', finding('MP103', undefined), true],
    ['another code on its line', finding('MP104', 2), true],
  ])('%s', (_, one, stays) => {
    const { kept, wrong } = applyPragmas([one], [pragma(['MP103'], [1, 2])])
    expect(kept).toEqual(stays ? [one] : [])
    expect(wrong.map((found) => found.message)).toEqual(stays ? ['nothing to ignore here: MP103 does not fire'] : [])
  })

  it('a comment is wrong with an unknown code, with nothing to ignore, and without a reason', () => {
    const messages = (codes: readonly string[], reason?: string, findings = [finding('MP103', 1)]) =>
      applyPragmas(findings, [{ ...pragma(codes, [1]), reason }]).wrong.map((one) => one.message)
    expect(messages(['MP103'], 'r')).toEqual([])
    expect(messages(['MP103'])).toEqual(['say why, after " -- "'])
    expect(messages(['MP999', 'MP103', 'MP998'], 'r')).toEqual(['there is no rule MP999, MP998'])
    expect(messages(['PORT-CLASH'], 'r')).toEqual(['there is no rule PORT-CLASH'])
    expect(messages(['MP104', 'MP105'], 'r')).toEqual(['nothing to ignore here: MP104, MP105 does not fire'])
    expect(messages(['MP104', 'MP103'], 'r')).toEqual([])
  })

  it('codes of what the programs say are known as well', () => {
    for (const code of ['HA', 'MO']) {
      const { kept, wrong } = applyPragmas([finding(code, 1)], [pragma([code], [1])])
      expect([kept, wrong]).toEqual([[], []])
    }
  })
})
