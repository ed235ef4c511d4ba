import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { endAll } from '../../../src/host/process/lifetime.js'

describe('makeWorkdir', () => {
  it('is private, and goes with everything in it', async () => {
    const folder = await makeWorkdir('test')
    writeFileSync(join(folder.path, 'key.pem'), 'secret')
    expect(statSync(folder.path).mode & 0o777).toBe(0o700)
    await folder.remove()
    expect(existsSync(folder.path)).toBe(false)
  })

  it('is removed when the program ends, unless it is kept', async () => {
    const gone = await makeWorkdir('test')
    const kept = await makeWorkdir('test')
    kept.keep()
    await endAll()
    expect(existsSync(gone.path)).toBe(false)
    expect(existsSync(kept.path)).toBe(true)
    rmSync(kept.path, { recursive: true })
  })

  it('says where it could not be made', async () => {
    await expect(makeWorkdir('test', '/nowhere')).rejects.toMatchObject({ code: 'MP-TEMP', exit: 3 })
  })
})
