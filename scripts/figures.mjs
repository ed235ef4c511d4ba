#!/usr/bin/env node
/**
 * The table of figures in README.md: `npm run bench -- --json FILE` on a machine with nothing else to do, then
 * `node scripts/figures.mjs FILE`. What counts of that run is kept in docs/data/bench.json. Without a file the table is
 * written from there; `--check` ends with 1 when README.md is not what it says.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { argumentsOf } from './arguments.mjs'

const top = join(import.meta.dirname, '..')
const record = join(top, 'docs/data/bench.json')
const readme = join(top, 'README.md')

const codecs = (what) => ['v1-tcp4', 'v2', 'v2-ssl-cn'].map((header) => `codec/${what}-${header}`)
const small = [
  'scenarios-json',
  'header-encode',
  'header-decode',
  'explain-sd',
  'gen-haproxy',
  'schema',
  'completion-bash',
]

/** What a row says, of which targets of the benchmarks, and how their figures are put. */
const rows = [
  ['`check`, seven scenarios, embedded broker', ['check/seven-embedded'], seconds],
  ['`check`, eleven scenarios, Mosquitto 2.1', ['check/eleven-mosquitto'], seconds],
  ['decode v1, v2, v2 + SSL + CN against the fastest JavaScript peer', codecs('decode'), times],
  ['encode v1, v2, v2 + SSL + CN against the fastest JavaScript peer', codecs('encode'), times],
  [
    'embedded broker behind v2 + SSL + CN against aedes, connects a second',
    ['broker/aedes', 'broker/cpu'],
    ([rate, cpu]) => `${times([rate])}, with ${times([cpu])} less CPU each`,
  ],
  ['the same against Mosquitto 2.1', ['broker/mosquitto'], times],
  ['8,000 idle connections in the embedded broker', ['broker/idle'], ([kb]) => `${kb.toFixed(1)} kB each`],
  ['`lint`, 2,061 lines with 50 backends, 10 broker files', ['lint/large-pair'], ([ms]) => `${ms} ms after start-up`],
  ['`probe`, one target; 200 targets', ['probe/one-target', 'probe/many-targets'], each(seconds)],
  [
    '`tap` in the way of 64 connections against a bare relay, CPU; with a line a packet',
    ['tap/cpu', 'tap/lines'],
    each(times),
  ],
  ['`--version` against `node -e 0`', ['startup/version'], times],
  ['`--help`, a small command against `node -e 0`', ['startup/help', ...small.map((id) => `startup/${id}`)], started],
]

function seconds([ms]) {
  return `${(ms / 1000).toFixed(ms < 1000 ? 2 : 1)} s`
}

function times(values) {
  return `${values.map((value) => value.toFixed(1)).join(', ')} times`
}

function each(format) {
  return (values) => values.map((value) => format([value])).join('; ')
}

function started([help, ...commands]) {
  const range = [Math.min(...commands), Math.max(...commands)].map((value) => value.toFixed(1))
  return `${help.toFixed(1)}, ${[...new Set(range)].join(' to ')} times`
}

/** What is kept of a run: when, where, and the figure of each target, in the unit of the benchmark. */
export function recordOf({ run: { at, node }, env: { cores }, groups }) {
  const cases = groups.flatMap((group) => group.cases)
  const figures = cases
    .filter(({ actual }) => actual !== undefined)
    .map(({ id, actual }) => [id.replace(/^bench\//, ''), Number.parseFloat(actual)])
  const missing = rows.flatMap(([, ids]) => ids).filter((id) => !figures.some(([one]) => one === id))
  if (missing.length > 0) throw new Error(`not measured in this run: ${missing.join(', ')}`)
  return { at: at.slice(0, 10), node, cores: Number(cores), figures: Object.fromEntries(figures) }
}

export function tableOf({ at, node, cores, figures }) {
  const lines = rows.map(([what, ids, format]) => `| ${what} | ${format(ids.flatMap((id) => figures[id] ?? []))} |`)
  return `From one run of \`npm run bench\` on ${cores} cores, Node.js ${node.replace(/^v/, '')}, ${at}; what counts is the ratio within a row.

| what | figure |
| --- | --- |
${lines.join('\n')}
`
}

/** README.md with the table in its section. */
export function filled(text, table) {
  const section = /(?<=^## Figures\n\n)[\s\S]*?(?=\n## )/m
  if (!section.test(text)) throw new Error('README.md has no section "Figures"')
  return text.replace(section, () => table)
}

function main() {
  const { values, positionals } = argumentsOf(
    'node scripts/figures.mjs [FILE of npm run bench -- --json FILE] [--check]',
    {
      options: { check: { type: 'boolean' } },
      most: 1,
      wrong: ({ values, positionals }) =>
        values.check && positionals.length > 0 ? '--check reads no FILE' : undefined,
    },
  )
  const [file] = positionals
  if (file !== undefined) {
    const recorded = recordOf(JSON.parse(readFileSync(file, 'utf8')))
    writeFileSync(record, `${JSON.stringify(recorded, undefined, 1)}\n`)
  }
  const text = readFileSync(readme, 'utf8')
  const whole = filled(text, tableOf(JSON.parse(readFileSync(record, 'utf8'))))
  if (!values.check) writeFileSync(readme, whole)
  else if (text !== whole) {
    console.error('README.md is not what docs/data/bench.json says: node scripts/figures.mjs')
    process.exitCode = 1
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    main()
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
