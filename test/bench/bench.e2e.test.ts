import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LatencySeries, RunResult } from '../../src/kernel/result.js'
import { mqttProxy, top } from '../cli.js'
import { run } from '../program.js'
import { openBrowser, openPage } from '../report/browser.js'

const outcome: { latencySeries(name: string, samples: readonly number[]): LatencySeries } = await import(
  pathToFileURL(join(top, 'bench/outcome.mjs')).href
)
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-bench-test-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const bench = (...args: readonly string[]) =>
  run(process.execPath, [join(top, 'bench/run.mjs'), ...args], { cwd: folder })
const merge = (...args: readonly string[]) => mqttProxy(['merge-reports', ...args], { cwd: folder })

describe('latencySeries', () => {
  it('keeps for each quantile the smallest sample that so many do not exceed', () => {
    const samples = Array.from({ length: 1000 }, (_, at) => 1000 - at)
    const { count, quantiles } = outcome.latencySeries('x', samples)
    expect(count).toBe(1000)
    const at = (share: number) => quantiles.find(({ q }) => q === share)?.ms
    expect([0, 0.5, 0.9, 0.95, 0.99, 0.999, 1].map(at)).toEqual([1, 500, 900, 950, 990, 999, 1000])
    for (const { q, ms } of quantiles)
      expect(samples.filter((one) => one <= ms).length).toBeGreaterThanOrEqual(q * 1000)
  })

  it('has a least and a most of a single sample', () => {
    const { quantiles } = outcome.latencySeries('x', [4.5])
    expect(quantiles[0]).toEqual({ q: 0, ms: 4.5 })
    expect(quantiles.at(-1)).toEqual({ q: 1, ms: 4.5 })
  })
})

describe('a recorded benchmark', () => {
  it('is a result with its targets and latencies, which the HTML report draws in Chromium', async () => {
    const measured = await bench('lint', '--json', 'bench.json')
    const result: RunResult = JSON.parse(await readFile(join(folder, 'bench.json'), 'utf8'))
    expect(result).toMatchObject({
      schema: 1,
      command: 'bench',
      run: { command: 'npm run bench -- lint --json bench.json' },
    })
    // Whether the target is met is not judged here: that is for a machine with nothing else to do.
    expect(result.stats.passed + result.stats.failed).toBe(2)
    expect(measured.code).toBe(result.ok ? 0 : 1)
    const [group] = result.groups
    expect(group?.latencies?.[0]?.count).toBeGreaterThan(1)

    const check = join(folder, 'check.json')
    await mqttProxy(['check', 'tcp', '--reporter', `json=${check}`], { cwd: folder })
    const merged = await merge(
      'bench.json',
      'check.json',
      '--reporter',
      'html=report.html',
      '--reporter',
      'json=all.json',
    )
    expect(merged.code).toBe(measured.code)
    const all: RunResult = JSON.parse(await readFile(join(folder, 'all.json'), 'utf8'))
    expect(all.command).toBe('check')
    expect(all.groups.map(({ id }) => id)).toEqual(['bench/lint', 'tcp'])

    const browser = await openBrowser()
    try {
      const { page, errors, requests } = await openPage(browser, pathToFileURL(join(folder, 'report.html')).href)
      expect(await page.locator('.plot polyline').count()).toBe(group?.latencies?.length)
      expect(await page.locator('.plot svg[role=img]').getAttribute('aria-label')).toContain('half within')
      expect(errors).toEqual([])
      expect(requests).toEqual([])
    } finally {
      await browser.close()
    }
  })

  it.each([
    [['lnt'], 'there is no benchmark lnt\nusage: npm run bench'],
    [['lint', '--json'], "Option '--json <value>' argument missing"],
  ])('%j ends 2', async (args, said) => {
    const { code, stderr } = await bench(...args)
    expect(code).toBe(2)
    expect(stderr).toContain(said)
  })
})
