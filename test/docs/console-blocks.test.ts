import { describe, expect, it } from 'vitest'
import { consoleBlocks, masked, matches } from './console-blocks.js'

describe('consoleBlocks', () => {
  it('reads commands, lines that go on, and outputs', () => {
    const text = 'x\n```console\n$ one \\\n  two\nsaid\n\n$ three\n```\n```sh\nno\n```\n'
    expect(consoleBlocks(text)).toEqual([
      {
        line: 2,
        from: 2,
        to: 7,
        steps: [
          { command: 'one \\\n  two', output: ['said', ''] },
          { command: 'three', output: [] },
        ],
      },
    ])
  })

  it('refuses a block without an end', () => {
    expect(() => consoleBlocks('```console\n$ x')).toThrow('no end')
  })
})

describe('matches', () => {
  it('does not look at times, kernel-chosen ports, versions and column widths', () => {
    expect(masked('tcp   5/5    139 ms  127.0.0.1:48014  haproxy 3.2.26')).toBe(
      'tcp 5/5 <time> 127.0.0.1:<port> haproxy <version>',
    )
  })

  it('tells addresses, documented ports and words apart', () => {
    expect(matches(['203.0.113.7:1883 ok'], ['203.0.113.8:1883 ok'])).toBe(false)
    expect(matches(['127.0.0.1:1884'], ['127.0.0.1:1883'])).toBe(false)
    expect(matches(['5 passed, 1 failed'], ['5 passed, 0 failed'])).toBe(false)
  })

  it('takes ... for any number of lines, and nothing else for missing ones', () => {
    expect(matches(['a', '...', 'd'], ['a', 'b', 'c', 'd'])).toBe(true)
    expect(matches(['a', '...'], ['a', 'b'])).toBe(true)
    expect(matches(['a'], ['a', 'b'])).toBe(false)
    expect(matches(['a', 'b'], ['a'])).toBe(false)
  })
})
