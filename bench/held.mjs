/** Holds sessions as `drill` does, in a process of its own: `node --expose-gc bench/held.mjs PORT COUNT`; says how long and how much. */
import { Population } from '../dist/host/load/population.js'
import { argumentsOf, isCount } from '../scripts/arguments.mjs'
import { wayTo } from './way.mjs'

const { positionals } = argumentsOf('node --expose-gc bench/held.mjs PORT COUNT', {
  most: 2,
  wrong: ({ positionals }) =>
    positionals.length === 2 && positionals.every((one) => isCount(one, 1)) ? undefined : 'PORT and COUNT are numbers',
})
const [port, count] = positionals.map(Number)
const way = wayTo(port)
let next = 0
const holder = (prefix, many) =>
  Population.of({ count: many, prefix, way: () => way(next++), keepalive: 60, rate: 0, wait: () => 1000 })

// Code that has not run yet would count as memory of the first sessions.
const warm = await holder(`warm-${process.pid}`, 100)
await warm.comeIn(() => {}, 10_000)
await warm.end()
globalThis.gc()
const before = process.memoryUsage.rss()
const begin = performance.now()
const all = await holder(`held-${process.pid}`, count)
const sessions = await all.comeIn(() => {}, 60_000)
const ms = performance.now() - begin
globalThis.gc()
console.log(JSON.stringify({ sessions, ms, bytesEach: (process.memoryUsage.rss() - before) / sessions }))
await all.end()
process.exit(0)
