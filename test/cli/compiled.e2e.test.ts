import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'

import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeWorkdir } from '../../src/host/files/workdir.js'
import { endAll } from '../../src/host/process/lifetime.js'
import { bin, top } from '../cli.js'
import { run } from '../program.js'

const isRoot = process.getuid?.() === 0
const nobody = 65534

let cache: string
let compiled: string
beforeEach(async () => {
  cache = join((await makeWorkdir('test')).path, 'cache')
  compiled = join(cache, 'compiled')
})
afterEach(endAll)

async function explain(program = bin, env: Readonly<Record<string, string>> = {}, args = ['explain', 'SD']) {
  const all = { NODE_OPTIONS: '', NODE_DISABLE_COMPILE_CACHE: '', MQTT_PROXY_CACHE: cache, ...env }
  const { stdout, stderr, code } = await run(process.execPath, [program, ...args], { env: all })
  expect([code, stderr]).toEqual([0, ''])
  return stdout
}

const right = /^SD {2}termination code:/
const planted = /^SD {2}TERMINATION CODE:/

/** The folder of this build, below that of the cache. */
const build = () => join(compiled, readdirSync(compiled)[0] ?? 'none')

/** A cache of our own that holds other code than the program: what it prints tells whether it was used. */
async function plant(): Promise<string> {
  const other = join(cache, '../other')
  for (const part of ['bin', 'dist/program', 'package.json', 'oclif.manifest.json']) {
    cpSync(join(top, part), join(other, part), { recursive: true })
  }
  for (const name of readdirSync(join(other, 'dist/program/chunks'))) {
    const file = join(other, 'dist/program/chunks', name)
    const text = readFileSync(file, 'utf8')
    if (text.includes('termination code')) writeFileSync(file, text.replaceAll('termination code', 'TERMINATION CODE'))
  }
  expect(await explain(join(other, 'bin/run.js'))).toMatch(planted)
  return join(build(), 'explain')
}

describe('what V8 compiled', () => {
  it('is kept in a folder and a file of our own, and taken from there', async () => {
    const file = await plant()
    for (const path of [compiled, build()]) expect(statSync(path).mode & 0o777).toBe(0o700)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const { ino } = statSync(file)
    expect(await explain()).toMatch(planted)
    expect(statSync(file).ino).toBe(ino)
  })

  it.each([
    ['everybody may write to its folder', () => chmodSync(compiled, 0o777)],
    ['a group may write to its folder', () => chmodSync(compiled, 0o770)],
    ['everybody may write to the folder of the build', () => chmodSync(build(), 0o722)],
    ['everybody may write to its file', () => chmodSync(join(build(), 'explain'), 0o666)],
    [
      'its folder is a link',
      () => {
        renameSync(compiled, `${compiled}-elsewhere`)
        symlinkSync(`${compiled}-elsewhere`, compiled)
      },
    ],
    [
      'its file is a link',
      () => {
        const file = join(build(), 'explain')
        renameSync(file, join(cache, 'elsewhere'))
        symlinkSync(join(cache, 'elsewhere'), file)
      },
    ],
    ['it is of another build', () => renameSync(build(), `${build().slice(0, -16)}0123456789abcdef`)],
    ['NODE_DISABLE_COMPILE_CACHE says so', () => ({ NODE_DISABLE_COMPILE_CACHE: '1' })],
  ])('is not used where %s', async (_, change) => {
    await plant()
    const env = change() ?? {}
    expect(await explain(bin, env)).toMatch(right)
  })

  it.runIf(isRoot).each([
    ['folder', () => compiled],
    ['folder of the build', build],
    ['file', () => join(build(), 'explain')],
  ])('is not used where another user owns its %s', async (_, path) => {
    await plant()
    chownSync(path(), nobody, nobody)
    expect(await explain()).toMatch(right)
  })

  it.each([
    ['cut off', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 5000))],
    ['empty', (file: string) => writeFileSync(file, '')],
    ['of something else', (file: string) => writeFileSync(file, Buffer.alloc(9000, 'x'))],
    ['of another V8', (file: string) => writeFileSync(file, otherVersion(readFileSync(file)))],
    [
      'a folder',
      (file: string) => {
        renameSync(file, `${file}-elsewhere`)
        mkdirSync(file)
      },
    ],
  ])('is compiled again where the file is %s', async (_, spoil) => {
    const file = await plant()
    spoil(file)
    for (let start = 0; start < 3; start++) expect(await explain()).toMatch(right)
  })

  it('heals a broken file, and a file that knows a part of what a command loads', async () => {
    const file = await plant()
    writeFileSync(file, Buffer.alloc(4))
    await explain()
    expect(statSync(file).size).toBeGreaterThan(10_000)
    const size = statSync(file).size
    await explain(bin, {}, ['explain', '--help'])
    expect(statSync(file).size).toBeGreaterThan(size)
  })

  it('is kept of three builds, and nothing else is removed', async () => {
    const old = ['1', '2', '3', '4'].map((digit) => `v20.0.0-x64-${digit.repeat(16)}`)
    for (const name of [...old, 'notes']) mkdirSync(join(compiled, name), { recursive: true, mode: 0o700 })
    chmodSync(compiled, 0o700)
    await explain()
    expect(readdirSync(compiled).filter((name) => name.startsWith('v'))).toHaveLength(3)
    expect(existsSync(join(compiled, 'notes'))).toBe(true)
  })
})

describe('a start', () => {
  it.each([
    ['there is no home', { HOME: '', XDG_CACHE_HOME: '', MQTT_PROXY_CACHE: '' }],
    ['the home is not there', { HOME: '/proc/none', XDG_CACHE_HOME: '', MQTT_PROXY_CACHE: '' }],
    ['the cache is a file', { MQTT_PROXY_CACHE: join(top, 'package.json') }],
    ['the cache cannot be written', { MQTT_PROXY_CACHE: '/proc/self' }],
    ['the cache is a relative path', { MQTT_PROXY_CACHE: 'relative' }],
  ])('goes on where %s', async (_, env) => {
    expect(await explain(bin, env)).toMatch(right)
    expect(existsSync('relative')).toBe(false)
  })

  it('of check keeps nothing: it writes nothing outside its sandbox', async () => {
    await explain(bin, {}, ['check', '--list'])
    expect(existsSync(compiled)).toBe(false)
  })

  it.runIf(isRoot)('of root leaves nothing in the home of another user', async () => {
    mkdirSync(cache)
    chownSync(cache, nobody, nobody)
    expect(await explain()).toMatch(right)
    expect(readdirSync(cache)).toEqual([])
  })

  it('uses no folder that others may write', async () => {
    mkdirSync(compiled, { recursive: true })
    chmodSync(compiled, 0o777)
    expect(await explain()).toMatch(right)
    expect(readdirSync(compiled)).toEqual([])
  })
})

/** As V8 would find it after an upgrade: the hash of its version stands in the second word of each part. */
function otherVersion(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  let at = 4 + changed.readUInt32LE(0)
  const list: readonly (readonly [string, number])[] = JSON.parse(changed.toString('utf8', 4, at))
  for (const [, length] of list) {
    changed.writeUInt32LE((changed.readUInt32LE(at + 4) ^ 0xffff) >>> 0, at + 4)
    at += length
  }
  return changed
}
