import { describe, expect, it } from 'vitest'
import { bashCompletion } from '../../../src/report/completion/bash.js'
import { fishCompletion } from '../../../src/report/completion/fish.js'
import { type CompletedCommand, nextWords } from '../../../src/report/completion/words.js'
import { zshCompletion } from '../../../src/report/completion/zsh.js'
import { expectRecorded } from '../recorded.js'

const commands: readonly CompletedCommand[] = [
  {
    name: 'check',
    summary: "Run what's asked",
    flags: [
      { names: ['--reporter', '-r'], summary: 'Reporter: a "name"', values: ['junit', 'tap'] },
      { names: ['--dir'], summary: 'Folder', values: [] },
      { names: ['--strict', '-s'], summary: 'Strict \\ all', values: undefined },
    ],
    words: ['tcp', 'proxy:v1'],
  },
  { name: 'gen haproxy', summary: 'Write haproxy.cfg', flags: [], words: ['tcp'] },
  {
    name: 'gen all',
    summary: 'Write both',
    flags: [{ names: ['--json'], summary: 'JSON', values: undefined }],
    words: [],
  },
  // A word of its own, and the begin of others: what follows it are those.
  { name: 'broker', summary: 'Start a broker', flags: [], words: ['never', 'offered'] },
  { name: 'broker stop', summary: 'Stop it', flags: [], words: [] },
]

describe('nextWords', () => {
  it('has what may follow every path of words, in the words of its summary', () => {
    const next = [...nextWords(commands)].map(([path, words]) => [path, [...words]])
    expect(next).toEqual([
      [
        '',
        [
          ['check', "Run what's asked"],
          ['gen', 'gen ...'],
          ['broker', 'Start a broker'],
        ],
      ],
      [
        'gen',
        [
          ['haproxy', 'Write haproxy.cfg'],
          ['all', 'Write both'],
        ],
      ],
      ['broker', [['stop', 'Stop it']]],
    ])
  })

  it('takes the summary of a command over its place as a begin of others, whatever comes first', () => {
    const names = [...commands].reverse()
    expect(nextWords(names).get('')?.get('broker')).toBe('Start a broker')
  })
})

it.each([
  ['bash', bashCompletion],
  ['fish', fishCompletion],
  ['zsh', zshCompletion],
] as const)('the script for %s is what was read and found right', (shell, script) => {
  expectRecorded(`completion.${shell}`, script(commands))
})

describe('the scripts', () => {
  it('offer no words of arguments where a further word may follow', () => {
    for (const script of [bashCompletion, fishCompletion, zshCompletion])
      expect(script(commands)).not.toContain('never')
  })

  it('name no empty command', () => {
    const whole = [{ name: '', summary: 'x', flags: [], words: [] }, ...commands]
    expect(bashCompletion(whole)).toContain("      'check'|'gen haproxy'|'gen all'|'broker'|'broker stop'|'gen')")
    expect(zshCompletion(whole)).toContain("      'check'|'gen haproxy'|'gen all'|'broker'|'broker stop'|'gen')")
    expect(fishCompletion(whole)).toContain(
      "contains -- $longer 'check' 'gen haproxy' 'gen all' 'broker' 'broker stop' 'gen'\n",
    )
  })
})
