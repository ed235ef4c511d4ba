import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const top = join(import.meta.dirname, '../..')

/** What vitest itself reports of a file with a hook that fails. */
it('counts a failed hook as a failure, which no test of its file reports', async () => {
  const { countsOf } = await import(join(top, 'scripts/counts.mjs'))
  const folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-hook-'))
  try {
    const hook = "beforeAll(() => { throw new Error('no') })\nit('a', () => {})\n"
    await writeFile(join(folder, 'hook.test.js'), hook)
    await writeFile(join(folder, 'fine.test.js'), "it('b', () => {})\n")
    const args = ['run', '--globals', '--root', folder, '--reporter=json', '--outputFile.json=report.json']
    const vitest = join(top, 'node_modules/vitest/vitest.mjs')
    await promisify(execFile)(process.execPath, [vitest, ...args], { cwd: folder }).catch(() => {})
    const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'))
    expect(report.numFailedTests).toBe(0)
    expect(countsOf(report)).toEqual({ passed: 1, failed: 1, skipped: 1 })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 60_000)
