import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { requirePrivate, whyShared } from '../../../src/host/tools/private.js'

afterAll(endAll)

const why = (uid: number, gid: number, mode: number, us: number) => whyShared({ uid, gid, mode }, us, () => us)

describe('a cache of programs', () => {
  it('is ours or the one of root, and nobody else writes to it', () => {
    expect(why(1000, 1000, 0o40755, 1000)).toBeUndefined()
    expect(why(0, 0, 0o40755, 1000)).toBeUndefined()
    expect(why(1000, 1000, 0o40775, 1000)).toBeUndefined()
    expect(why(1000, 50, 0o40775, 1000)).toMatch(/group may write/)
    expect(why(1000, 1000, 0o40757, 1000)).toMatch(/everybody/)
    expect(why(1001, 1001, 0o40755, 1000)).toMatch(/another user/)
    expect(why(1000, 1000, 0o40755, 0)).toMatch(/another user/)
  })

  it('is asked about with all its folders', async () => {
    const cache = (await makeWorkdir('test')).path
    const folder = join(cache, 'tools/haproxy@3.2')
    mkdirSync(folder, { recursive: true, mode: 0o755 })
    await requirePrivate(folder, cache)
    await requirePrivate(join(cache, 'tools/none'), cache)
    chmodSync(join(cache, 'tools'), 0o777)
    await expect(requirePrivate(folder, cache)).rejects.toMatchObject({
      code: 'MP-TOOLS-CACHE',
      exit: 3,
      hints: [expect.stringMatching(/^chmod go-w .*tools$/), expect.anything()],
    })
  })
})
