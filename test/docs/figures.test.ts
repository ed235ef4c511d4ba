import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const top = join(import.meta.dirname, '../..')
const text = (file: string) => readFileSync(join(top, file), 'utf8')

interface Case {
  readonly id: string
  readonly status: string
  readonly actual?: string
}
interface Recorded {
  readonly figures: Readonly<Record<string, number>>
}
const { recordOf }: { recordOf(run: { run: object; env: object; groups: { cases: Case[] }[] }): Recorded } =
  await import(pathToFileURL(join(top, 'scripts/figures.mjs')).href)

/** A copy of what the script reads and writes. */
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mqtt-proxy-figures-'))
  mkdirSync(join(folder, 'docs/data'), { recursive: true })
  for (const file of ['scripts/figures.mjs', 'scripts/arguments.mjs', 'README.md', 'docs/data/bench.json']) {
    cpSync(join(top, file), join(folder, file))
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A run with a figure of its own for each target: 1.01, 1.02, ... */
function aRun() {
  const known = Object.keys(JSON.parse(text('docs/data/bench.json')).figures)
  const more = ['header-decode', 'gen-haproxy', 'schema', 'completion-bash'].map((id) => `startup/${id}`)
  const cases = [...new Set([...known, ...more])].map((id, at) => ({
    id: `bench/${id}`,
    status: 'passed',
    actual: `${(1.01 + at / 100).toFixed(2)} times`,
  }))
  return {
    run: { at: '2031-02-03T04:05:06.000Z', node: 'v24.1.0' },
    env: { cores: '16' },
    groups: [{ cases: [...cases, { id: 'bench/x/measured', status: 'unknown' }] }],
  }
}

describe('the figures of the README', () => {
  it('are those of the recorded run', () => {
    execFileSync(process.execPath, [join(top, 'scripts/figures.mjs'), '--check'])
    const { figures, at }: Recorded & { at: string } = JSON.parse(text('docs/data/bench.json'))
    const section = /^## Figures\n[\s\S]*?(?=\n## )/m.exec(text('README.md'))?.[0] ?? ''
    expect(section).toContain(`, ${at};`)
    const version = figures['startup/version'] ?? Number.NaN
    expect(section).toContain(`| \`--version\` against \`node -e 0\` | ${version.toFixed(1)} times |`)
  })

  it('are filled from the file of a run, and nothing else of the README changes', () => {
    const file = join(folder, 'run.json')
    writeFileSync(file, JSON.stringify(aRun()))
    const script = join(folder, 'scripts/figures.mjs')
    execFileSync(process.execPath, [script, file])
    const readme = readFileSync(join(folder, 'README.md'), 'utf8')
    const outside = (whole: string) => whole.replace(/^## Figures\n[\s\S]*?(?=\n## )/m, '')
    expect(outside(readme)).toBe(outside(text('README.md')))
    expect(readme).toContain('on 16 cores, Node.js 24.1.0, 2031-02-03;')
    const { figures }: Recorded = JSON.parse(readFileSync(join(folder, 'docs/data/bench.json'), 'utf8'))
    expect(figures).toEqual(recordOf(aRun()).figures)
    expect(readme).toContain(`| the same against Mosquitto 2.1 | ${figures['broker/mosquitto']?.toFixed(1)} times |`)
    expect(spawnSync(process.execPath, [script, '--check']).status).toBe(0)
    writeFileSync(join(folder, 'README.md'), readme.replace('2031-02-03', '2031-02-04'))
    expect(spawnSync(process.execPath, [script, '--check']).status).toBe(1)
  })

  it('are not filled from a run that measured a part', () => {
    const { groups, ...rest } = aRun()
    const [all = { cases: [] }] = groups
    const part = { ...rest, groups: [{ cases: all.cases.filter(({ id }) => id !== 'bench/tap/cpu') }] }
    expect(() => recordOf(part)).toThrow('not measured in this run: tap/cpu')
  })

  it('name targets that the benchmarks have', () => {
    const benches = readdirSync(join(top, 'bench')).map((name) => name.replace(/\.mjs$/, ''))
    for (const id of Object.keys(recordOf(aRun()).figures)) expect(benches).toContain(id.split('/')[0])
    // Of the quickest one, also the ids themselves.
    const startup = text('bench/startup.mjs')
    const names = [...startup.matchAll(/\{ name: '([^']+)'/g)].map(([, name = '']) =>
      name
        .toLowerCase()
        .replace(/^-+/, '')
        .replaceAll(/[^a-z]+/g, '-'),
    )
    const wanted = Object.keys(recordOf(aRun()).figures).filter((id) => id.startsWith('startup/'))
    expect(names).toEqual(expect.arrayContaining(wanted.map((id) => id.slice('startup/'.length))))
  })
})
