import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mqttProxy, startMqttProxy } from '../../cli.js'

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mqtt-proxy-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function cli(...args: string[]) {
  return mqttProxy(['check', ...args], { cwd: folder, env: { TMPDIR: folder } })
}

test('an unknown scenario: exit 2 and the nearest name', async () => {
  const { code, stderr } = await cli('proxy-mtl')
  expect(code).toBe(2)
  expect(stderr).toContain('did you mean proxy-mtls (6)?')
})

test.each([
  [['--broker', 'mosquito'], 'did you mean mosquitto?'],
  [['--haproxy-config', 'a.cfg'], '--haproxy-config needs --broker-config'],
  [['--dir', 'nowhere'], 'there is no folder nowhere'],
  [['--shard', '3/2'], 'is not a valid shard'],
  [['--last-failed'], 'nothing failed in the last run here'],
  [['-W', 'soon'], 'is not a valid time'],
])('%j: exit 2 with what is wrong', async (args, said) => {
  const { code, stderr } = await cli(...args)
  expect(stderr).toContain(said)
  expect(code).toBe(2)
})

test.each([
  ['flashmq', 'mosquitto', 'mosquitto.conf; its files are for FlashMQ'],
  ['rabbitmq', 'mosquitto', 'mosquitto.conf; its files are for RabbitMQ'],
  ['mosquitto', 'rabbitmq', 'rabbitmq.conf; its files are for Mosquitto'],
])('a folder for %s and --broker %s: exit 2 with the one that runs it', async (written, asked, said) => {
  const dir = `for-${written}-${asked}`
  expect((await mqttProxy(['gen', 'all', 'proxy', '-o', dir, '--broker', written], { cwd: folder })).code).toBe(0)
  const { code, stderr } = await cli('--dir', dir, '--broker', asked)
  expect(stderr).toContain(said)
  expect(stderr).toContain(`mqtt-proxy check --dir ${dir} --broker ${written}`)
  expect(code).toBe(2)
})

test('a version that is not there: exit 3', async () => {
  const { code, stderr } = await cli('tcp', '--haproxy', './no-haproxy')
  expect(code).toBe(3)
  expect(stderr).toContain('no-haproxy')
})

test('--json is one document with counts; the last line for people has them too', async () => {
  const json = await cli('tcp', '--json')
  const result = JSON.parse(json.stdout)
  expect(result).toMatchObject({ schema: 1, ok: true, stats: { passed: 7, failed: 0, skipped: 0 } })
  expect((await cli('tcp')).stdout.trimEnd().split('\n').at(-1)).toMatch(/^7 passed, 0 failed, 0 skipped/)
})

test('--list and --print-config run nothing', async () => {
  expect((await cli('--list')).stdout).toMatch(/^proxy-mtls\/no-certificate +a client without/m)
  const { stdout } = await cli('7', '--print-config')
  expect(stdout).toContain('### proxy-mtls-cn: haproxy.cfg')
  expect(stdout).toMatch(/server broker1 127\.0\.0\.1:4000\d/)
})

test('Ctrl-C in the middle: exit 130, no process and no folder left', async () => {
  const args = ['check', '--broker', 'mosquitto', '-j', '1']
  const ran = startMqttProxy(args, { cwd: folder, env: { TMPDIR: folder } })
  // Its programs run: it is under way.
  await expect.poll(() => childrenOf(ran.pid).length, { interval: 5 }).toBeGreaterThan(0)
  const children = childrenOf(ran.pid)
  ran.signal('SIGINT')
  expect((await ran.ended).code).toBe(130)
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
