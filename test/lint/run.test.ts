import { describe, expect, it } from 'vitest'
import type { Finding, LintSeverity } from '../../src/kernel/result.js'
import { parseChoice, ruleNamed } from '../../src/lint/explain.js'
import { type LintChoice, lint, reaches, sortFindings } from '../../src/lint/run.js'
import { readWorkspace } from '../../src/lint/workspace.js'

function codesOf(text: string, choice = {}): string[] {
  const { input, pragmas } = readWorkspace([{ path: 'm.conf', text, dialect: 'mosquitto' }])
  return lint({ ...input, keepalive: 60, now: 0 }, pragmas, choice).map((one) => one.code)
}

const bad = 'listener 1884 127.0.0.1\nenable_proxy_protocol_v2 true\n'

describe('which rules run', () => {
  it.each([
    [{}, ['MP209', 'MP201']],
    [{ select: ['MP201'] }, ['MP201']],
    [{ select: ['MP4'] }, []],
    [{ select: ['mosquitto-option'] }, ['MP201']],
    [{ ignore: ['MP2'] }, []],
    [{ select: ['MP2'], ignore: ['MP209'] }, ['MP201']],
  ])('%j', (choice, codes) => {
    expect(codesOf(bad, choice)).toEqual(codes)
  })

  it('a code that fits no rule is refused with the nearest', () => {
    expect(parseChoice(['MP4,MP103', 'port-clash'])).toEqual(['MP4', 'MP103', 'port-clash'])
    expect(() => parseChoice(['MP9'])).toThrow('there is no rule "MP9"')
    expect(() => ruleNamed('port-clas')).toThrow(
      expect.objectContaining({ exit: 2, hints: expect.arrayContaining(['did you mean MP411?']) }),
    )
  })
})

describe('ignoring with a reason', () => {
  it('holds for the next line that says something', () => {
    expect(codesOf(`# mqtt-proxy ignore=MP209 -- dynamic security comes later\n\n${bad}`)).toEqual(['MP201'])
  })

  it('holds for several codes and does not reach further', () => {
    const text = `# mqtt-proxy ignore=MP209,MP201 -- a fixture\n${bad}`
    expect(codesOf(text)).toEqual(['MP201'])
  })

  it('without a reason it is found itself, and still ignores', () => {
    expect(codesOf(`# mqtt-proxy ignore=MP209\n${bad}`)).toEqual(['MP001', 'MP201'])
  })
})

it('findings are sorted by place, and each is there once', () => {
  const one = (line: number, code: string) => ({
    code,
    severity: 'error' as const,
    message: 'm',
    at: { file: 'f', line },
  })
  expect(sortFindings([one(2, 'B'), one(1, 'C'), one(2, 'A'), one(1, 'C')]).map((found) => found.code)).toEqual([
    'C',
    'A',
    'B',
  ])
})

it.each<[string, LintSeverity, boolean]>([
  ['error', 'error', true],
  ['error', 'style', true],
  ['warning', 'error', false],
  ['warning', 'warning', true],
  ['info', 'warning', false],
  ['style', 'info', false],
  ['style', 'style', true],
  ['critical', 'style', false],
])('a finding of severity %s reaches %s: %s', (severity, threshold, is) => {
  const finding = { code: 'A', severity, message: 'm', at: { file: 'f' } } as Finding
  expect(reaches(finding, threshold)).toBe(is)
})

it('findings of one place are sorted by file, line, column and code', () => {
  const one = (
    file: string,
    line: number | undefined,
    column: number | undefined,
    code: string,
    message = 'm',
  ): Finding => ({
    code,
    severity: 'error',
    message,
    at: { file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) },
  })
  const sorted = [
    one('a', undefined, undefined, 'Z'),
    one('a', 2, undefined, 'Y'),
    one('a', 2, 3, 'B'),
    one('a', 2, 3, 'C', 'first'),
    one('a', 2, 3, 'C', 'second'),
    one('a', 2, 10, 'A'),
    one('a', 10, 1, 'A'),
    one('b', 1, 1, 'A'),
  ]
  const mixed = [7, 6, 0, 5, 3, 2, 1, 4].flatMap((at) => sorted[at] ?? [])
  expect(sortFindings(mixed)).toEqual(sorted)
})

describe('which edits are offered', () => {
  const noLogin =
    'listener 1884 127.0.0.1\nenable_proxy_protocol 2\nrequire_certificate true\nuse_identity_as_username true\n'
  const fixes = (choice: LintChoice) => {
    const { input } = readWorkspace([{ path: 'm.conf', text: noLogin, dialect: 'mosquitto' }])
    const found = lint({ ...input, keepalive: 60, now: 0 }, [], choice).find((one) => one.code === 'MP204')
    return [found?.fix?.text, found?.fix?.edits?.length ?? 0]
  }

  it.each<[LintChoice, number]>([
    [{}, 0],
    [{ select: ['MP2'] }, 0],
    [{ select: ['MP204'] }, 1],
    [{ select: ['mp204'] }, 1],
    [{ select: ['identity-needs-anonymous'] }, 1],
    [{ select: ['Identity-Needs-Anonymous'] }, 1],
    [{ select: ['MP1', 'MP204'] }, 1],
    [{ select: ['MP2', 'MP103'] }, 0],
  ])('that let somebody in: %j gives %i', (choice, edits) => {
    expect(fixes(choice)).toEqual(['listener_allow_anonymous true', edits])
  })
})

it('control characters of a file do not reach the terminal', () => {
  const text = 'listener 1884 127.0.0.1\nallow_anonymous tr\u001b[31mue\n'
  const { input } = readWorkspace([{ path: 'm.conf', text, dialect: 'mosquitto' }])
  for (const one of lint({ ...input, keepalive: 60, now: 0 })) expect(one.message).not.toContain('\u001b')
})
