import { expect, it } from 'vitest'
import { sourceFiles } from './imports.js'

/** Names of types that are exported with two meanings, each with its reason. One that is gone fails. */
const shared: Readonly<Record<string, string>> = {}

const declared = /^export (?:declare )?(?:abstract )?(?:interface|type|class|enum) (\w+)\b(?! from)/gm

it('a type has a name of its own: no two files export one name with declarations of their own', () => {
  const homes = new Map<string, string[]>()
  for (const { path, text } of sourceFiles())
    for (const [, name = ''] of text.matchAll(declared)) homes.set(name, [...(homes.get(name) ?? []), path])
  expect(homes.size).toBeGreaterThan(400)
  const twice = [...homes].filter(([, paths]) => paths.length > 1)
  expect(twice.filter(([name]) => !Object.hasOwn(shared, name))).toEqual([])
  expect(Object.keys(shared).filter((name) => !twice.some(([other]) => other === name))).toEqual([])
})

/** Files that may be longer, each with its reason. */
const long: Readonly<Record<string, string>> = {
  'mqtt-server/connection.ts': 'the state of one connection, whose parts must be read together',
}

it('a file has at most 300 lines, its reason where it has more', () => {
  const over = sourceFiles().filter(({ text }) => text.split('\n').length - 1 > 300)
  expect(over.map(({ path }) => path).filter((path) => !Object.hasOwn(long, path))).toEqual([])
  expect(Object.keys(long).filter((path) => !over.some((one) => one.path === path))).toEqual([])
})
