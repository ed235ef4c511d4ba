import { lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { CaptureFile } from '../../../src/host/files/capture-file.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { writePidFile } from '../../../src/host/process/pid-file.js'

afterEach(endAll)

/** Somebody put a link where a file of ours is to be. */
async function trap(): Promise<{ readonly link: string; readonly target: string }> {
  const { path } = await makeWorkdir('test')
  const target = join(path, 'target')
  const link = join(path, 'link')
  writeFileSync(target, 'precious')
  symlinkSync(target, link)
  return { link, target }
}

it('a capture is not written through a link', async () => {
  const { link, target } = await trap()
  await expect(CaptureFile.create(link)).rejects.toMatchObject({ code: 'MP-OUTPUT' })
  expect(readFileSync(target, 'utf8')).toBe('precious')
})

it('a pid file is not written through a link', async () => {
  const { link, target } = await trap()
  expect(() => writePidFile(link)).toThrow(expect.objectContaining({ code: 'MP-PID-FILE', exit: 3 }))
  expect(readFileSync(target, 'utf8')).toBe('precious')
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
})

it('a file of ours that is there already is written anew', async () => {
  const { target } = await trap()
  writePidFile(target)
  expect(readFileSync(target, 'utf8')).toBe(`${process.pid}\n`)
  await (await CaptureFile.create(target)).close()
  expect(readFileSync(target).subarray(0, 4).toString('hex')).toBe('0a0d0d0a')
})
