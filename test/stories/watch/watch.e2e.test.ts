import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { driverFor } from '../../../src/host/brokers/index.js'
import { SightLog } from '../../../src/host/brokers/sight-log.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { startHaproxy } from '../../../src/host/haproxy/haproxy.js'
import { freePorts } from '../../../src/host/net/ports.js'
import { startChild } from '../../../src/host/process/children.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { findProgram } from '../../../src/host/process/programs.js'
import { waitForListeners } from '../../../src/host/process/readiness.js'
import { runProgram } from '../../../src/host/process/run-program.js'
import type { RunningBroker } from '../../../src/host/types.js'
import { parseTarget } from '../../../src/kernel/target.js'
import { alertRules } from '../../../src/live/monitoring/alerts.js'
import type { Change, WatchReading } from '../../../src/live/watch/reading.js'
import { genMonitoring } from '../../../src/stories/gen/monitoring.js'
import { pairsOfConfig } from '../../../src/stories/watch/targets.js'
import { type WatchRequest, watch } from '../../../src/stories/watch/watch.js'
import { listen } from '../../host/listening.js'

const cli = join(import.meta.dirname, '../../../bin/run.js')
let folder = ''
let front = 0
let port = 0
let broker: RunningBroker
let startBroker: () => Promise<RunningBroker>

beforeAll(async () => {
  folder = (await makeWorkdir('test')).path
  ;[front = 0, port = 0] = await freePorts(2)
  const listening = (one: number) => [{ host: '127.0.0.1', port: one }]
  const configFile = join(folder, 'mosquitto.conf')
  const log = join(folder, 'mosquitto.log')
  writeFileSync(
    configFile,
    `listener ${port} 127.0.0.1\nenable_proxy_protocol 2\nallow_anonymous true\nlog_dest file ${log}\n`,
  )
  startBroker = async () => (await driverFor('mosquitto')).start({ folder, configFile, listeners: listening(port) })
  broker = await startBroker()
  const config = join(folder, 'haproxy.cfg')
  writeFileSync(
    config,
    `defaults
  mode tcp
  retries 0
  timeout connect 5s
  timeout client 100s
  timeout server 100s
frontend mqtt
  bind 127.0.0.1:${front}
  default_backend brokers
backend brokers
  server m1 127.0.0.1:${port} send-proxy-v2
`,
  )
  const { program } = await findProgram('haproxy')
  await startHaproxy({ program, files: [config], folder, listeners: listening(front) })
})
afterAll(endAll)

const request = (more: Partial<WatchRequest>): WatchRequest => ({
  pairs: [{ target: parseTarget(`127.0.0.1:${front}`), behind: parseTarget(`127.0.0.1:${port}`) }],
  intervalMs: 1,
  rounds: 1,
  metrics: undefined,
  exec: undefined,
  tls: {},
  timeoutMs: 2000,
  username: undefined,
  password: undefined,
  brokerLog: join(folder, 'mosquitto.log'),
  onListening: () => {},
  onRound: () => {},
  onChange: () => {},
  say: () => {},
  ...more,
})

describe('watch', () => {
  it('finds the way in and the broker in haproxy.cfg', () => {
    const pairs = pairsOfConfig(join(folder, 'haproxy.cfg'))
    expect(pairs).toMatchObject([{ target: { scheme: 'mqtt', port: front }, behind: { port } }])
  })

  it('tells what is, what changes, and runs the command for each change', async () => {
    const rounds: (readonly WatchReading[])[] = []
    const changes: Change[] = []
    const said: string[] = []
    const file = join(folder, 'changes.txt')
    const exec = `echo "$MQTT_PROXY_TARGET $MQTT_PROXY_WHAT $MQTT_PROXY_WORSE" >> ${file}`
    const first = watch(
      request({
        rounds: 2,
        // The broker is gone before the second round begins.
        intervalMs: 3000,
        exec,
        onRound: (readings) => {
          rounds.push(readings)
          if (rounds.length === 1) void broker.stop()
        },
        onChange: (change) => changes.push(change),
        say: (text) => said.push(text),
      }),
    )
    await first
    expect(said).toEqual([])
    expect(rounds[0]).toMatchObject([
      {
        verdict: 'haproxy-frontend',
        up: true,
        connectMs: expect.any(Number),
        addressRight: true,
        spoofable: false,
        behind: { verdict: 'proxy-required', fits: true, spoofable: true, connectMs: expect.any(Number) },
      },
    ])
    expect(rounds[1]).toMatchObject([{ up: false, behind: { verdict: 'closed' } }])
    expect(changes.map(({ what, worse }) => [what, worse])).toEqual(
      expect.arrayContaining([
        ['answer', true],
        ['broker', true],
      ]),
    )
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    expect(lines).toHaveLength(changes.length)
    expect(lines).toContain(`127.0.0.1:${front} answer 1`)
    broker = await startBroker()
  }, 60_000)

  it('never overlaps rounds that take longer than the interval, and bounds them', async () => {
    let open = 0
    let most = 0
    let connections = 0
    // It takes everything and says nothing: every attempt waits for its whole time.
    const silent = await listen((socket) => {
      connections++
      most = Math.max(most, ++open)
      socket.resume().once('close', () => open--)
    })
    const rounds: number[] = []
    const begin = performance.now()
    const pairs = [{ target: parseTarget(`127.0.0.1:${silent}`), behind: undefined }]
    await watch(
      request({
        pairs,
        rounds: 2,
        intervalMs: 1,
        timeoutMs: 200,
        brokerLog: undefined,
        onRound: () => rounds.push(connections),
      }),
    )
    const [first = 0, second = 0] = rounds
    // The end of one connection may be seen behind the beginning of the next.
    expect(most).toBeLessThanOrEqual(2)
    expect(first).toBeGreaterThan(1)
    // The second round began when the first was over, and did the same once more.
    expect(second).toBe(2 * first)
    expect(performance.now() - begin).toBeLessThan(second * 400 + 5000)
  }, 60_000)

  it('reads only what the broker writes after it began, however long its log is', async () => {
    const file = join(folder, 'long.log')
    const line = (id: string) => `1795747584: New client connected from 192.0.2.1:7 as ${id} (p4, c1, k60).\n`
    writeFileSync(file, line('old').repeat(200_000))
    const log = new SightLog(file)
    await log.begin()
    appendFileSync(file, line('new'))
    expect(await log.saw('new', 500)).toMatchObject({ address: '192.0.2.1', port: 7 })
    expect(await log.saw('old', 0)).toBeUndefined()
    await expect(new SightLog(folder).begin()).rejects.toMatchObject({ code: 'MP-BROKER-LOG', exit: 2 })
  })

  it('is scraped by a real Prometheus, which also takes the rules', async () => {
    const { program } = await findProgram('prometheus')
    const child = spawn(process.execPath, [
      cli,
      'watch',
      `127.0.0.1:${front}`,
      '--behind',
      `127.0.0.1:${port}`,
      '--metrics',
      '0',
      '--interval',
      '1s',
    ])
    const ended = once(child, 'close')
    try {
      let said = ''
      const at = await new Promise<string>((resolve, reject) => {
        child.stderr.on('data', (text: Buffer) => {
          said += String(text)
          const found = /http:\/\/(127\.0\.0\.1:\d+)\/metrics/.exec(said)?.[1]
          if (found !== undefined) resolve(found)
        })
        child.once('close', () => reject(new Error(said)))
      })
      const rules = join(folder, 'monitoring')
      const made = await genMonitoring({
        folder: rules,
        metrics: at,
        intervalSeconds: 1,
        certificateDays: 21,
        force: false,
        dryRun: false,
      })
      expect(made).toMatchObject({ ok: true, verdicts: [{ status: 'accepted', by: 'promtool' }] })
      const config = join(rules, 'prometheus.yml')
      writeFileSync(config, readFileSync(config, 'utf8').replaceAll('30s', '1s'))
      const [web = 0] = await freePorts(1)
      const prometheus = await startChild({
        name: 'prometheus',
        program,
        args: [
          `--config.file=${config}`,
          `--storage.tsdb.path=${join(folder, 'tsdb')}`,
          `--web.listen-address=127.0.0.1:${web}`,
        ],
        cwd: folder,
      })
      await waitForListeners([{ host: '127.0.0.1', port: web }], { alive: prometheus.alive })
      const ask = async (query: string) => {
        const answer = await fetch(`http://127.0.0.1:${web}/api/v1/query?query=${encodeURIComponent(query)}`)
        return JSON.stringify(await answer.json())
      }
      await expect.poll(() => ask('mqtt_proxy_fits'), { timeout: 40_000 }).toContain(`"target":"127.0.0.1:${front}"`)
      expect(await ask('mqtt_proxy_up')).toMatch(/"value":\[[\d.]+,"1"\]/)
      expect(await ask('mqtt_proxy_connect_seconds')).toMatch(/"side":"broker".*"side":"frontend"/)
      const loaded = await (await fetch(`http://127.0.0.1:${web}/api/v1/rules`)).text()
      expect(loaded).toContain('MqttProxyMismatch')
      const text = await (await fetch(`http://${at}/metrics`)).text()
      const lint = spawn(join(dirname(program), 'promtool'), ['check', 'metrics'])
      const linted = once(lint, 'close')
      let complaints = ''
      lint.stderr.on('data', (part: Buffer) => {
        complaints += String(part)
      })
      lint.stdin.end(text)
      expect([(await linted)[0], complaints]).toEqual([0, ''])
      expect((await fetch(`http://${at}/`)).status).toBe(404)
      expect((await fetch(`http://${at}/metrics`, { method: 'POST' })).status).toBe(405)
    } finally {
      child.kill('SIGINT')
    }
    expect((await ended)[0]).toBe(0)
  }, 90_000)

  it('draws its table over the last one on a terminal, however wide that is', async () => {
    const command = `'${process.execPath}' '${cli}' watch 127.0.0.1:${front} -C 3 --interval 1s`
    const env = { ...process.env, TERM: 'xterm', COLUMNS: undefined }
    const { stdout } = await runProgram('script', ['-qec', command, '/dev/null'], { env, timeoutMs: 60_000 })
    // Up as many rows as there are, and away with them.
    const [first = '', ...rest] = stdout.split('\u001b[J')
    expect(rest).toHaveLength(2)
    for (const frame of [first, ...rest].slice(0, 2)) {
      const [, rows] = /\[(\d+)A$/.exec(frame) ?? []
      expect(frame.split('\n').length - 1).toBe(Number(rows))
      expect(frame).toMatch(/TARGET[\s\S]*haproxy-frontend/)
    }
  }, 60_000)

  it('refuses what means nothing', async () => {
    const run = async (...args: string[]) => {
      const { code, stdout } = await runProgram(process.execPath, [cli, 'watch', '--json', ...args])
      return [code, JSON.parse(stdout).error.code]
    }
    expect(await run()).toEqual([2, 'MP-USAGE'])
    expect(await run('127.0.0.1:1', '--interval', '10ms')).toEqual([2, 'MP-USAGE'])
    expect(await run('127.0.0.1:1', '127.0.0.1:2', '--behind', '127.0.0.1:3')).toEqual([2, 'MP-USAGE'])
    expect(await run('127.0.0.1:1', '-C', '1', '--metrics', `127.0.0.1:${port}`)).toEqual([3, 'MP-PORT-TAKEN'])
  }, 60_000)
})

/** A metric that is well, then not, and what its alert says. */
const alarms = [
  ['MqttProxyDown', 'mqtt_proxy_up', '1x4 0x40', undefined],
  ['MqttProxyMismatch', 'mqtt_proxy_fits', '1x4 0x40', undefined],
  ['MqttProxyWrongAddress', 'mqtt_proxy_address_right', '1x4 0x40', undefined],
  ['MqttProxySpoofable', 'mqtt_proxy_spoofable', '0x4 1x40', 'broker'],
  ['MqttProxyCertificateEnds', 'mqtt_proxy_certificate_days', '30x4 13x40', undefined],
  // Probed at the beginning, and never again.
  ['MqttProxyNotProbed', 'mqtt_proxy_last_probe_timestamp_seconds', '0x44', undefined],
] as const

describe('gen monitoring', () => {
  it('writes rules that fire when something is wrong, by promtool', async () => {
    const at = join(folder, 'rules')
    const options = { intervalSeconds: 60, certificateDays: 14 }
    await genMonitoring({ folder: at, metrics: '127.0.0.1:9464', ...options, force: false, dryRun: false })
    const [{ rules } = { rules: [] }] = alertRules(options).groups
    const expected = (name: string, side: string | undefined) => {
      const rule = rules.find(({ alert }) => alert === name)
      const told = (text = '') =>
        text
          .replaceAll('{{ $labels.target }}', 'a:1')
          .replace('{{ $labels.side }}', side ?? '')
          .replace('{{ $value }}', '13')
      return {
        exp_labels: { severity: rule?.labels.severity, target: 'a:1', ...(side && { side }) },
        exp_annotations: {
          summary: told(rule?.annotations.summary),
          description: told(rule?.annotations.description),
        },
      }
    }
    const tests = {
      rule_files: ['alerts.yml'],
      evaluation_interval: '30s',
      tests: alarms.map(([alertname, metric, values, side]) => ({
        interval: '30s',
        input_series: [{ series: `${metric}{target="a:1"${side ? `,side="${side}"` : ''}}`, values }],
        alert_rule_test: [
          // A single bad round wakes nobody.
          { eval_time: '2m', alertname, exp_alerts: [] },
          { eval_time: '20m', alertname, exp_alerts: [expected(alertname, side)] },
        ],
      })),
    }
    // YAML takes JSON.
    writeFileSync(join(at, 'tests.yml'), JSON.stringify(tests))
    const { program } = await findProgram('prometheus')
    const promtool = join(dirname(program), 'promtool')
    const { code, stdout, stderr } = await runProgram(promtool, ['test', 'rules', 'tests.yml'], {
      cwd: at,
      timeoutMs: 60_000,
    })
    expect([code, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('SUCCESS')])
  }, 90_000)

  it('names what promtool refuses', async () => {
    const made = await genMonitoring({
      folder: join(folder, 'bad'),
      metrics: '127.0.0.1:1/x',
      intervalSeconds: 60,
      certificateDays: 21,
      force: false,
      dryRun: false,
    })
    expect(made).toMatchObject({
      ok: false,
      verdicts: [
        { status: 'refused', messages: [expect.anything(), expect.stringContaining('is not a valid hostname')] },
      ],
    })
  })
})
