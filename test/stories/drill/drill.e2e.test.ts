import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { drillHolds } from '../../../src/drill/run.js'
import { carefully } from '../../../src/stories/check/sources.js'
import { type DrillOptions, drill } from '../../../src/stories/drill/request.js'

function options(event: string, more: Partial<DrillOptions> = {}, mosquitto = false): DrillOptions {
  return {
    event,
    scenario: undefined,
    way: undefined,
    clients: 20,
    rate: 40,
    watchMs: 1000,
    downMs: 500,
    keepalive: 60,
    reconnect: 'mqtt.js',
    failOn: undefined,
    faults: [],
    seed: 1,
    compare: undefined,
    username: undefined,
    passwordFile: undefined,
    check: {
      dir: undefined,
      haproxyConfigs: [],
      brokerConfigs: [],
      reading: carefully,
      haproxies: [undefined],
      brokers: [{ kind: mosquitto ? 'mosquitto' : 'embedded', program: mosquitto ? '2.1' : undefined }],
      timeoutMs: 10_000,
      keep: false,
    },
    quiet: true,
    say: () => {},
    ...more,
  }
}

describe('a drill on real programs', () => {
  it('shows the storm of hard-stop-after beside a reload that cuts nobody', async () => {
    const { runs } = await drill(options('reload', { compare: '', watchMs: 5000 }))
    const [calm, storm] = runs
    expect(calm).toMatchObject({
      name: 'proxy',
      metrics: { cut: 0, lost: 0, wrong: 0, 'old-sessions': 20 },
      crossed: [],
    })
    expect(storm).toMatchObject({ name: 'proxy with hard-stop-after 2s', metrics: { cut: 20, 'not-back': 0 } })
    expect(storm?.metrics['cut-in-1s']).toBe(20)
    expect(storm?.metrics.densest.in1s).toBeGreaterThan(1000)
    expect(storm?.crossed.map(({ threshold }) => threshold.text)).toContain('cut>0')
    expect(storm?.record.identity).toMatchObject({ asked: 20, wrong: 0 })
  })

  it('sees old sessions on the process that a successor replaces', async () => {
    const { runs } = await drill(options('reload', { way: 'sf' }))
    expect(runs[0]).toMatchObject({ metrics: { cut: 0, 'old-sessions': 20 }, crossed: [] })
  })

  it('moves the clients of a drained server to the other one', async () => {
    const { runs } = await drill(options('drain', { scenario: 'sticky', watchMs: 4000 }))
    const [run] = runs
    const cut = run?.metrics.cut ?? 0
    expect(cut).toBeGreaterThan(0)
    expect(cut).toBeLessThan(20)
    expect(run?.metrics['not-back']).toBe(0)
    expect(run?.steps.map(({ text }) => text.replace(/ \S+\/\S+ ?/, ' SERVER '))).toEqual([
      'set server SERVER state drain',
      expect.stringMatching(/^shutdown sessions server/),
      'set server SERVER state ready',
    ])
  })

  it('kills Mosquitto, and everybody is back as the name of the certificate', async () => {
    const { runs } = await drill(options('failover', { scenario: 'proxy-mtls-cn', watchMs: 6000 }, true))
    expect(runs[0]).toMatchObject({
      metrics: { cut: 20, 'not-back': 0, wrong: 0 },
      record: { identity: { asked: 20 } },
    })
    expect(runs[0]?.metrics.offline).toBeGreaterThan(450)
  })

  it('counts messages that wait while Mosquitto hangs, and cuts nobody', async () => {
    const { runs } = await drill(options('failover', { way: 'hang', downMs: 1000, watchMs: 2500 }, true))
    expect(runs[0]).toMatchObject({ metrics: { cut: 0, lost: 0 } })
    expect(runs[0]?.metrics.delay).toBeGreaterThan(700)
    expect(runs[0]?.metrics.silence).toBeGreaterThan(700)
  })

  it.each(['socket', 'file'])('puts another certificate into HAProxy by %s, and clients are shown it', async (way) => {
    const { runs } = await drill(options('certificate', { scenario: 'proxy-tls', way }))
    expect(runs[0]).toMatchObject({ metrics: { cut: 0, lost: 0 }, unproven: undefined, crossed: [] })
  })

  it('resets the network, and clients come back through a way that is struck', async () => {
    const faults = [{ name: 'cut-after-connack' as const, value: undefined, probability: 1, count: 7 }]
    const { runs } = await drill(options('network', { watchMs: 5000, faults }, true))
    expect(runs[0]).toMatchObject({
      struck: 7,
      metrics: { cut: 20, 'not-back': 0, wrong: 0 },
      steps: [{ text: '20 connections to the broker are reset' }],
      unproven: undefined,
      crossed: [],
    })
    // Those that were struck were closed once more.
    expect(runs[0]?.reasons).toEqual([['the connection was closed', 27]])
  })

  it('does not hold when a fault struck nobody', async () => {
    const faults = [{ name: 'half-open' as const, value: undefined, probability: 1, count: undefined }]
    const result = await drill(options('reload', { faults }))
    expect(result.runs[0]).toMatchObject({ struck: 0, metrics: { cut: 0 } })
    expect(result.runs[0]?.unproven).toMatch(/^no connection to the broker was struck/)
    expect(drillHolds(result)).toBe(false)
  })

  it('fails by a threshold, and says how many never came in', async () => {
    const { runs } = await drill(options('restart', { failOn: 'cut>=100%', watchMs: 3000 }, true))
    expect(runs[0]?.crossed).toMatchObject([{ threshold: { text: 'cut>=100%' }, value: 20 }])
    const folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-drill-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const [haproxy, broker] = [join(folder, 'haproxy.cfg'), join(folder, 'mosquitto.conf')]
    const front = 'listen mqtt\n bind :1883\n server one 127.0.0.1:1884'
    await writeFile(
      haproxy,
      `defaults\n mode tcp\n timeout connect 2s\n timeout client 60s\n timeout server 60s\n${front}\n`,
    )
    await writeFile(broker, 'listener 1884 127.0.0.1\nallow_anonymous false\n')
    const files = { ...options('restart').check, haproxyConfigs: [haproxy], brokerConfigs: [broker] }
    await expect(drill(options('restart', { check: files, clients: 3 }))).rejects.toMatchObject({
      code: 'MP-DRILL-CLIENTS',
      exit: 1,
      message: expect.stringContaining('only 0 of 3'),
      hints: expect.arrayContaining([expect.stringMatching(/CONNACK 5/)]),
    })
  })

  it.each([
    ['relod', {}, 'MP-DRILL', 'did you mean reload?'],
    ['reload', { way: 'kill' }, 'MP-DRILL', 'ways: master, sf'],
    ['certificate', { watchMs: 0 }, 'MP-DRILL-CANNOT', 'drill certificate proxy-tls'],
    ['failover', { way: 'hang', watchMs: 0 }, 'MP-DRILL-CANNOT', ''],
    ['drain', { compare: '' }, 'MP-DRILL', '--compare OTHER.cfg'],
  ])('%s %j is refused with a next step, before clients come in', async (event, more, code, hint) => {
    const said: string[] = []
    const error: unknown = await drill(options(event, { ...more, say: (text) => said.push(text) })).catch(
      (fault: unknown) => fault,
    )
    expect(error).toMatchObject({ code, exit: 2 })
    if (hint !== '') expect(JSON.stringify(error)).toContain(hint)
    expect(said).toEqual([])
  })
})
