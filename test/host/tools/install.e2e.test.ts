import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { cacheDir, readInstalled } from '../../../src/host/tools/cache.js'
import { parseRelease } from '../../../src/host/tools/catalogue.js'
import { installRelease } from '../../../src/host/tools/install.js'
import { mqttProxy, startMqttProxy } from '../../cli.js'
import { run as runProgram } from '../../program.js'

const release = parseRelease('haproxy@3.2')
afterEach(endAll)

/** The package lists and files of the user's own cache, so that nothing is fetched here; no installation. */
async function packagesOnly(): Promise<string> {
  await installRelease(release, { cache: cacheDir() })
  const { path: cache } = await makeWorkdir('test')
  const suite = (await readInstalled(cacheDir(), release))?.suite ?? ''
  cpSync(join(cacheDir(), 'apt', suite), join(cache, 'apt', suite), { recursive: true })
  return cache
}

function cut(cache: string, start: string): void {
  const [suite = ''] = readdirSync(join(cache, 'apt'))
  const debs = join(cache, 'apt', suite, 'debs')
  const file = readdirSync(debs).find((name) => name.startsWith(start)) ?? 'none'
  truncateSync(join(debs, file), 1000)
}

function run(args: readonly string[], env: Record<string, string> = {}) {
  return mqttProxy(args, { env })
}

describe('tools install', () => {
  it('works from its own packages without a network, and twice at once', async () => {
    const cache = await packagesOnly()
    const outcomes = await Promise.all([1, 2].map(() => installRelease(release, { cache, offline: true })))
    expect(outcomes.map(({ fetched }) => fetched).sort()).toEqual([false, true])
    const program = outcomes[0]?.installed.program ?? ''
    expect((await runProgram(program, ['-v'])).stdout).toContain('HAProxy version 3.2')
    expect(readdirSync(join(cache, 'locks'))).toEqual([])
    expect(readdirSync(cache).sort()).toEqual(['apt', 'locks', 'tools'])
  }, 120_000)

  it('verifies every file against the signed packages: a change that keeps the size, a file that came to be', async () => {
    const cache = await packagesOnly()
    const { installed } = await installRelease(release, { cache, offline: true })
    const verify = () =>
      run(['tools', 'install', 'haproxy@3.2', '--verify', '--offline', '--cache-dir', cache, '--json'])
    const sound = JSON.parse((await verify()).stdout)
    expect(sound.tools[0]).toMatchObject({ fetched: false, verified: expect.any(Number) })
    expect(sound.tools[0].verified).toBeGreaterThanOrEqual(Object.keys(installed.files).length)
    const [library = ''] = Object.keys(installed.files).filter((file) => file.includes('libssl.so'))
    const path = join(cache, 'tools', 'haproxy@3.2', library)
    const bytes = readFileSync(path)
    writeFileSync(path, Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])]))
    expect(await readInstalled(cache, release)).toBeDefined()
    const changed = await verify()
    expect([changed.code, JSON.parse(changed.stdout).error]).toEqual([
      3,
      expect.objectContaining({ code: 'MP-TOOLS-CHANGED', message: expect.stringContaining(library) }),
    ])
    writeFileSync(path, bytes)
    writeFileSync(join(cache, 'tools', 'haproxy@3.2', 'bin', 'more'), '')
    expect(JSON.parse((await verify()).stdout).error.message).toContain('bin/more')
  }, 240_000)

  it('notices a package that was cut short, and an installation that was', async () => {
    const cache = await packagesOnly()
    cut(cache, 'libc6_')
    await expect(installRelease(release, { cache, offline: true })).rejects.toMatchObject({
      code: 'MP-TOOLS-OFFLINE',
      exit: 3,
      message: expect.stringContaining('libc6_'),
    })
    expect(await readInstalled(cache, release)).toBeUndefined()
    const { installed } = await installRelease(release, { cache })
    const [library = ''] = Object.keys(installed.files).filter((file) => file.includes('libssl.so'))
    truncateSync(join(cache, 'tools', 'haproxy@3.2', library), 1)
    expect(await readInstalled(cache, release)).toBeUndefined()
  }, 120_000)

  it('takes no package list that is not signed', async () => {
    const { path } = await makeWorkdir('test')
    const archive = join(path, 'archive', 'dists', 'forky')
    mkdirSync(join(archive, 'main', 'binary-amd64'), { recursive: true })
    writeFileSync(join(archive, 'Release'), 'Origin: Debian\nSuite: forky\nCodename: forky\nComponents: main\n')
    writeFileSync(join(archive, 'main', 'binary-amd64', 'Packages'), '')
    writeFileSync(join(path, 'sources.list'), `deb file://${join(path, 'archive')} forky main\n`)
    const config = `Dir::Etc::sourcelist "${join(path, 'sources.list')}";\nDir::Etc::sourceparts "/dev/null";\n`
    writeFileSync(join(path, 'apt.conf'), config)
    const cache = join(path, 'cache')
    const done = await run(['tools', 'install', 'haproxy', '--cache-dir', cache, '--json'], {
      APT_CONFIG: join(path, 'apt.conf'),
    })
    expect(done.code).toBe(3)
    expect(JSON.parse(done.stdout)).toMatchObject({ ok: false, error: { code: 'MP-TOOLS-SIGNATURE' } })
    expect(existsSync(join(cache, 'tools'))).toBe(false)
  })

  it('says how to install it elsewhere when the host has no apt', async () => {
    const { path } = await makeWorkdir('test')
    const done = await run(['tools', 'install', 'haproxy', '--cache-dir', path], { PATH: path })
    expect(done.code).toBe(3)
    for (const way of ['sudo apt-get', 'sudo dnf', 'sudo apk', 'brew install', 'docker run']) {
      expect(done.stderr).toContain(way)
    }
  })

  it('is stopped by Ctrl-C in the middle with exit 130, and leaves no half of anything', async () => {
    const cache = join((await makeWorkdir('test')).path, 'cache')
    const ran = startMqttProxy(['tools', 'install', 'haproxy', '--cache-dir', cache])
    await ran.printed(/reading the package list/)
    ran.signal('SIGINT')
    const { code, stderr } = await ran.ended
    expect(code).toBe(130)
    expect(stderr).not.toContain('Error')
    expect(existsSync(join(cache, 'tools'))).toBe(false)
    expect(readdirSync(join(cache, 'locks'))).toEqual([])
    expect(readdirSync(join(cache, 'apt', 'forky'))).not.toContain('lists')
  })
})
