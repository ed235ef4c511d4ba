import { Chalk } from 'chalk'
import { expect, it } from 'vitest'
import { coloured, plain } from '../../src/report/style.js'

it('marks words with the colours of a terminal, each with its own', () => {
  const style = coloured(new Chalk({ level: 1 }))
  // ECMA-48, 8.3.117 (SGR): 1 bold, 2 faint, 31 red, 32 green, 33 yellow, 36 cyan.
  expect(Object.fromEntries(Object.entries(style).map(([name, mark]) => [name, mark('x')]))).toEqual({
    bold: '\x1b[1mx\x1b[22m',
    dim: '\x1b[2mx\x1b[22m',
    good: '\x1b[32mx\x1b[39m',
    bad: '\x1b[31mx\x1b[39m',
    warn: '\x1b[33mx\x1b[39m',
    name: '\x1b[36mx\x1b[39m',
  })
})

it('leaves text as it is where there are no colours', () => {
  for (const mark of Object.values(plain)) expect(mark('x')).toBe('x')
})
