import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = new URL('../../..', import.meta.url).pathname
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mqtt-proxy-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function cli(...args: string[]) {
  return spawnSync(process.execPath, [join(root, 'bin/run.js'), 'check', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: folder },
  })
}

test('an unknown scenario: exit 2 and the nearest name', () => {
  const { status, stderr } = cli('proxy-mtl')
  expect(status).toBe(2)
  expect(stderr).toContain('did you mean proxy-mtls (6)?')
})

test.each([
  [['--broker', 'mosquito'], 'did you mean mosquitto?'],
  [['--haproxy-config', 'a.cfg'], '--haproxy-config needs --broker-config'],
  [['--dir', 'nowhere'], 'there is no folder nowhere'],
  [['--shard', '3/2'], 'is no shard'],
  [['--last-failed'], 'nothing failed in the last run here'],
  [['-W', 'soon'], 'is no time'],
])('%j: exit 2 with what is wrong', (args, said) => {
  const { status, stderr } = cli(...args)
  expect(stderr).toContain(said)
  expect(status).toBe(2)
})

test('a version that is not there: exit 3', () => {
  const { status, stderr } = cli('tcp', '--haproxy', './no-haproxy')
  expect(status).toBe(3)
  expect(stderr).toContain('no-haproxy')
})

test('--json is one document with counts; the last line for people has them too', () => {
  const json = cli('tcp', '--json')
  const result = JSON.parse(json.stdout)
  expect(result).toMatchObject({ schema: 1, ok: true, stats: { passed: 7, failed: 0, skipped: 0 } })
  expect(cli('tcp').stdout.trimEnd().split('\n').at(-1)).toMatch(/^7 passed, 0 failed, 0 skipped/)
})

test('--list and --print-config run nothing', () => {
  expect(cli('--list').stdout).toMatch(/^proxy-mtls\/no-certificate +a client without/m)
  const { stdout } = cli('7', '--print-config')
  expect(stdout).toContain('### proxy-mtls-cn: haproxy.cfg')
  expect(stdout).toMatch(/server broker1 127\.0\.0\.1:4000\d/)
})

test('Ctrl-C in the middle: exit 130, no process and no folder left', async () => {
  const child = spawn(process.execPath, [join(root, 'bin/run.js'), 'check', '--broker', 'mosquitto', '-j', '1'], {
    cwd: folder,
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  // The first scenario is done, so the second is under way.
  await new Promise<void>((resolve) => child.stderr.once('data', () => resolve()))
  const children = childrenOf(child.pid ?? 0)
  child.kill('SIGINT')
  expect(await ended).toBe(130)
  expect(children.filter(isRunning)).toEqual([])
  expect(readdirSync(folder).filter((name) => name.startsWith('mqtt-proxy-'))).toEqual([])
})

function childrenOf(pid: number): number[] {
  const all = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).stdout
  return all.split('\n').map(Number).filter(Boolean)
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
