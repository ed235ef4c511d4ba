import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { scenarios } from '../../../src/scenarios/table.js'
import { casesOf, check, inLab } from './request.js'

const failuresOf = (run: Awaited<ReturnType<typeof check>>) =>
  casesOf(run, 'failed').map((one) => `${one.id}: ${one.actual} (expected ${one.expected})`)

describe('every scenario with the embedded broker', () => {
  test('all checks pass, none is skipped, nothing is left behind', async () => {
    // A folder of its own for temporary files: other tests run beside this one.
    const temp = await mkdtemp(join(tmpdir(), 'mp-'))
    onTestFinished(async () => {
      vi.unstubAllEnvs()
      await rm(temp, { recursive: true, force: true })
    })
    vi.stubEnv('TMPDIR', temp)
    const run = await check({}).finally(() => vi.unstubAllEnvs())
    expect(failuresOf(run)).toEqual([])
    const rows = scenarios.reduce((sum, one) => sum + one.outcomes.length, 0)
    expect(run.result.stats).toMatchObject({ passed: rows, failed: 0, skipped: 0 })
    expect(run.exit).toBe(0)
    expect(await readdir(temp)).toEqual([])
  })

  // What is not about the difference was checked above: of each scenario the rows that go through everything.
  const through = scenarios.flatMap(({ id, outcomes }) =>
    outcomes
      .filter((row) =>
        /^(connect-|publish-qos-2|no-certificate|forged|wrong-version|denied|tls-facts|spread)/.test(row.id),
      )
      .map((row) => `${id}/${row.id}`),
  )

  test.each([
    ['ws', { transport: 'ws' }],
    ['ip 6', { ip: 6 }],
    ['HAProxy 2.6', { haproxies: ['2.6'] }],
  ] as const)('with %s', async (_, request) => {
    const run = await check({ ...request, select: through })
    expect(failuresOf(run)).toEqual([])
    expect(run.result.stats.passed).toBeGreaterThan(40)
  })

  test.each(['tls', 'wss'] as const)('%s is passed through to the broker', async (transport) => {
    const run = await check({ select: ['tcp'], transport })
    expect(failuresOf(run)).toEqual([])
    expect(run.exit).toBe(0)
  })
})

describe('every scenario with Mosquitto', () => {
  test('all checks pass but for the known deviation', async () => {
    const run = await check({ brokers: [{ kind: 'mosquitto', program: '2.1' }] })
    expect(failuresOf(run)).toEqual([])
    expect(casesOf(run, 'deviation').map((one) => one.id)).toEqual(['proxy-tls/ssl-bit-zero'])
    expect(run.exit).toBe(0)
  })

  test('a Mosquitto that cannot read headers is no pass: exit 3', async () => {
    const run = await check({ select: ['proxy', 'tcp'], brokers: [{ kind: 'mosquitto', program: '2.0' }] })
    expect(run.result.groups.map((group) => group.cannot !== undefined)).toEqual([false, true])
    expect(run.result.stats).toMatchObject({ failed: 0 })
    expect(run.exit).toBe(3)
  })
})

interface Mutation {
  readonly name: string
  readonly scenario: string
  readonly file: 'haproxy.cfg' | 'mosquitto.conf'
  readonly from: RegExp
  readonly to: string
  /** Checks that must fail because of it. */
  readonly fails: readonly string[]
  /** A piece of the line that must be named. */
  readonly guilty: string
}

const mutations: readonly Mutation[] = [
  {
    name: 'send-proxy-v2 is dropped',
    scenario: 'proxy',
    file: 'haproxy.cfg',
    from: / send-proxy-v2\n/,
    to: '\n',
    fails: ['connect-3.1.1', 'connect-5.0', 'publish-qos-0'],
    guilty: 'server broker1',
  },
  {
    name: 'verify required is dropped',
    scenario: 'mtls',
    file: 'haproxy.cfg',
    from: / verify required/,
    to: '',
    fails: ['no-certificate', 'wrong-ca-certificate', 'expired-certificate'],
    guilty: 'bind ',
  },
  {
    name: 'verify becomes optional',
    scenario: 'mtls',
    file: 'haproxy.cfg',
    from: / verify required/,
    to: ' verify optional',
    fails: ['no-certificate'],
    guilty: 'bind ',
  },
  {
    name: 'default_backend is dropped',
    scenario: 'tls',
    file: 'haproxy.cfg',
    from: / +default_backend .*\n/,
    to: '',
    fails: ['connect-3.1.1', 'connect-5.0', 'publish-qos-2'],
    guilty: 'frontend mqtts_frontend',
  },
  {
    name: "the server's port is changed",
    scenario: 'proxy-tls',
    file: 'haproxy.cfg',
    from: /(server broker1 127\.0\.0\.1:)1884/,
    to: '$11999',
    fails: ['connect-3.1.1', 'connect-5.0', 'health-checks'],
    guilty: 'server broker1',
  },
  {
    name: "the listener's port is changed",
    scenario: 'tcp',
    file: 'mosquitto.conf',
    from: /listener 1884/,
    to: 'listener 1999',
    fails: ['connect-3.1.1', 'connect-5.0'],
    guilty: 'server broker1',
  },
  {
    name: 'the header is lowered from -ssl-cn to -ssl',
    scenario: 'proxy-mtls-cn',
    file: 'haproxy.cfg',
    from: /send-proxy-v2-ssl-cn\n/,
    to: 'send-proxy-v2-ssl\n',
    fails: ['connect-3.1.1', 'connect-5.0', 'username-replaced'],
    guilty: 'server broker1',
  },
  {
    name: 'the header is lowered from -ssl to v2',
    scenario: 'proxy-mtls',
    file: 'haproxy.cfg',
    from: /send-proxy-v2-ssl\n/,
    to: 'send-proxy-v2\n',
    fails: ['connect-3.1.1', 'connect-5.0'],
    guilty: 'server broker1',
  },
  {
    name: 'the header is lowered from v2 to v1',
    scenario: 'proxy',
    file: 'haproxy.cfg',
    from: /send-proxy-v2\n/,
    to: 'send-proxy\n',
    fails: ['connect-3.1.1', 'connect-5.0'],
    guilty: 'server broker1',
  },
  {
    name: 'enable_proxy_protocol is dropped',
    scenario: 'proxy',
    file: 'mosquitto.conf',
    from: /enable_proxy_protocol 2\n/,
    to: '',
    fails: ['connect-3.1.1', 'direct-without-header', 'forged-header'],
    // Which of the two is wrong, the files do not tell: the server's line is named, and its words name the listener.
    guilty: 'server broker1',
  },
  {
    name: 'the broker no longer requires TLS',
    scenario: 'proxy-tls',
    file: 'mosquitto.conf',
    from: /proxy_protocol_v2_require_tls true\n/,
    to: '',
    fails: ['no-ssl-tlv', 'ssl-bit-zero'],
    guilty: 'listener 1884',
  },
  {
    name: 'the broker no longer requires a certificate',
    scenario: 'proxy-mtls',
    file: 'mosquitto.conf',
    from: /require_certificate true\n/,
    to: '',
    fails: ['certificate-not-sent', 'certificate-not-verified'],
    guilty: 'listener 1884',
  },
  {
    name: 'anonymous clients are no longer allowed',
    scenario: 'proxy-mtls-cn',
    file: 'mosquitto.conf',
    from: /allow_anonymous true/,
    to: 'allow_anonymous false',
    fails: ['connect-3.1.1', 'connect-5.0'],
    guilty: 'use_identity_as_username',
  },
]

describe('breaking one directive of a generated pair', () => {
  test.each(mutations)('$scenario: $name', async (mutation) => {
    await inLab(mutation.scenario, mutation, async ({ dir, texts }) => {
      // One by one, so that none is left out because another one failed before it.
      const runs = await Promise.all(mutation.fails.map((id) => check({ dir, select: [`${mutation.scenario}/${id}`] })))
      for (const run of runs) {
        const [failed] = casesOf(run, 'failed')
        expect(failed, 'the row fails').toBeDefined()
        expect(run.exit).toBe(1)
        const likely = failed?.likely ?? []
        const lines = likely.map(({ file, line = 0 }) => texts[file.split('/').at(-1) ?? '']?.split('\n')[line - 1])
        expect(lines).toEqual(expect.arrayContaining([expect.stringContaining(mutation.guilty)]))
      }
    })
  })

  test('all rows together name what failed, and leave out what a server that is DOWN explains', async () => {
    const edit = { file: 'haproxy.cfg', from: /(server broker1 127\.0\.0\.1:)1884/, to: '$11999' } as const
    await inLab('proxy', edit, async ({ dir }) => {
      const run = await check({ dir })
      expect(casesOf(run, 'failed').map((one) => one.id)).toEqual(['proxy/health-checks'])
      const skipped = casesOf(run, 'skipped')
      expect(new Set(skipped.map((one) => one.reason))).toEqual(new Set(['no server is UP, see proxy/health-checks']))
      expect(skipped.map((one) => one.id)).toContain('proxy/connect-5.0')
    })
  })

  test('nothing broken: the same files pass, recognised without their first line too', async () => {
    const ids = ['tcp', 'tls', 'mtls', 'proxy', 'proxy-tls', 'proxy-mtls', 'proxy-mtls-cn', 'proxy-v1']
    const unnamed = { file: 'haproxy.cfg', from: /^# mqtt-proxy gen .*\n/, to: '\n' } as const
    for (const id of ids) {
      await inLab(id, unnamed, async ({ dir }) => {
        const files = { haproxyConfigs: [join(dir, 'haproxy.cfg')], brokerConfigs: [join(dir, 'mosquitto.conf')] }
        // The longest with all of its rows; of the others those that tell them apart.
        const rows = ['configs-accepted', 'connect-5.0', 'health-checks'].map((row) => `${id}/${row}`)
        const run = await check({ ...files, select: id === 'proxy-mtls-cn' ? [] : rows })
        expect(failuresOf(run)).toEqual([])
        expect(run.result.groups.map((group) => group.id)).toEqual([id])
        expect(run.result.stats.skipped).toBe(0)
      })
    }
  })

  test('a port that both programs want is named in both files', async () => {
    const edit = { file: 'mosquitto.conf', from: /listener 1884 127\.0\.0\.1/, to: 'listener 1883' } as const
    await inLab('tcp', edit, async ({ dir }) => {
      const run = await check({ dir })
      const [failed] = casesOf(run, 'failed')
      expect(failed?.id).toBe('tcp/configs-accepted')
      const files = failed?.likely?.filter((one) => one.message.includes('both take')).map((one) => one.file)
      expect(files).toEqual([join(dir, 'haproxy.cfg'), join(dir, 'mosquitto.conf')])
    })
  })

  test("an option that no release knows is named by file and line, in the broker's words", async () => {
    const edit = {
      file: 'mosquitto.conf',
      from: /enable_proxy_protocol 2/,
      to: 'enable_proxy_protocol_v2 true',
    } as const
    await inLab('proxy', edit, async ({ dir, texts }) => {
      for (const kind of ['embedded', 'mosquitto'] as const) {
        const run = await check({ dir, brokers: [{ kind, program: undefined }] })
        const [failed] = casesOf(run, 'failed')
        const [first] = failed?.likely ?? []
        expect(texts['mosquitto.conf']?.split('\n')[(first?.line ?? 0) - 1]).toContain('enable_proxy_protocol_v2')
        expect(failed?.actual).toContain('enable_proxy_protocol_v2')
        expect(run.exit).toBe(1)
      }
    })
  })
})

test('the directives of the document, scenario 4, as printed: all four faults are named', async () => {
  await inLab('proxy', undefined, async ({ dir }) => {
    const haproxy = join(dir, 'printed.cfg')
    const broker = join(dir, 'printed.conf')
    const server = 'server server1 127.0.0.1:1884 check on-marked-down shutdown-sessions send-proxy-v2'
    const sections = [
      'global\n log /dev/log local0\n user haproxy\n group haproxy\n daemon\n',
      'defaults\n mode tcp\n timeout connect 5000\n timeout client 60000\n timeout server 60000\n',
      `frontend mqtt_frontend\n bind *:1883\n default_backend mqtt_backend\nbackend mqtt_backend\n ${server}\n`,
    ]
    await writeFile(haproxy, sections.join(''))
    await writeFile(broker, 'listener 1883\nenable_proxy_protocol_v2 true\n')
    const run = await check({
      haproxyConfigs: [haproxy],
      brokerConfigs: [broker],
      brokers: [{ kind: 'mosquitto', program: '2.1' }],
    })
    expect(run.result.groups.map((group) => group.id)).toEqual(['no-route'])
    const said = casesOf(run, 'failed')
      .flatMap((one) => one.likely ?? [])
      .map((one) => one.message)
    expect(said).toEqual(
      expect.arrayContaining([
        expect.stringContaining('enable_proxy_protocol_v2'),
        expect.stringContaining('both take this port'),
        expect.stringContaining('no listener in printed.conf is there'),
        expect.stringContaining('allow_anonymous'),
      ]),
    )
    expect(run.exit).toBe(1)
  })
})

describe('a revoked certificate', () => {
  const select = ['mtls/revoked-certificate', 'mtls/connect-5.0']

  test('is refused by the real HAProxy because it was revoked, and a good one is accepted', async () => {
    const run = await check({ select, haproxies: ['2.6', '3.4'] })
    const told = casesOf(run, 'passed').map(({ id, actual }) => `${id}: ${actual}`)
    expect(told.filter((one) => /^mtls\/revoked-certificate: .*alert certificate revoked/.test(one))).toHaveLength(2)
    expect(told.filter((one) => one.startsWith('mtls/connect-5.0: CONNACK 0'))).toHaveLength(2)
  })

  test.each([
    ['a list', 'crl-file', ''],
    ['a list whose verdict is ignored', 'crt-ignore-err all crl-file', 'mtls/revoked-certificate'],
  ])("is tried on the user's own bind with %s", async (_, words, failed) => {
    const edit = { file: 'haproxy.cfg', from: /( ca-file \S+)/, to: `$1 ${words} certs/client-ca.crl` } as const
    await inLab('mtls', edit, async ({ dir }) => {
      const run = await check({ dir, select })
      expect(
        casesOf(run, 'failed')
          .map(({ id }) => id)
          .join(),
      ).toBe(failed)
      const [group] = run.result.groups
      expect(group?.leftOut).toContainEqual(
        expect.objectContaining({ told: true, message: expect.stringContaining('this file itself was not tried') }),
      )
    })
  })
})

describe('how a run goes', () => {
  test('the files are read, never written', async () => {
    await inLab('proxy-mtls-cn', undefined, async ({ dir }) => {
      const before = await readdir(dir)
      await check({ dir })
      expect(await readdir(dir)).toEqual(before)
    })
  })

  test('single checks, repetition and bail', async () => {
    const twice = await check({ select: ['tcp/connect-5.0'], repeatEach: 2 })
    expect(twice.result.groups[0]?.cases.map((one) => one.id)).toEqual(['tcp/connect-5.0', 'tcp/connect-5.0#2'])
    const edit = { file: 'haproxy.cfg', from: / send-proxy-v2\n/, to: '\n' } as const
    await inLab('proxy', edit, async ({ dir }) => {
      const run = await check({ dir, bail: true })
      expect(casesOf(run, 'skipped').map((one) => one.reason)).toContainEqual(expect.stringContaining('first failure'))
      expect(run.exit).toBe(1)
    })
  })
})
