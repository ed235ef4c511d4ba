import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openReportFiles } from '../../../src/host/files/report-files.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-reports-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

describe('openReportFiles', () => {
  it('keeps the last report until there is a new one, and takes away what it made and never wrote', async () => {
    const old = join(folder, 'old')
    await writeFile(old, 'a longer report of before')
    const files = await openReportFiles([old, join(folder, 'never')])
    expect(await readFile(old, 'utf8')).toContain('before')
    await files.write(old, 'new')
    await files.close()
    expect(await readFile(old, 'utf8')).toBe('new')
    expect(await readdir(folder)).toEqual(['old'])
  })

  it('adds to the one that grows', async () => {
    const summary = join(folder, 'summary.md')
    await writeFile(summary, 'first\n')
    const files = await openReportFiles([], summary)
    await files.write(summary, 'second\n')
    await files.close()
    expect(await readFile(summary, 'utf8')).toBe('first\nsecond\n')
  })

  it('waits for the reader of a pipe, and gives it everything', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const opening = openReportFiles([pipe])
    const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'ignore'] })
    const read = text(reader.stdout)
    // Asked for before the pipe is closed: the reader may be gone before the next line of this test runs.
    const gone = once(reader, 'close')
    const files = await opening
    const report = 'x'.repeat(300_000)
    await files.write(pipe, report)
    await files.close()
    await gone
    expect(await read).toBe(report)
  })
})
