import { expect, it } from 'vitest'
import { columns } from '../../src/report/columns.js'

it('makes every column as wide as its widest cell', () => {
  expect(
    columns([
      ['a', '1.0', 'x'],
      ['long name', '156.0.8078.79', 'y'],
      ['b', 'not here'],
    ]),
  ).toEqual(['a          1.0            x', 'long name  156.0.8078.79  y', 'b          not here'])
})
