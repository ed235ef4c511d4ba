import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { mqttProxy, shell, startMqttProxy } from '../../cli.js'
import { processesWith } from '../../host/processes.js'
import { openBrowser, openPage } from '../../report/browser.js'

let temp: string

beforeEach(async () => {
  temp = (await makeWorkdir('test')).path
})
afterEach(endAll)

const left = () => readdirSync(temp).filter((name) => name.startsWith('mqtt-proxy-'))

describe('a drill with thousands of sessions', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('leaves nothing behind on %s in the middle', async (signal, code) => {
    const args = ['drill', 'reload', '--clients', '5000', '--broker', 'mosquitto', '--watch', '60s']
    const ran = startMqttProxy(args, { env: { TMPDIR: temp } })
    await ran.printed(/5000 clients are in after/)
    expect(processesWith(temp).length).toBeGreaterThanOrEqual(2)
    expect(left().length).toBeGreaterThan(0)
    ran.signal(signal)
    const { code: exit, stderr } = await ran.ended
    expect(exit).toBe(code)
    expect(stderr).not.toContain('MP-BUG')
    expect(processesWith(temp)).toEqual([])
    expect(left()).toEqual([])
  })

  it('says which number is missing where the machine allows too few', async () => {
    const few = await shell('ulimit -n 600; mqtt-proxy drill reload --clients 500 --watch 1s')
    expect(few.code).toBe(3)
    expect(few.stderr).toContain('500 clients need 1100 open files, and the limit is 600')
    const bench = await shell('ulimit -n 600; mqtt-proxy bench --publishers 600 -t 1s')
    expect(bench.code).toBe(3)
    expect(bench.stderr).toContain('601 clients need 701 open files, and the limit is 600')
  })

  it.each([
    [['drill', 'relod'], 'Expected relod to be one of'],
    [['drill', 'reload', '--rate', 'many'], 'Expected an integer'],
    [['bench', '--rate', '0'], '"0" is not a rate'],
    [['bench', '--rate', '-5'], 'is not a rate'],
    [['bench', '--rate', '300000'], 'up to 200000'],
    [['bench', 'proxy', '--compare', 'direct,haproxi'], 'did you mean haproxy?'],
    [['bench', 'proxy', '--compare', 'direct'], 'nothing to compare with'],
    [['bench', 'proxy', '--compare', 'direct,haproxy', '--rounds', '3'], 'not both orders'],
    [['bench', 'broker.example:1883'], '--yes-i-may-test-this-host'],
    [['bench', 'proxi'], 'did you mean proxy'],
    [['bench', '127.0.0.1:1884', '--src', '10.0.0.0/40'], 'is neither an address nor a network'],
    [['bench', 'proxy', '--shard', '3/2'], 'is not a valid shard'],
    [['bench', 'proxy', '-t', '0s'], 'nothing to measure'],
    [['bench', 'proxy', '--fail-on', 'p98>1s'], 'is not a threshold'],
    [['bench', 'proxy', '--proxy-protocol', 'v2'], 'a pair says itself'],
    [['bench', '127.0.0.1:1884', '--compare', 'direct,haproxy'], 'starts programs of its own'],
  ])('refuses %j', async (args, said) => {
    const { code, stderr } = await mqttProxy(args)
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)])
  })

  it('says that nobody is there, and exits 4', async () => {
    const { code, stderr } = await mqttProxy(['bench', '127.0.0.1:1', '-t', '1s'])
    expect([code, stderr]).toEqual([4, expect.stringContaining('does not accept a client')])
  })
})

describe('the report of a drill', () => {
  it('has the curve, which Chromium draws, and a case for each threshold', async () => {
    const file = join(temp, 'drill.html')
    const json = join(temp, 'drill.json')
    const reports = ['--reporter', `html=${file}`, '--reporter', `json=${json}`]
    const args = ['drill', 'reload', '--clients', '50', '--compare', '--watch', '4s', '--haproxy', '2.6']
    const { code, stdout } = await mqttProxy([...args, ...reports])
    expect(code, stdout).toBe(0)
    const result = JSON.parse(await readFile(json, 'utf8'))
    expect(result).toMatchObject({ command: 'drill', ok: true, stats: { failed: 0 } })
    expect(result.stats.passed + result.stats.skipped).toBe(6)
    expect(result.groups.map((group: { id: string }) => group.id)).toEqual([
      'drill/proxy',
      'drill/proxy with hard-stop-after 2s',
    ])
    const browser = await openBrowser()
    try {
      const { page, errors, requests } = await openPage(browser, pathToFileURL(file).href)
      expect(await page.locator('.plot polyline').count()).toBe(4)
      const labels = await page.locator('.plot svg[role=img]').evaluateAll((all) => all.map((one) => one.ariaLabel))
      expect(labels[0]).toBe('cut: at most 0; back: at most 0')
      expect(labels[1]).toMatch(/^cut: at most ([3-9]\d|50); back: at most \d+$/)
      expect([errors, requests]).toEqual([[], []])
    } finally {
      await browser.close()
    }
  })
})

describe('a drill on other programs', () => {
  it('restarts RabbitMQ, and everybody is back', async () => {
    const args = ['drill', 'restart', '--broker', 'rabbitmq', '--clients', '20', '--watch', '90s', '--json']
    const { code, stdout } = await mqttProxy(args)
    const document = JSON.parse(stdout)
    expect([code, document.env.broker]).toEqual([0, expect.stringMatching(/^rabbitmq/)])
    expect(document.runs[0].metrics).toMatchObject({ cut: 20, 'not-back': 0, wrong: 0 })
  })
})
