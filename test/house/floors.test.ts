import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type SourceFile, sourceFiles } from './imports.js'

/** The house: a room imports from itself and from lower floors only. */
const floors: readonly (readonly string[])[] = [
  ['kernel'],
  ['proxy-header', 'mqtt-wire', 'config'],
  ['capture'],
  ['brokers'],
  ['scenarios', 'path', 'explain'],
  ['lint', 'conformance', 'check', 'probe', 'tap', 'live', 'drill', 'bench', 'plan', 'mqtt-server'],
  ['host'],
  ['report'],
  ['stories'],
  ['cli', 'index.ts', 'testing.ts', 'artillery.ts'],
]

/** Doors that are open against the rule, each with its reason. One that nobody uses any more fails. */
const doors: Readonly<Record<string, string>> = {}

/** Packages that a room below `host`, or `report`, may know. One that is not listed here fails. */
const purePackages: Readonly<Record<string, readonly string[]>> = {
  kernel: ['node:net'],
  'proxy-header': [],
  config: [],
  explain: [],
  capture: [],
  brokers: ['node:net', 'node:path'],
  path: ['node:net'],
  scenarios: ['yaml', 'node:net'],
  'mqtt-wire': ['mqtt-packet'],
  'mqtt-server': ['node:crypto', 'node:net'],
  lint: ['node:crypto'],
  check: ['node:path'],
  conformance: [],
  probe: [],
  report: ['node:crypto', 'node:path/posix'],
  tap: [],
  drill: [],
  bench: ['hdr-histogram-js', 'node:net'],
  live: [],
  plan: [],
}

/** What lies below decides; the machine is here. */
const host = floors.findIndex((rooms) => rooms.includes('host'))

const files = sourceFiles()

function roomOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : path
}

function floorOf(path: string): number {
  return floors.findIndex((rooms) => rooms.includes(roomOf(path)))
}

describe('the house', () => {
  it('has a floor for every file', () => {
    expect(files.filter((file) => floorOf(file.path) < 0).map((file) => file.path)).toEqual([])
    expect(files.flatMap((file) => file.imports).length).toBeGreaterThan(files.length)
  })

  it('is drawn as it is in the documentation', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/architecture.md'), 'utf8')
    const drawn = [...page.matchAll(/^\| (\d) \| (.*?) \|/gm)].flatMap(([, floor, rooms = '']) =>
      [...rooms.matchAll(/`([^`]+?)\/?`/g)].map(([, room]) => `${floor} ${room}`),
    )
    expect(drawn.sort()).toEqual(floors.flatMap((rooms, floor) => rooms.map((room) => `${floor} ${room}`)).sort())
    expect(floors.flat().filter((room) => !files.some(({ path }) => roomOf(path) === room))).toEqual([])
  })

  it('is imported downwards only', () => {
    const wrong = files.flatMap((file) =>
      file.imports.filter((to) => !allowed(file.path, to)).map((to) => `${file.path} -> ${to}`),
    )
    expect(wrong.filter((edge) => !(edge in doors))).toEqual([])
    expect(Object.keys(doors).filter((edge) => !wrong.includes(edge))).toEqual([])
  })

  it('imports files that exist', () => {
    const known = new Set(files.map((file) => file.path))
    const missing = files.flatMap((file) =>
      file.imports.filter((to) => !known.has(to)).map((to) => `${file.path} -> ${to}`),
    )
    expect(missing).toEqual([])
  })

  it('has no cycles, types and lazy imports included', () => {
    expect(cycles(files)).toEqual([])
  })

  it('keeps the machine out of the rooms that decide', () => {
    const deciding = [...floors.slice(0, host).flat(), 'report']
    expect(deciding.filter((room) => !Object.hasOwn(purePackages, room))).toEqual([])
    const decided = files.filter((file) => deciding.includes(roomOf(file.path)))
    const wrong = decided.flatMap((file) =>
      file.packages
        .filter((name) => !purePackages[roomOf(file.path)]?.includes(name))
        .map((name) => `${file.path}: ${name}`),
    )
    expect(wrong).toEqual([])
  })

  it('uses process, console, timers and randomness only where the machine is', () => {
    // The version of Node.js is a fact about the code, not about the machine.
    const effects =
      /\b(?:process\.(?!version\b)|console\.|setTimeout\(|setInterval\(|Math\.random\(|Date\.now\(|new Date\(\))/
    // The script of the HTML page runs in a browser.
    const decides = (path: string) => floorOf(path) < host || roomOf(path) === 'report'
    const pure = files.filter((file) => decides(file.path) && file.path !== 'report/html/behaviour.ts')
    const wrong = pure.filter((file) => effects.test(withoutComments(file.text))).map((file) => file.path)
    expect(wrong).toEqual([])
  })

  it('bounds time by deadlines that hold: see host/process/deadline.ts', () => {
    const weak = files.filter(({ text }) => /AbortSignal\.(any|timeout)\(/.test(withoutComments(text)))
    expect(weak.map(({ path }) => path)).toEqual([])
  })

  it('loads heavy libraries only when they are needed', () => {
    const heavy = [
      'mqtt',
      'execa',
      '@peculiar/x509',
      'ws',
      'listr2',
      'mqtt-packet',
      'yaml',
      'reflect-metadata',
      'prom-client',
      'hdr-histogram-js',
    ]
    const bySource = new Map(files.map((file) => [file.path, file]))
    const commands = files.filter((file) => file.path.startsWith('cli/commands/'))
    const loads = commands.flatMap((file) => {
      const reached = closure(file, bySource)
      return heavy.filter((name) => reached.has(name)).map((name) => `${file.path}: ${name}`)
    })
    expect(loads).toEqual([])
  })
})

function allowed(from: string, to: string): boolean {
  if (roomOf(from) === roomOf(to)) return true
  const top = floors.length - 1
  if (floorOf(from) === top && floorOf(to) === top) return true
  if (floorOf(from) === 0 && floorOf(to) === 0) return true
  return floorOf(to) < floorOf(from)
}

/** Everything that is loaded when a file is. */
function closure(start: SourceFile, bySource: ReadonlyMap<string, SourceFile>): Set<string> {
  const seen = new Set<string>()
  const todo = [...start.eager]
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    todo.push(...(bySource.get(next)?.eager ?? []))
  }
  return seen
}

/** Files that import each other, however. */
function cycles(all: readonly SourceFile[]): string[] {
  const bySource = new Map(all.map((file) => [file.path, file]))
  const done = new Set<string>()
  const found: string[] = []
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) {
      found.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
      return
    }
    if (done.has(path)) return
    for (const to of bySource.get(path)?.imports ?? []) if (bySource.has(to)) visit(to, [...trail, path])
    done.add(path)
  }
  for (const file of all) visit(file.path, [])
  return found
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
}
