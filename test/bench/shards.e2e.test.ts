import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Durations } from '../../src/bench/histogram.js'
import { serveBroker } from '../../src/host/server/server.js'
import type { RunResult } from '../../src/kernel/result.js'
import { noHeader, openListener } from '../../src/mqtt-server/options.js'
import { mqttProxy } from '../cli.js'

/** Sources that the broker was told of, in the order in which they came. */
const sources: string[] = []
let broker: Awaited<ReturnType<typeof serveBroker>>
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-shards-'))
  broker = await serveBroker({
    listeners: [{ ...openListener({ host: '127.0.0.1', port: 0 }), header: { ...noHeader, mode: 'required' } }],
    onEvent: (event) => void sources.push(event.client),
  })
})
afterAll(async () => {
  await broker.stop()
  await rm(folder, { recursive: true, force: true })
})

async function run(name: string, ...more: readonly string[]): Promise<RunResult> {
  const [at] = broker.listeners
  const target = `127.0.0.1:${at && 'port' in at ? at.port : 0}`
  const file = join(folder, `${name}.json`)
  const args = ['bench', target, '--proxy-protocol', 'v2', '--src', '10.0.0.0/8', '--rate', '200', '-t', '1s', ...more]
  const { code, stderr } = await mqttProxy([
    ...args,
    '--fail-on',
    'errors>0,lost>0,p99>30s',
    '--reporter',
    `json=${file}`,
  ])
  expect(code, stderr).toBe(0)
  return JSON.parse(await readFile(file, 'utf8'))
}

async function merged(count: number, ...more: readonly string[]): Promise<RunResult> {
  const shards = Array.from({ length: count }, (_, at) => `${at + 1}`)
  await Promise.all(
    shards.map((index) => run(`${count}-${index}`, '--shard', `${index}/${count}`, '--align', '2s', ...more)),
  )
  const files = shards.map((index) => join(folder, `${count}-${index}.json`))
  const { code, stdout, stderr } = await mqttProxy(['merge-reports', ...files, '--json'])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout)
}

describe('a load in shards', () => {
  it.each([
    ['messages', ['--subscribers', '3', '--publishers', '2', '-q', '1'], 600],
    ['connections', ['--measure', 'connections'], 200],
  ] as const)('of %s merges from two and from four processes to what one does', async (_, more, done) => {
    const one = await run('one', ...more)
    const own = one.groups[0]?.load
    expect(own).toMatchObject({ planned: 200, started: 200, done, expected: done, failed: 0, wantedRate: 200 })
    for (const count of [2, 4]) {
      const begin = sources.length
      const { ok, groups, runs, shard } = await merged(count, ...more)
      const [group] = groups
      expect([ok, groups.length, runs?.length, shard]).toEqual([true, 1, count, undefined])
      expect(group?.title).toBe(one.groups[0]?.title)
      expect(group?.cases.map(({ id, status }) => [id, status])).toEqual(
        one.groups[0]?.cases.map(({ id }) => [id, 'passed']),
      )
      const { planned, started, expected, failed, wantedRate, measure, durationMs } = own ?? {}
      expect(group?.load).toMatchObject({ planned, started, done, expected, failed, wantedRate, measure, durationMs })
      expect(Durations.decode(group?.load?.histograms.latency ?? '').count).toBe(done)
      expect(group?.load?.apartMs).toBeGreaterThanOrEqual(0)
      // The first of each shard is the client that only asks whether it is accepted, by the same source as the next.
      const came = sources.slice(begin)
      expect(new Set(came).size).toBe(came.length - count)
      expect(new Set(came.map((source) => Math.floor(Number(source.split('.')[1]) / (256 / count)))).size).toBe(count)
    }
  })
})
