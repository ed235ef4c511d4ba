import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ConsoleBlock, consoleBlocks, matches } from './console-blocks.js'
import { programFolder, runSteps } from './run-console.js'

const top = join(import.meta.dirname, '../..')
const inDocs = (await readdir(join(top, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)

/** `UPDATE_DOCS=1` writes what the commands say into the pages, to be read and committed. */
const update = process.env.UPDATE_DOCS === '1'

for (const page of ['README.md', ...inDocs]) {
  const text = await readFile(join(top, page), 'utf8')
  const blocks = consoleBlocks(text)
  if (blocks.length === 0) continue

  describe(page, () => {
    let folder: string
    let bin: string
    const written = text.split('\n')

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-docs-'))
      bin = await programFolder(folder)
    })
    afterAll(async () => {
      await rm(folder, { recursive: true, force: true })
      if (update) await writeFile(join(top, page), written.join('\n'))
    })

    // From the end, so that lines above stay where they are when a block is rewritten.
    const outputs = new Map<ConsoleBlock, string[][]>()
    it.each(blocks.map((block) => [block.line, block] as const))('line %i: does what it shows', async (_, block) => {
      const actual = await runSteps(block.steps, folder, bin)
      outputs.set(block, actual)
      if (update) {
        if (block !== blocks.at(-1)) return
        for (const one of [...blocks].reverse())
          written.splice(one.from, one.to - one.from, ...shown(one, outputs.get(one) ?? []))
        return
      }
      for (const [at, step] of block.steps.entries()) {
        if (!matches(step.output, actual[at] ?? [])) expect(actual[at], step.command).toEqual(step.output)
      }
    })
  })
}

function shown(block: ConsoleBlock, actual: readonly (readonly string[])[]): string[] {
  return block.steps.flatMap((step, at) => [
    ...`$ ${step.command}`.split('\n'),
    ...(step.output.some((line) => line.trim() === '...') ? step.output : (actual[at] ?? [])),
  ])
}
