import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveBroker } from '../../../src/host/server/server.js'
import type { RunResult } from '../../../src/kernel/result.js'
import { openListener } from '../../../src/mqtt-server/options.js'
import { mqttProxy, startMqttProxy } from '../../cli.js'
import { processesWith } from '../../host/processes.js'
import { openBrowser, openPage } from '../../report/browser.js'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-bench-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function bench(...args: readonly string[]): Promise<RunResult> {
  const { code, stdout, stderr } = await mqttProxy(['bench', ...args, '--json'])
  expect([code, stderr.replace(/^round .*\n/gm, '')]).toEqual([0, ''])
  return JSON.parse(stdout)
}

const names = (result: RunResult) => result.groups.map(({ id }) => id)
const load = (result: RunResult, index = 0) => result.groups[index]?.load

describe('a load on real programs', () => {
  it.each([
    ['TLS', ['proxy-tls']],
    ['TLS with a client certificate whose name is the username', ['proxy-mtls-cn', '--broker', 'mosquitto']],
    ['MQTT in WebSocket', ['proxy', '--transport', 'ws']],
    ['TLS passed through to a broker that ends it', ['tcp', '--transport', 'tls', '--broker', 'mosquitto']],
    ['IPv6', ['proxy', '--ip', '6']],
    ['two HAProxies', ['chain']],
  ] as const)('comes in by %s, messages and connections', async (_, args) => {
    const messages = await bench(...args, '--rate', '50', '-t', '1s', '-q', '1')
    expect(load(messages)).toMatchObject({ started: 50, done: 50, failed: 0, clients: 2 })
    const connections = await bench(...args, '--rate', '20', '-t', '1s', '--measure', 'connections')
    expect(load(connections)).toMatchObject({ started: 20, done: 20, failed: 0 })
    // Each program has done something, and is measured.
    expect(load(connections)?.cpu.length).toBeGreaterThanOrEqual(2)
    for (const { ms } of load(connections)?.cpu ?? []) expect(ms).toBeGreaterThan(0)
  })

  it('is pointed at the broker itself with the header that HAProxy would write, in turn with HAProxy', async () => {
    const args = ['proxy-mtls-cn', '--broker', 'mosquitto', '--compare', 'direct,haproxy-mtls,haproxy-tls']
    const result = await bench(...args, '--rate', '40', '-t', '2s', '--rounds', '4')
    expect(names(result)).toEqual(['bench/direct', 'bench/haproxy-mtls', 'bench/haproxy-tls'])
    for (const group of result.groups) {
      expect(group.load).toMatchObject({ started: 80, done: 80, durationMs: 2000 })
      expect(group.load?.rounds?.map(({ order, done }) => [order, done])).toEqual([
        ['forward', 20],
        ['backward', 20],
        ['forward', 20],
        ['backward', 20],
      ])
    }
    // The broker alone; HAProxy beside it.
    expect(result.groups.map((group) => group.load?.cpu.map(({ program }) => program))).toEqual([
      ['mosquitto'],
      ['haproxy', 'mosquitto'],
      ['haproxy', 'mosquitto'],
    ])
  })

  it.each([
    ['mqttv5', 5, /, MQTT 5, for 1 s$/],
    ['311', 4, /, for 1 s$/],
  ] as const)('speaks the protocol version that -V names: %s', async (version, level, title) => {
    const seen = new Set<number | undefined>()
    const server = await serveBroker({
      listeners: [openListener({ host: '127.0.0.1', port: 0 })],
      onEvent: ({ mqtt }) => seen.add(mqtt?.version),
    })
    try {
      const [at] = server.listeners
      const target = at !== undefined && 'port' in at ? `127.0.0.1:${at.port}` : ''
      for (const measure of ['messages', 'connections']) {
        const result = await bench(target, '-V', version, '-q', '1', '-t', '1s', '--rate', '50', '--measure', measure)
        expect(load(result)).toMatchObject({ started: 50, done: 50, failed: 0 })
        expect(result.groups[0]?.title).toMatch(title)
        expect(result.groups[0]?.title.includes('MQTT')).toBe(level === 5)
      }
      expect([...seen]).toEqual([level])
    } finally {
      await server.stop()
    }
  })

  it("runs on the user's own files and folder", async () => {
    const lab = join(folder, 'lab')
    await mqttProxy(['gen', 'all', 'proxy-tls', '-o', lab])
    const pair = ['--haproxy-config', join(lab, 'haproxy.cfg'), '--broker-config', join(lab, 'mosquitto.conf')]
    const compared = await bench(...pair, '--compare', 'direct,haproxy-tls', '--rate', '50', '-t', '1s')
    expect(names(compared)).toEqual(['bench/direct', 'bench/haproxy-tls'])
    expect(load(await bench('--dir', lab, '--rate', '20', '-t', '1s'))).toMatchObject({ started: 20, done: 20 })
    const none = await mqttProxy(['bench', ...pair, '--compare', 'direct,haproxy-ws', '-t', '1s'])
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('no frontend of these files is haproxy-ws')])
  })

  it('fails by a threshold, says by how much, and draws itself in Chromium', async () => {
    const html = join(folder, 'load.html')
    const args = ['bench', 'proxy', '--rate', '100', '-t', '2s', '--fail-on', 'max>0ms,rate<50%,errors>0']
    const { code, stdout } = await mqttProxy([...args, '--reporter', 'tty', '--reporter', `html=${html}`])
    expect(code).toBe(1)
    expect(stdout).toMatch(/did not hold:\n {2}proxy: max>0ms: \d/)
    const browser = await openBrowser()
    try {
      const { page, errors, requests } = await openPage(browser, pathToFileURL(html).href)
      const labels = await page.locator('.plot svg[role=img]').evaluateAll((all) => all.map((one) => one.ariaLabel))
      expect(labels).toEqual([
        expect.stringContaining('message, from when it was due: half within'),
        expect.stringMatching(/^begun: at most \d+; arrived: at most \d+$/),
        expect.stringMatching(/^mean: at most .*; longest: at most /),
      ])
      expect([errors, requests]).toEqual([[], []])
    } finally {
      await browser.close()
    }
    expect(await readFile(html, 'utf8')).toContain('messages over time')
  })

  it('says that the generator was the limit when more is due than it can send', async () => {
    const result = await mqttProxy([
      'bench',
      'proxy',
      '--rate',
      '200000',
      '--subscribers',
      '20',
      '-t',
      '1s',
      '--fail-on',
      '',
    ])
    expect(result.code).toBe(0)
    expect(result.stdout).toMatch(/generator +was the limit: /)
    const max = await bench('proxy', '--rate', 'max', '-t', '1s')
    expect(load(max)).toMatchObject({ wantedRate: null, failed: 0 })
    expect(load(max)?.done).toBe(load(max)?.expected)
  })

  it('leaves nothing behind on Ctrl-C', async () => {
    const temp = await mkdtemp(join(folder, 'temp-'))
    const args = ['bench', 'proxy', '--compare', 'direct,haproxy', '--broker', 'mosquitto', '-t', '60s']
    const ran = startMqttProxy(args, { env: { TMPDIR: temp } })
    await ran.printed(/round 1 of 2/)
    ran.signal('SIGINT')
    const { code, stderr } = await ran.ended
    expect(code).toBe(130)
    expect(stderr).not.toContain('MP-BUG')
    expect(processesWith(temp)).toEqual([])
  })
})
