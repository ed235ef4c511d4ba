import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { findProgram, lookForProgram } from '../../../src/host/process/programs.js'

let folder: string
beforeEach(async () => {
  folder = (await makeWorkdir('test')).path
})
afterEach(endAll)

function program(name: string): string {
  const file = join(folder, name)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, '#!/bin/sh\n')
  chmodSync(file, 0o755)
  return file
}

describe('findProgram', () => {
  it('takes what was chosen before the variable, and the variable before PATH', async () => {
    const chosen = program('mine/haproxy')
    const named = program('named/haproxy')
    const onPath = program('path/haproxy')
    const cache = join(folder, 'cache')
    const env = { PATH: join(folder, 'path'), HAPROXY_PROGRAM: named }
    expect(await findProgram('haproxy', { chosen, env, cache })).toMatchObject({ program: chosen })
    expect(await findProgram('haproxy', { env, cache })).toEqual({ program: named, by: 'HAPROXY_PROGRAM' })
    expect(await findProgram('haproxy', { env: { PATH: env.PATH }, cache })).toEqual({ program: onPath, by: 'PATH' })
  })

  it('does not fall back when what was asked for cannot be run', async () => {
    writeFileSync(join(folder, 'text'), 'no program', { mode: 0o644 })
    for (const path of [join(folder, 'text'), folder, join(folder, 'none')]) {
      const env = { HAPROXY_PROGRAM: path, PATH: '' }
      await expect(findProgram('haproxy', { env, cache: folder })).rejects.toMatchObject({
        code: 'MP-NO-PROGRAM',
        exit: 3,
        message: expect.stringContaining('HAPROXY_PROGRAM'),
      })
    }
  })

  it('says how to get a release that is not in the cache, and which are known', async () => {
    await expect(findProgram('haproxy', { chosen: '2.6', cache: folder })).rejects.toMatchObject({
      exit: 3,
      hints: ['mqtt-proxy tools install haproxy@2.6'],
    })
    await expect(findProgram('haproxy', { chosen: '1.5', cache: folder })).rejects.toMatchObject({ exit: 2 })
  })

  it('looks for a program nobody asked for without an error', async () => {
    expect(await lookForProgram('rabbitmq', { env: { PATH: folder }, cache: folder })).toBeUndefined()
  })
})
