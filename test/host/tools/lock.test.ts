import { existsSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { withLock } from '../../../src/host/tools/lock.js'

afterEach(endAll)

describe('withLock', () => {
  it('lets one in at a time and leaves no file behind, also when the work fails', async () => {
    const file = join((await makeWorkdir('test')).path, 'locks', 'one')
    let inside = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++inside)
      await new Promise((resolve) => setImmediate(resolve))
      inside--
    }
    await Promise.all([1, 2, 3, 4].map(() => withLock(file, work)))
    expect(most).toBe(1)
    await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(existsSync(file)).toBe(false)
  })

  it('takes over from a process that has died', async () => {
    const file = join((await makeWorkdir('test')).path, 'one')
    writeFileSync(file, `${hostname()} 999999999 x`)
    let waited = false
    expect(
      await withLock(
        file,
        async () => 7,
        () => (waited = true),
      ),
    ).toBe(7)
    expect(waited).toBe(true)
  })
})
