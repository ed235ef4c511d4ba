#!/usr/bin/env node
/**
 * The attacks, one after the other: `npm run attack`, or some by name: `npm run attack -- floods soak --minutes 2`.
 * Everything stays on loopback and ends by itself. Each prints its figures; one beyond its threshold fails the run.
 */
import { argumentsOf, isCount } from '../arguments.mjs'

const names = ['floods', 'stalls', 'headers', 'packets', 'hostile', 'kills', 'soak']
const { values, positionals } = argumentsOf(
  `npm run attack -- [NAME...] [--seed N] [--minutes N] [--runs N]\nattacks: ${names.join(', ')}`,
  {
    options: { seed: { type: 'string' }, minutes: { type: 'string', default: '10' }, runs: { type: 'string' } },
    most: names.length,
    wrong: ({ values, positionals }) => {
      const unknown = positionals.filter((name) => !names.includes(name))
      if (unknown.length > 0) return `there is no attack ${unknown.join(', ')}`
      if (!(Number(values.minutes) > 0)) return '--minutes wants a number above 0'
      return isCount(values.seed ?? '0') && isCount(values.runs ?? '1', 1)
        ? undefined
        : '--seed and --runs want a number'
    },
  },
)
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed)
const options = {
  seed,
  minutes: Number(values.minutes),
  ...(values.runs !== undefined && { runs: Number(values.runs) }),
}
console.log(`seed ${seed}`)

let failed = 0
for (const name of positionals.length > 0 ? positionals : names) {
  const began = performance.now()
  console.log(`\n${name}`)
  const { run } = await import(`./${name}.mjs`)
  await run({
    ...options,
    /** One row: whether it is within its threshold, what it is, its figures. */
    row: (good, what, figures) => {
      if (!good) failed += 1
      console.log(`${good ? 'ok  ' : 'FAIL'} ${what}`)
      for (const line of figures) console.log(`     ${line}`)
    },
  })
  console.log(`     ${((performance.now() - began) / 1000).toFixed(0)} s`)
}
console.log(failed === 0 ? '\nevery figure is within its threshold' : `\n${failed} beyond their threshold`)
process.exitCode = failed > 0 ? 1 : 0
