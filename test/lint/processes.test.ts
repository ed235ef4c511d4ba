import { expect, it } from 'vitest'
import { readWorkspace } from '../../src/lint/workspace.js'

const read = (texts: readonly string[], oneHaproxy = false) => {
  const files = texts.map((text, index) => ({ path: `${index}.cfg`, text, dialect: 'haproxy' as const }))
  const { input } = readWorkspace(files, { oneHaproxy, env: () => undefined, release: { version: '3.2' } })
  return {
    processes: input.haproxies.map((one) => one.documents.map((document) => document.file).join(' ')),
    unread: (input.notRead ?? []).map(({ what, name, span }) => `${what} ${name} ${span.file}`),
  }
}
const listen = 'listen a\n bind :${P}\n'

it('a file with a global section begins a process where there is one already, and the environment begins anew', () => {
  expect(read(['global\n setenv P 1\n', listen, `global\n${listen}`])).toEqual({
    processes: ['0.cfg 1.cfg', '2.cfg'],
    unread: ['variable P 2.cfg'],
  })
  expect(read(['defaults\n mode tcp\n', 'global\n setenv P 1\n', listen]).processes).toEqual(['0.cfg 1.cfg 2.cfg'])
  expect(read(['global\n setenv P 1\n', `global\n${listen}`], true)).toEqual({ processes: ['0.cfg 1.cfg'], unread: [] })
})

it('an unset variable is named once a process, an undecided branch each time', () => {
  expect(read([listen, listen]).unread).toEqual(['variable P 0.cfg'])
  const branch = '.if feature(X)\n.endif\n'
  expect(read([branch + branch]).unread).toHaveLength(2)
})
