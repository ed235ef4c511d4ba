import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printable, quoted } from '../../src/kernel/printable.js'

describe('printable', () => {
  it.each([
    ['sensor-17', 'sensor-17'],
    ['Grüße 東京 🙂', 'Grüße 東京 🙂'],
    ['a\n::error::b', 'a\\n::error::b'],
    ['\x1b[31mred', '\\x1b[31mred'],
    ['a\u202eb\u2066c\u2028d', 'a\\u202eb\\u2066c\\u2028d'],
    ['\x85next', '\\x85next'],
    ['\ud800', '\\ud800'],
  ])('%j', (text, shown) => expect(printable(text)).toBe(shown))

  it('leaves no character that moves a cursor, ends a line or turns the direction of text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/u)
      }),
    )
  })

  it('quotes as JSON does, with nothing left that turns the direction or moves the cursor', () => {
    expect(quoted('a"\n\x1b[31m\u202e\x9b\x7f')).toBe('"a\\"\\n\\u001b[31m\\u202e\\x9b\\x7f"')
  })
})
