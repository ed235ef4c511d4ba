import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { build, type Plugin } from 'esbuild'

/**
 * A toy kind of broker, laid over the source: its folder, its driver, and its row in the two registries. No other file
 * knows it.
 */
export const top = join(import.meta.dirname, '../..')
export const src = join(top, 'src')
export const text = (path: string) => readFileSync(path, 'utf8')
const toy = (name: string) => text(join(import.meta.dirname, 'toy', `${name}.ts.txt`))

export const registry = join(src, 'brokers/index.ts')
export const drivers = join(src, 'host/brokers/index.ts')
export const driver = join(src, 'host/brokers/toy.ts')
const withRow = after(text(registry), 'const brokers = {', '\n  toy,').replace(
  /^/,
  "import { toy } from './toy/index.js'\n",
)
const withDriver = after(
  text(drivers),
  /const drivers: [^{]*\{/,
  "\n  toy: async () => (await import('./toy.js')).makeDriver,",
)

export const laid: ReadonlyMap<string, string> = new Map([
  [registry, withRow],
  [drivers, withDriver],
  [join(src, 'brokers/toy/index.ts'), toy('index')],
  [driver, toy('driver')],
])

function after(whole: string, mark: string | RegExp, more: string): string {
  const changed = whole.replace(mark, (found) => found + more)
  if (changed === whole) throw new Error(`no ${mark} in the registry`)
  return changed
}

const overlay: Plugin = {
  name: 'overlay',
  setup(bundle) {
    bundle.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const file = join(resolveDir, path).replace(/\.js$/, '.ts')
      return laid.has(file) || existsSync(file) ? { path: file } : undefined
    })
    bundle.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const contents = laid.get(path)
      return contents === undefined ? undefined : { contents, loader: 'ts', resolveDir: dirname(path) }
    })
  },
}

/** What a program prints, as JSON, that is made of an entry of the toy's and of the source with the toy laid over it. */
export async function runWithToy(
  entry: string,
  env: NodeJS.ProcessEnv,
): Promise<{ folder: string; knows: Record<string, unknown> }> {
  mkdirSync(join(top, 'dist'), { recursive: true })
  const folder = mkdtempSync(join(top, 'dist/toy-'))
  const outfile = join(folder, 'toy.js')
  await build({
    stdin: { contents: toy(entry), resolveDir: src, loader: 'ts' },
    bundle: true,
    outfile,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    target: 'node20',
    plugins: [overlay],
    logLevel: 'silent',
  })
  const { stdout } = await promisify(execFile)(process.execPath, [outfile], {
    env: { TOY_FOLDER: folder, ...env },
    cwd: top,
    maxBuffer: 1 << 26,
  })
  return { folder, knows: JSON.parse(stdout) }
}
