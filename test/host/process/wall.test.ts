import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { startChild } from '../../../src/host/process/children.js'
import { mountsOf } from '../../../src/host/process/namespaces.js'
import { runProgram } from '../../../src/host/process/run-program.js'
import { lowerWall, raiseWall } from '../../../src/host/process/wall.js'

const able = spawnSync('unshare', ['--user', '--map-current-user', '--keep-caps', '--mount', 'true']).status === 0

afterEach(lowerWall)

describe.runIf(able)('a program behind the wall', () => {
  it('writes to folders of ours alone, from its working directory too', async () => {
    const outside = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim()
    const inside = await makeWorkdir('test')
    expect(await raiseWall('shared')).toMatchObject({ files: true })
    const script = 'touch here; touch "$1/there"; touch "$2/elsewhere"'
    const ran = await runProgram('/bin/sh', ['-c', script, 'sh', inside.path, outside], { cwd: inside.path })
    expect([existsSync(join(inside.path, 'here')), existsSync(join(inside.path, 'there'))]).toEqual([true, true])
    expect([existsSync(join(outside, 'elsewhere')), ran.code]).toEqual([false, 1])
    expect(ran.stderr).toMatch(/Read-only file system/)
    execFileSync('rmdir', [outside])
  })

  it('cannot take the wall down', async () => {
    await raiseWall('shared')
    const ran = await runProgram('/bin/sh', ['-c', 'mount -o remount,bind,rw / 2>&1; unshare --mount true 2>&1'])
    expect(ran.code).not.toBe(0)
    expect(ran.stdout).toMatch(/superuser|permitted|denied/)
  })

  it('has no network at all where it needs none', async () => {
    expect(await raiseWall('none')).toEqual({ files: true, network: true })
    const { stdout } = await runProgram('/bin/cat', ['/proc/net/route'])
    expect(stdout.trim().split('\n')).toHaveLength(1)
  })

  it('keeps its process id, its signals and its output', async () => {
    await raiseWall('shared')
    const script = 'trap "echo bye; exit 3" USR1; echo $$; while :; do read -r _ || :; done'
    const child = await startChild({ name: 'loop', program: '/bin/sh', args: ['-c', script] })
    expect(await child.log.waitFor((line) => line === String(child.pid), 10_000)).toBe(String(child.pid))
    child.signal('SIGUSR1')
    expect(await child.exited).toEqual({ code: 3, signal: undefined })
    expect(child.log.lines()).toContain('bye')
  })

  it('fails under its own name when it is not there', async () => {
    await raiseWall('shared')
    await expect(runProgram('/nonexistent/program', [])).rejects.toThrow('there is no such program')
    await expect(runProgram('nonexistent-program', [])).rejects.toThrow('there is no such program')
  })
})

describe('mountsOf', () => {
  it('reads what can be written to, with its other options, and paths with spaces', () => {
    const text = `27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
28 27 0:25 / /boot ro,nosuid - vfat /dev/vdb rw
29 27 0:26 / /media/my\\040disk\\134x rw,nosuid,nodev shared:7 - tmpfs tmpfs rw,size=4k
`
    expect(mountsOf(text)).toEqual([
      { point: '/', options: 'ro,relatime' },
      { point: '/media/my disk\\x', options: 'ro,nosuid,nodev' },
    ])
  })
})
