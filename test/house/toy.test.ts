import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { driver, drivers, laid, registry, runWithToy, src, text, top } from './overlay.js'

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
    ;({ folder, knows } = await runWithToy('entry', { PATH: '' }))
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
    expect(knows.deviation).toMatch(/^no QoS 2 /)
  })

  it('is found by doctor and --require through its driver', () => {
    expect(knows.doctor).toMatchObject({ id: 'toy', status: 'ok', text: '1.7 reads PROXY headers v1 and v2' })
    expect(knows.tooOld).toBe('toy 1.7 is too old: 2 is required')
  })

  it('is offered by tools, and looked for by its own names', () => {
    const release = { tool: 'toy', line: '1', suites: ['sid'] }
    const missing = [
      'toy was found neither by TOY_BIN, in /nowhere, nor on PATH',
      'get it without root: mqtt-proxy tools install toy',
      'apt: toy',
    ]
    expect(knows.tools).toEqual([[release], release, missing])
  })

  it('is asked for a driver by the compiler, and for nothing else', () => {
    const forgotten = new Map([...laid, [drivers, text(drivers)] as const].filter(([file]) => file !== driver))
    expect(diagnose(forgotten)).toEqual([expect.stringMatching(/^host\/brokers\/index\.ts: .*'toy' is missing/)])
  }, 120_000)
})
