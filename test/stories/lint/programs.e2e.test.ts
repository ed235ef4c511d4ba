import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LintOptions, runLint } from '../../../src/stories/lint/lint.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-asked-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function linted(files: Readonly<Record<string, string>>, more: Partial<LintOptions>) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text.replaceAll('FOLDER', folder))
  }
  const { pairs, result } = await runLint({
    paths: [],
    choice: {},
    failOn: 'warning',
    keepalive: 60,
    programs: true,
    env: () => undefined,
    stdin: async () => Buffer.from(''),
    now: Date.parse('2026-06-01'),
    ...more,
  })
  const [pair] = pairs
  if (pair?.ask === undefined) throw new Error('nobody is asked')
  const { ask, workspace } = pair
  /** What the real programs say when the text of one file is another one; nothing is written. */
  const said = async (name?: string, text?: string) => {
    const changed = name === undefined ? [] : [[join(folder, name), text ?? ''] as const]
    const { findings } = await ask(new Map([...workspace.texts, ...changed]))
    return findings
      .filter((one) => one.severity === 'error')
      .map(({ at }) => `${at.file.slice(folder.length + 1)}:${at.line}`)
  }
  return { said, result }
}

const defaults = 'defaults\n    mode tcp\n    timeout connect 5s\n    timeout client 120s\n    timeout server 120s\n\n'

describe('the programs judge the texts that a fix would leave', () => {
  it('of a file that include_dir brings in', async () => {
    const { said } = await linted(
      {
        'mosquitto.conf': 'allow_anonymous true\ninclude_dir FOLDER/conf.d\n',
        'conf.d/a.conf': 'listener 1884 127.0.0.1\nenable_proxy_protocol 2\n',
        'conf.d/b.conf': 'listener 1885 127.0.0.1\n',
      },
      { paths: [join(folder, 'mosquitto.conf')] },
    )
    expect(await said()).toEqual([])
    expect(await said('conf.d/a.conf', 'listener 1884 127.0.0.1\nenable_proxy_protocol 3\n')).toEqual([
      'conf.d/a.conf:2',
    ])
    expect(await said('conf.d/b.conf', 'listener 1885 127.0.0.1\nmax_qos 9\n')).toEqual(['conf.d/b.conf:2'])
  })

  it('of each file of one HAProxy process, also with a global section in both', async () => {
    const first = `global\n    maxconn 100\n\n${defaults}frontend f\n    bind 127.0.0.1:1883\n    default_backend b\n`
    const second = 'global\n    log 127.0.0.1 local0\n\nbackend b\n    server s 127.0.0.1:1884\n'
    const haproxy = [join(folder, '1.cfg'), join(folder, '2.cfg')]
    const { said } = await linted({ '1.cfg': first, '2.cfg': second }, { haproxy })
    expect(await said()).toEqual([])
    expect(await said('2.cfg', second.replace('backend b', 'backend c'))).toEqual(['1.cfg:undefined'])
    expect(await said('2.cfg', second.replace('1884', '1884 send-proxy-v3'))).toEqual(['2.cfg:5'])
  })
})

it('a name that nothing bears is said once, by the rule that knows its line', async () => {
  const text = `${defaults}frontend f\n    bind 127.0.0.1:1883\n    default_backend none\n`
  const { said, result } = await linted({ 'haproxy.cfg': text }, { paths: [join(folder, 'haproxy.cfg')] })
  expect(await said()).toEqual(['haproxy.cfg:undefined'])
  expect(result.findings.filter((one) => one.severity === 'error').map((one) => one.code)).toEqual(['MP112'])
})

it('what HAProxy misses in the files is an error of the files, also where no rule of ours names it', async () => {
  const text = `${defaults}listen m\n    bind 127.0.0.1:1883\n    stick on src table none\n    server s 127.0.0.1:1884\n`
  const { result } = await linted({ 'haproxy.cfg': text }, { paths: [join(folder, 'haproxy.cfg')] })
  expect(result.findings.filter((one) => one.severity === 'error').map((one) => one.message)).toMatchObject(
    [/unable to find.*table 'none'/].map((one) => expect.stringMatching(one)),
  )
})
