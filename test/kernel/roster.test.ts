import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Roster } from '../../src/kernel/roster.js'

it('holds what a Set would hold, whatever comes and goes', () => {
  const steps = fc.array(fc.record({ comes: fc.boolean(), who: fc.nat(12) }), { maxLength: 200 })
  fc.assert(
    fc.property(steps, (all) => {
      const people = Array.from({ length: 13 }, (_, who) => ({ who, seat: -1 }))
      const roster = new Roster<(typeof people)[number]>()
      const expected = new Set<(typeof people)[number]>()
      for (const { comes, who } of all) {
        const one = people[who]
        if (one === undefined) throw new Error('nobody')
        if (comes) {
          expect(roster.add(one)).toBe(!expected.has(one))
          expected.add(one)
        } else expect(roster.delete(one)).toBe(expected.delete(one))
        expect(roster.size).toBe(expected.size)
        expect(new Set(roster.list())).toEqual(expected)
        expect(roster.list()).toHaveLength(expected.size)
      }
    }),
  )
})

it('lets those go that are gone through', () => {
  const roster = new Roster<{ seat: number }>()
  const all = Array.from({ length: 5 }, () => ({ seat: -1 }))
  for (const one of all) roster.add(one)
  for (const one of roster.list()) roster.delete(one)
  expect(roster.size).toBe(0)
  expect(all.every(({ seat }) => seat === -1)).toBe(true)
})
