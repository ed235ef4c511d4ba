import { expect, it } from 'vitest'
import { seeded } from '../../src/kernel/random.js'

it('gives the same numbers for the same seed, evenly between 0 and 1', () => {
  const [a, b, other] = [seeded(7), seeded(7), seeded(8)]
  const numbers = Array.from({ length: 10_000 }, () => a())
  expect(Array.from({ length: 10_000 }, () => b())).toEqual(numbers)
  expect(other()).not.toBe(numbers[0])
  expect(numbers.every((one) => one >= 0 && one < 1)).toBe(true)
  for (let tenth = 0; tenth < 10; tenth++) {
    const share = numbers.filter((one) => Math.floor(one * 10) === tenth).length / numbers.length
    expect(share).toBeGreaterThan(0.08)
    expect(share).toBeLessThan(0.12)
  }
})
