import { spawnSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { bin } from '../../cli.js'
import { run } from '../../program.js'
import { tracedIn, traceInto } from './traced.js'
import { setTrap, type Trap } from './trap.js'

const canTrace = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0
const canWall = spawnSync('unshare', ['--user', '--map-current-user', '--keep-caps', '--mount', 'true']).status === 0

let trap: Trap
let temp: string

beforeEach(async () => {
  trap = await setTrap()
  temp = (await makeWorkdir('test')).path
  await mkdir(join(temp, 'trace'))
})
afterEach(async () => {
  await trap.close()
  await endAll()
})

function checked(before: readonly string[], ...flags: string[]) {
  const [program = '', ...args] = [...before, process.execPath, bin, 'check', ...flags]
  const files = ['--haproxy-config', join(trap.dir, 'haproxy.cfg'), '--broker-config', join(trap.dir, 'mosquitto.conf')]
  return run(program, [...args, ...files, '--broker', 'mosquitto', '--timeout', '30s', '--json'], {
    cwd: temp,
    env: { TMPDIR: temp },
  })
}

/** Lua of the files writes into the trap as soon as HAProxy loads it; nothing else of them needs to run. */
async function onlyLua() {
  const cfg = join(trap.dir, 'haproxy.cfg')
  const text = await readFile(cfg, 'utf8')
  await writeFile(cfg, text.replace(/^program helper\n.*\n/m, '').replace(/^ +(option )?external-check.*\n/gm, ''))
  await writeFile(
    join(trap.dir, 'mosquitto.conf'),
    'listener 1884 127.0.0.1\nenable_proxy_protocol 2\nallow_anonymous true\n',
  )
}

describe('check on a pair that names everything', () => {
  it.runIf(canTrace).each([
    ['with the wall', []],
    ['without it', ['--no-isolation']],
  ])('writes nothing outside its sandbox and sends nothing past loopback, %s', async (_, flags) => {
    const ran = await checked(traceInto(join(temp, 'trace')), ...flags)
    expect([ran.code, JSON.parse(ran.stdout).stats.failed]).toEqual([0, 0])
    const { written, reached } = tracedIn(join(temp, 'trace'))
    // The maps of a user namespace are files of the process itself.
    const outside = written.filter((path) => !path.startsWith(temp) && !/^\/(?:proc\/\d+|dev)\//.test(path))
    expect(outside).toEqual([])
    expect(written.some((path) => path.startsWith(temp))).toBe(true)
    expect(reached).toEqual([])
  })

  it.runIf(canTrace)('is judged by a trace that sees what code of the files writes', async () => {
    await onlyLua()
    await checked(traceInto(join(temp, 'trace')), '--no-isolation', '--allow-exec')
    expect(tracedIn(join(temp, 'trace')).written).toContain(join(trap.dir, 'data/lua'))
  })
})

describe('the wall', () => {
  it.runIf(canWall)('keeps even the code that may run from writing elsewhere', async () => {
    await onlyLua()
    const before = await trap.contents()
    await checked([], '--allow-exec')
    expect(await trap.contents()).toEqual(before)
    const open = JSON.parse((await checked([], '--allow-exec', '--no-isolation')).stdout)
    expect(open.env.isolation).toBe('none: --no-isolation')
    expect((await trap.contents())['/data/lua']).toBe('ran')
  })

  it('is said to be missing where the system has none', async () => {
    const noNamespaces = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"'
    const inside = ['unshare', '--user', '--map-root-user', 'sh', '-c', noNamespaces, 'sh']
    const able = spawnSync(inside[0] ?? '', [...inside.slice(1), 'unshare', '--user', 'true']).stderr.toString()
    if (!/No space left|denied|Cannot allocate/.test(able)) return
    const { env, ok } = JSON.parse((await checked(inside)).stdout)
    expect([ok, env.isolation]).toEqual([true, expect.stringMatching(/^(none|network only): /)])
  })
})
