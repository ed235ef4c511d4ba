import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const sourceFolder = join(import.meta.dirname, '../../src')

export interface SourceFile {
  /** Below `src/`: `host/net/dial.ts`. */
  readonly path: string
  readonly text: string
  /** Files of ours that it imports, below `src/`; types and `await import()` included. */
  readonly imports: readonly string[]
  /** Packages and `node:` modules. */
  readonly packages: readonly string[]
  /** Imports that load code when the file is loaded: no types, no `await import()`. */
  readonly eager: readonly string[]
}

const statement = /^(?:import|export)\s+(type\s)?(?:[^'"]*?\sfrom\s+)?'([^']+)'/gms
const lazy = /\bimport\('([^']+)'\)/g

export function sourceFiles(): readonly SourceFile[] {
  return readdirSync(sourceFolder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map(read)
}

function read(path: string): SourceFile {
  const text = readFileSync(join(sourceFolder, path), 'utf8')
  const statements = [...text.matchAll(statement)].map(([, type, from = '']) => ({ from, type: type !== undefined }))
  const lazily = [...text.matchAll(lazy)].map(([, from = '']) => from)
  const all = [...statements.map((one) => one.from), ...lazily]
  const ours = (from: string) => from.startsWith('.')
  const below = (from: string) =>
    relative(sourceFolder, resolve(sourceFolder, dirname(path), from)).replace(/\.js$/, '.ts')
  return {
    path,
    text,
    imports: all.filter(ours).map(below),
    packages: all.filter((from) => !ours(from)),
    eager: statements.filter((one) => !one.type).map((one) => (ours(one.from) ? below(one.from) : one.from)),
  }
}
