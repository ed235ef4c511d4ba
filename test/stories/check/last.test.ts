import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failedAmong, failedList, failedText, filesOf, lastFailed } from '../../../src/stories/check/last.js'

const generated = { dir: undefined, haproxyConfigs: [], brokerConfigs: [] }
const names = ['proxy/connect-5.0', 'proxy-mtls/no-certificate', 'behaviour/reload']
let folder: string
let said: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-last-'))
  said = []
})

afterEach(() => rm(folder, { recursive: true, force: true }))

const say = (text: string) => void said.push(text)
const failed = (files: string) => writeFile(join(folder, failedList), failedText(names, files))

describe('failedAmong', () => {
  it('is everything that failed when nothing is named', async () => {
    await failed('')
    expect(await failedAmong(folder, [], generated, say)).toEqual(names)
    expect(await lastFailed(folder)).toEqual(names)
    expect(said).toEqual([])
  })

  it('keeps to what is named: a scenario by name or number, a check, a behaviour', async () => {
    await failed('')
    const among = (...given: string[]) => failedAmong(folder, given, generated, say)
    expect(await among('proxy')).toEqual(['proxy/connect-5.0'])
    expect(await among('6', 'behaviour')).toEqual(['proxy-mtls/no-certificate', 'behaviour/reload'])
    await expect(among('tcp')).rejects.toMatchObject({ exit: 2, message: expect.stringContaining('tcp') })
    await expect(among('prxy')).rejects.toMatchObject({ code: 'MP-SCENARIO-UNKNOWN' })
  })

  it('says when the last run was of other files', async () => {
    await failed(filesOf({ ...generated, dir: 'my lab' }))
    await failedAmong(folder, [], { ...generated, dir: 'my lab' }, say)
    expect(said).toEqual([])
    await failedAmong(folder, [], generated, say)
    expect(said).toEqual(["the last run was of --dir 'my lab', this one is of generated files"])
  })

  it('has nothing to repeat where nothing failed', async () => {
    await expect(failedAmong(folder, [], generated, say)).rejects.toMatchObject({ code: 'MP-CHECK-NONE', exit: 2 })
  })
})
