import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { build, type Plugin } from 'esbuild'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/**
 * A toy kind of broker, laid over the source: its folder, its driver, and its row in the two registries. No other file
 * knows it.
 */
const top = join(import.meta.dirname, '../..')
const src = join(top, 'src')
const text = (path: string) => readFileSync(path, 'utf8')
const toy = (name: string) => text(join(import.meta.dirname, 'toy', `${name}.ts.txt`))

const registry = join(src, 'brokers/index.ts')
const drivers = join(src, 'host/brokers/index.ts')
const driver = join(src, 'host/brokers/toy.ts')
const withRow = after(text(registry), 'const brokers = {', '\n  toy,').replace(
  /^/,
  "import { toy } from './toy/index.js'\n",
)
const withDriver = after(
  text(drivers),
  /const drivers: [^{]*\{/,
  "\n  toy: async () => (await import('./toy.js')).makeDriver,",
)

const laid: ReadonlyMap<string, string> = new Map([
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

/** What the compiler says of the registries and all they import, with these files laid over the source. */
function diagnose(over: ReadonlyMap<string, string>): readonly string[] {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(top, 'tsconfig.json'), ts.sys.readFile).config,
    ts.sys,
    top,
  )
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, directoryExists } = host
  const folders = new Set([...over.keys()].map((file) => dirname(file)))
  host.directoryExists = (path) => folders.has(path) || (directoryExists?.(path) ?? true)
  host.fileExists = (file) => over.has(file) || fileExists(file)
  host.readFile = (file) => over.get(file) ?? readFile(file)
  const program = ts.createProgram([registry, drivers], { ...options, incremental: false, noEmit: true }, host)
  const files = [...over.keys()].map((file) => program.getSourceFile(file)).filter((file) => file !== undefined)
  return files.flatMap((file) =>
    program
      .getSemanticDiagnostics(file)
      .map(
        ({ messageText }) =>
          `${file.fileName.slice(src.length + 1)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      ),
  )
}

describe('a new kind of broker', () => {
  let folder: string
  let knows: Record<string, unknown>

  beforeAll(async () => {
    mkdirSync(join(top, 'dist'), { recursive: true })
    folder = mkdtempSync(join(top, 'dist/toy-'))
    const outfile = join(folder, 'toy.js')
    await build({
      stdin: { contents: toy('entry'), resolveDir: src, loader: 'ts' },
      bundle: true,
      outfile,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      target: 'node20',
      plugins: [overlay],
      logLevel: 'silent',
    })
    const env = { PATH: '', HOME: folder, XDG_CACHE_HOME: folder }
    const { stdout } = await promisify(execFile)(process.execPath, [outfile], { env, cwd: top, maxBuffer: 1 << 26 })
    knows = JSON.parse(stdout)
  }, 120_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('is a choice of every flag', () => {
    for (const list of ['brokerKinds', 'readableKinds', 'runnableKinds'] as const) expect(knows[list]).toContain('toy')
    const [gen, lint, check, checkConfig] = knows.flags as (string[] | string)[]
    expect(gen).toContain('toy')
    expect(lint).toContain('toy')
    expect(check).toContain('toy')
    expect(checkConfig).toContain('toy.conf')
    expect(knows.completion).not.toEqual([])
  })

  it('is written by gen, gen compose and the committed examples', () => {
    expect(knows.generated).toMatchObject({ name: 'toy.conf', text: expect.stringContaining('toy_header 2') })
    expect(knows.compose).toMatchObject({ services: { broker: { image: 'toy:1' } } })
    expect(knows.committed).toBeGreaterThan(3)
    expect(knows.scenarios).toContainEqual(['proxy', null])
    expect(knows.scenarios).toContainEqual(['proxy-mtls-cn', 'Toy cannot take the username from the CN in the header'])
  })

  it('is read and judged by lint', () => {
    expect(knows.recognised).toBe('toy')
    expect(knows.listeners).toEqual([['Toy', [2]]])
    expect(knows.findings).toContain('MP403')
  })

  it('is explained, and its deviations are known to check', () => {
    expect(knows.explained).toMatchObject({ program: 'Toy', meaning: 'no header came' })
    expect(knows.deviation).toBe('no QoS 2')
  })

  it('is found by doctor and --require through its driver', () => {
    expect(knows.doctor).toMatchObject({ id: 'toy', status: 'ok', text: '1.7 reads PROXY headers v1 and v2' })
    expect(knows.tooOld).toBe('toy 1.7 is too old: 2 is required')
  })

  it('is asked for a driver by the compiler, and for nothing else', () => {
    const forgotten = new Map([...laid, [drivers, text(drivers)] as const].filter(([file]) => file !== driver))
    expect(diagnose(forgotten)).toEqual([expect.stringMatching(/^host\/brokers\/index\.ts: .*'toy' is missing/)])
  }, 120_000)
})
