import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Config } from '@oclif/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Running } from '../program.js'
import type { Expectation } from './example-expectation.js'
import { putFiles } from './examples-files.js'
import { Lab } from './examples-lab.js'
import { expectedRunning } from './expected-running.js'
import { expectedWriting } from './expected-writing.js'
import { inLab } from './in-lab.js'
import { runLines } from './run-example.js'

const config = await Config.load(join(import.meta.dirname, '../..'))
const expectations = [...Object.entries(expectedRunning), ...Object.entries(expectedWriting)]
const expected = new Map(expectations)
const examples = new Map<string, string[]>()
for (const id of config.commandIDs) {
  const { examples: given = [] } = await config.findCommand(id, { must: true }).load()
  const texts = given.map((one) => (typeof one === 'string' ? one : one.command))
  examples.set(
    id,
    texts.map((text) => text.replaceAll('<%= config.bin %>', 'mqtt-proxy')),
  )
}
const all = [...examples.values()].flat()

describe('the examples in the help', () => {
  it.each([...examples])('of %s are at least three, and each runs this command', (id, texts) => {
    expect(texts.length).toBeGreaterThanOrEqual(3)
    const words = `mqtt-proxy ${id.replaceAll(':', ' ')}`
    expect(texts.filter((text) => !text.includes(words))).toEqual([])
  })

  it('are each expected once, and nothing else is', () => {
    expect(all.filter((text, index) => all.indexOf(text) !== index)).toEqual([])
    expect(expected.size, 'an example stands in both tables').toBe(expectations.length)
    const unused = [...expected.keys()].filter((text) => !all.includes(text))
    expect(unused, 'no help has these examples: take them out of test/docs/expected-*.ts').toEqual([])
  })
})

describe.concurrent('an example in the help', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await Lab.start()
  })
  afterAll(() => lab?.stop())

  // The long ones first: the short ones fill up what is left.
  const long = (text: string) => Number(/ (check|conformance|doctor|--key rsa|--offline)/.test(text))
  const ordered = all.map((text, index) => [text, index] as const).sort(([a], [b]) => long(b) - long(a))

  it.for(ordered)('%s', async ([text, index], { onTestFinished }) => {
    const wanted = expected.get(text)
    if (wanted === undefined) {
      throw new Error('nothing says what this example must come to: add it to test/docs/expected-*.ts')
    }
    const folder = join(lab.folder, String(index))
    await putFiles(lab, wanted.files ?? [], folder)
    const running = await start(lab, folder, text, wanted)
    onTestFinished(() => running.signal('SIGKILL'))
    await wanted.use?.(running)
    await judge(running, folder, wanted)
  })
})

function start(lab: Lab, folder: string, text: string, wanted: Expectation): Promise<Running> {
  const places = wanted.broker === undefined ? lab.places : { ...lab.places, broker: lab.places[wanted.broker] }
  const lines = [wanted.before, inLab(text, places), wanted.after].filter((line) => line !== undefined)
  return runLines(['set -o pipefail', ...lines], lab.bin, folder)
}

async function judge(running: Running, folder: string, wanted: Expectation): Promise<void> {
  const { code, stdout, stderr } = await running.ended
  expect(code, `${stdout}${stderr}`).toBe(wanted.exit?.code ?? 0)
  const proofs = [wanted.stdout, wanted.stderr, wanted.json, wanted.writes]
  expect(proofs.some(Boolean), 'an expectation names something that the example prints or writes').toBe(true)
  for (const pattern of [wanted.stdout ?? []].flat()) expect(stdout).toMatch(pattern)
  if (wanted.stderr !== undefined) expect(stderr).toMatch(wanted.stderr)
  if (wanted.json !== undefined) expect(JSON.parse(stdout)).toEqual(holding(wanted.json))
  for (const [name, pattern] of Object.entries(wanted.writes ?? {})) {
    expect(await readFile(join(folder, name), 'utf8'), name).toMatch(pattern)
  }
  expect(await readdir(join(folder, '.tmp')), 'temporary files that it left').toEqual([])
}

/** As `objectContaining`, at every depth; lists hold what is wanted among others. */
function holding(wanted: unknown): unknown {
  if (Array.isArray(wanted)) return expect.arrayContaining(wanted.map(holding))
  if (typeof wanted !== 'object' || wanted === null) return wanted
  return expect.objectContaining(
    Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, holding(value)])),
  )
}
