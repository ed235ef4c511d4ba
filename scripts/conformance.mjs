#!/usr/bin/env node
/**
 * The conformance page: runs the catalogue against real receivers (`--run [NAME ...]`), keeps the results in
 * docs/data/conformance/, and writes docs/conformance.md from them. Without `--run` only the page is written; `--check` ends
 * with 1 when it is not what the results say.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { argumentsOf } from './arguments.mjs'
import { page } from './conformance-page.mjs'

const root = new URL('..', import.meta.url).pathname
const data = join(root, 'docs/data/conformance')

export function readResults() {
  return readdirSync(data)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(data, name), 'utf8')))
    .sort((a, b) => a.order - b.order)
}

async function main() {
  const { values, positionals: wanted } = argumentsOf('node scripts/conformance.mjs [--check | --run [NAME...]]', {
    options: { run: { type: 'boolean' }, check: { type: 'boolean' } },
    most: 99,
    wrong: ({ values, positionals }) => (values.run || positionals.length === 0 ? undefined : 'names follow --run'),
  })
  if (values.run) {
    const { receivers, test } = await import('./conformance-receivers.mjs')
    mkdirSync(data, { recursive: true })
    for (const [order, receiver] of receivers.entries()) {
      if (wanted.length > 0 && !wanted.includes(receiver.slug)) continue
      const result = await test(receiver)
      writeFileSync(join(data, `${receiver.slug}.json`), `${JSON.stringify({ order, ...result }, null, 1)}\n`)
      const { passed, failed, nonStrict, skipped } = result.stats
      console.log(
        `${result.name}: ${passed} passed, ${failed} failed, ${nonStrict} not as recommended, ${skipped} skipped`,
      )
    }
  }
  const file = join(root, 'docs/conformance.md')
  const text = page(readResults())
  if (!values.check) writeFileSync(file, text)
  else if (readFileSync(file, 'utf8') !== text) {
    console.error('docs/conformance.md is not what its results say: node scripts/conformance.mjs')
    process.exitCode = 1
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main()
