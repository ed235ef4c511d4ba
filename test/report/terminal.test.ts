import { describe, expect, it } from 'vitest'
import { forTerminal, isUtf8 } from '../../src/report/terminal.js'

describe('forTerminal', () => {
  it('lets no stranger move the cursor or rename the window, and keeps our colours and lines', () => {
    const text = '\x1b[31mred\x1b[39m\t1\r\n\x1b]0;title\x07\x1b[2J\rover\x9b1A'
    expect(forTerminal(text, true)).toBe('\x1b[31mred\x1b[39m\t1\r\n\\x1b]0;title\\x07\\x1b[2J\\x0dover\\x9b1A')
  })

  it('draws with US-ASCII where there is nothing else, and leaves the words of others', () => {
    expect(forTerminal('✔ a → b · 3 ms … ✖ “x” é', false)).toBe('+ a -> b - 3 ms ... x "x" é')
    expect(forTerminal('✔ a → b', true)).toBe('✔ a → b')
  })
})

describe('isUtf8', () => {
  it('goes by the first variable that is set', () => {
    expect(isUtf8({})).toBe(true)
    expect(isUtf8({ LANG: 'C.UTF-8' })).toBe(true)
    expect(isUtf8({ LANG: 'de_DE.utf8', LC_ALL: '' })).toBe(true)
    expect(isUtf8({ LANG: 'C.UTF-8', LC_ALL: 'C' })).toBe(false)
    expect(isUtf8({ LANG: 'de_DE.ISO-8859-1' })).toBe(false)
    expect(isUtf8({ LC_CTYPE: 'POSIX' })).toBe(false)
  })
})
