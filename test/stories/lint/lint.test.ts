import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { largestConfigBytes } from '../../../src/host/files/config-files.js'
import { fixFiles } from '../../../src/stories/lint/fix.js'
import { type LintOptions, runLint } from '../../../src/stories/lint/lint.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-lint-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const options = (paths: readonly string[], more: Partial<LintOptions> = {}): LintOptions => ({
  paths,
  choice: {},
  failOn: 'warning',
  keepalive: 60,
  programs: false,
  env: () => undefined,
  stdin: async () => Buffer.from(''),
  now: Date.parse('2026-06-01'),
  ...more,
})

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, content)
  return path
}

const haproxy = `defaults
    mode tcp
    timeout connect 5s
    timeout client 120s
    timeout server 120s

frontend mqtt_in
    bind *:1883
    default_backend mqtt_out

backend mqtt_out
    server b 127.0.0.1:1884 check send-proxy-v2
`
const mosquitto = 'listener 1884 127.0.0.1\nenable_proxy_protocol 2\nallow_anonymous true\n'

describe('bad input is exit 2 with file and line', () => {
  const faultOf = (paths: readonly string[], more: Partial<LintOptions> = {}) =>
    runLint(options(paths, more)).then(
      () => undefined,
      (error: unknown) => error,
    )

  it('no file at all', async () => {
    expect(await faultOf([])).toMatchObject({ code: 'MP-LINT-NOTHING', exit: 2 })
  })

  it('a folder without configurations', async () => {
    await file('notes.txt', 'hello')
    expect(await faultOf([folder])).toMatchObject({ code: 'MP-LINT-NOTHING', exit: 2 })
  })

  it('a missing file', async () => {
    const path = join(folder, 'none.cfg')
    expect(await faultOf([path])).toMatchObject({ code: 'MP-CONFIG-FILE', exit: 2, at: { file: path } })
  })

  it('a binary file', async () => {
    const path = await file('haproxy.cfg', Buffer.from('global\n\u0000\u0001'))
    expect(await faultOf([path])).toMatchObject({ exit: 2, at: { file: path, line: 2 } })
  })

  it('a file larger than any configuration, without reading it', async () => {
    const path = await file('haproxy.cfg', Buffer.alloc(largestConfigBytes + 1, 'a'))
    expect(await faultOf([path])).toMatchObject({ exit: 2, at: { file: path, line: 1 } })
  })

  it('a device without an end, not read further than that', async () => {
    expect(await faultOf(['/dev/zero'])).toMatchObject({ exit: 2, at: { file: '/dev/zero', line: 1 } })
  })

  it('an unclosed quote', async () => {
    const path = await file('haproxy.cfg', 'global\n    log "stdout\n')
    expect(await faultOf([path])).toMatchObject({
      code: 'MP-CONFIG-SYNTAX',
      exit: 2,
      at: { file: path, line: 2, column: 9 },
    })
  })

  it('an include_dir that holds the file itself', async () => {
    const path = await file('mosquitto.conf', `${mosquitto}include_dir ${folder}\n`)
    expect(await faultOf([path])).toMatchObject({ exit: 2, at: { file: path, line: 4 } })
  })

  it('a file of another kind is said to be one', async () => {
    const path = await file('notes.txt', 'hello world\n')
    expect(await faultOf([path])).toMatchObject({ code: 'MP-LINT-UNKNOWN', exit: 2, at: { file: path } })
    const empty = await file('empty', '')
    expect(await faultOf([empty])).toMatchObject({ code: 'MP-LINT-UNKNOWN', exit: 2 })
  })
})

it('an include_dir of another machine is said, and nothing is concluded from what may be in it', async () => {
  const path = await file('mosquitto.conf', 'listener 1884\ninclude_dir /none/such\n')
  const { result } = await runLint(options([path]))
  expect(result.findings).toMatchObject([{ code: 'MP002', severity: 'info', at: { line: 2 } }])
})

describe('what belongs together', () => {
  it('files are one pair, several folders are several', async () => {
    const paths = [await file('a/haproxy.cfg', haproxy), await file('a/mosquitto.conf', mosquitto)]
    await file('b/haproxy.cfg', haproxy)
    await file('b/mosquitto.conf', mosquitto.replace('enable_proxy_protocol 2\n', ''))
    expect((await runLint(options(paths))).result.findings).toEqual([])
    const { result } = await runLint(options([join(folder, 'a'), join(folder, 'b')]))
    expect(result.findings.map((one) => [one.code, one.at.file])).toEqual([['MP402', join(folder, 'b/haproxy.cfg')]])
    expect(result).toMatchObject({ ok: false, summary: { error: 1 }, stats: { passed: 3, failed: 1 } })
  })

  it('stdin stands for a file', async () => {
    const path = await file('haproxy.cfg', haproxy)
    const { result } = await runLint(options(['-', path], { stdin: async () => Buffer.from('listener 1885\n') }))
    expect(result.findings.map((one) => one.code)).toContain('MP401')
    expect(result.files).toContain('<stdin>')
  })

  it('several --haproxy files are one process', async () => {
    const [head = '', ...rest] = haproxy.split('\nfrontend')
    const files = [
      await file('1.cfg', `global\n    maxconn 10\n${head}\n`),
      await file('2.cfg', `frontend${rest.join('\nfrontend')}`),
    ]
    const broker = await file('broker', mosquitto)
    const { result } = await runLint(options([], { haproxy: files, brokers: [broker], brokerKind: 'mosquitto' }))
    expect(result.findings).toEqual([])
  })

  it('a finding in an included file points there', async () => {
    await file('conf.d/a.conf', 'listener 1884 127.0.0.1\nenable_proxy_protocol_v2 true\n')
    const path = await file('mosquitto.conf', `allow_anonymous true\ninclude_dir ${folder}/conf.d\n`)
    const linted = await runLint(options([path]))
    expect(linted.result.findings).toMatchObject([
      { code: 'MP201', at: { file: join(folder, 'conf.d/a.conf'), line: 2 } },
    ])
    const fixed = await fixFiles(linted, true)
    expect(fixed.changed).toEqual([join(folder, 'conf.d/a.conf')])
    expect((await runLint(options([path]))).result.findings).toEqual([])
  })
})

describe('the threshold is inclusive', () => {
  it.each([
    ['error', true],
    ['warning', false],
    ['info', false],
  ] as const)('fail on %s with one warning: ok is %s', async (failOn, ok) => {
    const path = await file('haproxy.cfg', haproxy.replace('client 120s', 'client 60s'))
    const { result } = await runLint(options([path], { failOn }))
    expect(result.findings.map((one) => one.severity)).toEqual(['warning'])
    expect(result.ok).toBe(ok)
  })
})

describe('fixes', () => {
  it('are shown and not written, until asked', async () => {
    const path = await file('mosquitto.conf', mosquitto.replace('protocol 2', 'protocol_v2 true'))
    const linted = await runLint(options([path]))
    const shown = await fixFiles(linted, false)
    expect(shown.diffs.join('')).toContain('+enable_proxy_protocol 2')
    expect((await runLint(options([path]))).result.findings).toHaveLength(1)
    await fixFiles(linted, true)
    expect((await runLint(options([path]))).result.findings).toEqual([])
  })

  it('cannot be written to stdin', async () => {
    const linted = await runLint(
      options(['-'], {
        stdin: async () => Buffer.from('allow_anonymous true\nlistener 1883\nenable_proxy_protocol_v2 true\n'),
      }),
    )
    await expect(fixFiles(linted, true)).rejects.toMatchObject({ code: 'MP-LINT-STDIN', exit: 2 })
  })
})
