import { describe, expect, it } from 'vitest'
import { parseChoice, ruleNamed } from '../../src/lint/explain.js'
import { lint, sortFindings } from '../../src/lint/run.js'
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
