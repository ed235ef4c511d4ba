import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeWorkdir } from '../../src/host/files/workdir.js'
import { endAll } from '../../src/host/process/lifetime.js'

/** What a machine may lack: it works all the same, or the fault names the machine and exits with 3. */
const program = join(import.meta.dirname, '../../bin/run.js')
const config = join(import.meta.dirname, '../../haproxy-configs/tcp/haproxy.cfg')
const run = `${process.execPath} ${program}`

let folder: string
beforeAll(async () => {
  folder = (await makeWorkdir('test')).path
})
afterAll(endAll)

const can = (...words: string[]) => spawnSync('unshare', [...words, 'true']).status === 0
const ownNetwork = can('-n')
const ownMounts = can('-m')

function sh(script: string, wrap: readonly string[] = []): { status: number | null; stdout: string; stderr: string } {
  const [command = 'sh', ...args] = [...wrap, 'sh', '-c', script]
  return spawnSync(command, args, { cwd: folder, encoding: 'utf8', input: '' })
}

const machine = (said: { status: number | null; stdout: string }) => {
  const { ok, error } = JSON.parse(said.stdout)
  return [said.status, ok, error?.code]
}

describe('a machine without', () => {
  it.runIf(ownNetwork)('a loopback network is told as such', () => {
    for (const command of ['check tcp', 'bench tcp', 'drill reload', 'conformance embedded']) {
      expect(machine(sh(`${run} ${command} --json`, ['unshare', '-n']))).toEqual([3, false, 'MP-MACHINE'])
    }
  })

  it.runIf(ownNetwork)('IPv6 runs all that asks for none, and says so where it is asked for', () => {
    const no6 = 'ip link set lo up; echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6'
    const four = sh(`${no6}; ${run} check tcp --broker embedded --json`, ['unshare', '-n'])
    expect([four.status, JSON.parse(four.stdout).ok]).toEqual([0, true])
    const six = sh(`${no6}; ${run} check tcp --broker embedded --ip 6 --json`, ['unshare', '-n'])
    expect(six.status).toBe(3)
  })

  it.each([22, 40, 64])('open files enough to read the program itself says so, whatever is run: %i', (most) => {
    for (const command of ['gen haproxy tls', 'bench tcp', 'broker -p x']) {
      const said = sh(`ulimit -n ${most}; ${run} ${command} --json`)
      const lack = expect.stringMatching(/^MP-(?:MACHINE|BENCH-ROOM)$/)
      if (said.status === 3) expect(machine(said)).toEqual([3, false, lack])
      else expect([command, said.status]).toEqual([command, command === 'broker -p x' ? 2 : 0])
      const { status, stderr } = sh(`ulimit -n ${most}; ${run} ${command}`)
      if (status === 3) expect(stderr).toMatch(/^Error MP-(?:MACHINE|BENCH-ROOM): .*\n {2}.*ulimit -n/)
    }
  })

  it('open files to spare is told as such', () => {
    expect(machine(sh(`ulimit -n 64; ${run} check tcp --json`))).toEqual([3, false, 'MP-MACHINE'])
  })

  it.runIf(ownMounts)('space is told as such', () => {
    const full = join(folder, 'full')
    mkdirSync(full)
    const fill = `mount -t tmpfs -o size=200k tmpfs ${full}; head -c 9000000 /dev/zero > ${full}/fill 2>/dev/null; rm -f ${full}/none`
    expect(machine(sh(`${fill}; TMPDIR=${full} ${run} check tcp --json`, ['unshare', '-m']))).toEqual([
      3,
      false,
      'MP-MACHINE',
    ])
  })

  it('a working directory is told as such', () => {
    const said = sh(`mkdir gone && cd gone && rmdir ../gone && ${run} check tcp --json 2>/dev/null`)
    expect(machine(said)).toEqual([3, false, 'MP-MACHINE'])
  })

  it.runIf(ownMounts)('a home that can be written is good enough for what needs none', () => {
    const home = join(folder, 'home')
    mkdirSync(home)
    const { status } = sh(
      `mount -t tmpfs -o ro tmpfs ${home}; HOME=${home} XDG_CACHE_HOME=${home}/c ${run} lint ${config}`,
      ['unshare', '-m'],
    )
    expect(status).toBe(0)
  })

  it('UTF-8, IPv6 or standard input is good enough', () => {
    const ascii = sh(`LC_ALL=C ${run} lint ${config}`)
    expect([ascii.status, /[^\0-\x7f]/.test(ascii.stdout + ascii.stderr)]).toEqual([0, false])
    expect(sh(`${run} lint ${config} <&-`).status).toBe(0)
    expect(sh(`${run} scenarios --json >&- 2>&-`).status).not.toBe(70)
  })

  it('much memory is good enough', () => {
    expect(sh(`${process.execPath} --max-old-space-size=64 ${program} lint ${config}`).status).toBe(0)
  })

  const nobody = { uid: 65534, gid: 65534 }
  const readable = process.getuid?.() === 0 && spawnSync('test', ['-r', program], nobody).status === 0
  it.runIf(readable)('privileges is good enough', () => {
    const own = join(folder, 'own')
    mkdirSync(own)
    chmodSync(own, 0o777)
    chmodSync(folder, 0o755)
    const said = spawnSync(process.execPath, [program, 'lint', config], {
      cwd: own,
      ...nobody,
      encoding: 'utf8',
      env: { ...process.env, HOME: own },
    })
    expect([said.status, said.stderr]).toEqual([0, ''])
  })

  it('a terminal any more is left at once, with 129', async () => {
    const child = spawn(process.execPath, [program, 'broker', '-p', '0', '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    await once(child.stdout, 'data')
    const closed = once(child, 'close')
    child.kill('SIGHUP')
    void text(child.stderr)
    const [code] = await closed
    expect(code).toBe(129)
  })
})
