import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { cacheDir, readInstalled, releaseFolder, stampLayout } from '../../../src/host/tools/cache.js'
import { parseRelease } from '../../../src/host/tools/catalogue.js'

const release = parseRelease('mosquitto')
afterEach(endAll)

async function installation(change: Record<string, unknown> = {}): Promise<{ cache: string; program: string }> {
  const { path: cache } = await makeWorkdir('test')
  const folder = releaseFolder(cache, release)
  const program = join(folder, 'bin', 'mosquitto')
  mkdirSync(dirname(program), { recursive: true })
  writeFileSync(program, '#!/bin/sh\n')
  const stamp = {
    layout: stampLayout(),
    tool: 'mosquitto',
    line: '2.1',
    version: '2.1.2',
    program,
    root: join(folder, 'root'),
    suite: 'forky',
    packages: [],
    files: { 'bin/mosquitto': 10 },
    ...change,
  }
  writeFileSync(join(folder, 'installed.json'), JSON.stringify(stamp))
  return { cache, program }
}

describe('cacheDir', () => {
  it('is what was chosen, else the variable, else the cache of the user', () => {
    expect(cacheDir('/a', { MQTT_PROXY_CACHE: '/b' })).toBe('/a')
    expect(cacheDir(undefined, { MQTT_PROXY_CACHE: '/b', XDG_CACHE_HOME: '/c' })).toBe('/b')
    expect(cacheDir(undefined, { XDG_CACHE_HOME: '/c' })).toBe('/c/mqtt-proxy')
    expect(cacheDir(undefined, { XDG_CACHE_HOME: 'relative' })).toMatch(/^\/.*\/\.cache\/mqtt-proxy$/)
  })
})

describe('readInstalled', () => {
  it('takes a whole installation', async () => {
    const { cache } = await installation()
    expect(await readInstalled(cache, release)).toMatchObject({ version: '2.1.2' })
  })

  it('does not take one with a file cut short, or missing', async () => {
    const { cache, program } = await installation()
    truncateSync(program, 3)
    expect(await readInstalled(cache, release)).toBeUndefined()
    const gone = await installation({ files: { 'bin/mosquitto': 10, 'root/usr/lib/libc.so.6': 1 } })
    expect(await readInstalled(gone.cache, release)).toBeUndefined()
  })

  it('does not take one that was made for another place, by another layout, or has a broken stamp', async () => {
    const moved = await installation({ program: '/elsewhere/bin/mosquitto' })
    expect(await readInstalled(moved.cache, release)).toBeUndefined()
    const old = await installation({ layout: 0 })
    expect(await readInstalled(old.cache, release)).toBeUndefined()
    const { cache } = await installation()
    writeFileSync(join(releaseFolder(cache, release), 'installed.json'), '{"layout":1,')
    expect(await readInstalled(cache, release)).toBeUndefined()
  })
})
