import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { recognise } from '../../../src/brokers/recognise.js'
import { Fault } from '../../../src/kernel/errors.js'
import type { CaseResult } from '../../../src/kernel/result.js'
import { parseFixture } from '../../lint/fixture.js'
import { check } from './request.js'

/** Pairs that other people's setups were reduced to, run; a fixture says in its head what has to come of it. */
const folder = join(import.meta.dirname, '../../../fixtures/lint-field')

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mqtt-proxy-field-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const names = (await readdir(folder)).map((name) => name.replace('.txt', ''))

/** `passed`, or each row that did not, with what is likely at fault: `connect-5.0 failed haproxy.cfg:9`. */
async function outcome(name: string, files: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const here = join(dir, name)
  for (const [file, text] of files) {
    await mkdir(dirname(join(here, file)), { recursive: true })
    await writeFile(join(here, file), text)
  }
  const paths = [...files].map(([file, text]) => ({ path: join(here, file), kind: recognise(text, file) }))
  const found = paths.find(({ kind }) => kind !== undefined && kind !== 'haproxy')?.kind ?? 'mosquitto'
  const kind = found === 'mosquitto' || found === 'rabbitmq' ? found : 'embedded'
  const { result } = await check({
    haproxyConfigs: paths.filter((one) => one.kind === 'haproxy').map((one) => one.path),
    brokerConfigs: paths.filter((one) => one.kind === found).map((one) => one.path),
    brokers: [{ kind, program: undefined }],
  })
  return result.groups.flatMap(({ id, cannot, cases }) => [
    ...(cannot === undefined ? [] : [`${id} cannot: ${cannot}`]),
    `${id} passed ${cases.filter((one) => one.status === 'passed').length}`,
    ...cases
      .filter((one) => one.status === 'failed' || one.status === 'deviation')
      .map((one) => [one.id, one.status, ...likelyLines(one.likely)].join(' ')),
    ...new Set(
      cases.flatMap((one) =>
        one.status === 'skipped' && cannot === undefined ? [`skipped: ${one.reason}`.replaceAll(`${here}/`, '')] : [],
      ),
    ),
  ])
}

function likelyLines(likely: CaseResult['likely'] = []): string[] {
  return likely.map(({ file, line }) => `${basename(file)}:${line}`)
}

it.each(names)('%s', async (name) => {
  const path = join(folder, `${name}.txt`)
  const text = await readFile(path, 'utf8')
  const { files } = parseFixture(name, text)
  const once = () =>
    outcome(name, files).catch((error: unknown) => {
      if (error instanceof Fault) return [`${error.code} exit ${error.exit}: ${error.message}`]
      throw error
    })
  const got = await once()
  const head = text.slice(0, text.indexOf('-- '))
  const expected = [...head.matchAll(/^check: (.*)$/gm)].map(([, line]) => line)
  if (process.env.UPDATE_FIELD) {
    const kept = head.split('\n').filter((line) => line !== '' && !line.startsWith('check: '))
    await writeFile(path, [...kept, ...got.map((line) => `check: ${line}`), text.slice(head.length)].join('\n'))
  } else if (/^expect: .*MP115/m.test(head)) {
    // Bytes that nobody waits for are there in time now and then, but not always.
    const failed = got.filter((line) => line.includes(' failed '))
    for (let run = 1; failed.length === 0 && run < 10; run++)
      failed.push(...(await once()).filter((line) => line.includes(' failed ')))
    expect(failed.length).toBeGreaterThan(0)
    expect(expected).toEqual(expect.arrayContaining(failed))
  } else expect(got).toEqual(expected)
})
