import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { behaviours, findBehaviours } from '../../../src/stories/check/behaviours/index.js'

const folder = join(import.meta.dirname, '../../../src/stories/check/behaviours')

/** What several behaviours share; every other file is one. */
const shared = ['behaviour', 'edits', 'index', 'lab', 'requirements', 'servers-up']

it('every file of the folder is a behaviour of its name, and all are registered', () => {
  const files = readdirSync(folder).map((name) => name.replace(/\.ts$/, ''))
  expect(shared.filter((name) => !files.includes(name))).toEqual([])
  const ids = behaviours.map((one) => one.id)
  expect([...ids].sort()).toEqual(files.filter((name) => !shared.includes(name)).sort())
})

it('one is found by its name, all by the word, and a slip is answered with the nearest', () => {
  expect(findBehaviours('behaviour/reload').map((one) => one.id)).toEqual(['reload'])
  expect(findBehaviours('behaviour')).toEqual(behaviours)
  expect(() => findBehaviours('behaviour/relod')).toThrow(expect.objectContaining({ exit: 2 }))
})
