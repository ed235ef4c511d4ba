import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
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

  it('a file larger than any configuration, without reading it', async () => {
    const path = await file('haproxy.cfg', Buffer.alloc(largestConfigBytes + 1, 'a'))
    expect(await faultOf([path])).toMatchObject({ exit: 2, at: { file: path, line: 1 } })
  })

  it('a device without an end, not read further than that', async () => {
    expect(await faultOf(['/dev/zero'])).toMatchObject({ exit: 2, at: { file: '/dev/zero', line: 1 } })
  })
})

it('says that a list of revoked certificates is not here', async () => {
  const secure = haproxy.replace('*:1883', '*:8883 ssl crt s.pem verify required ca-file ca.crt crl-file ca.crl')
  for (const name of ['s.pem', 'ca.crt']) await file(name, '')
  const paths = [await file('haproxy.cfg', secure)]
  const unread = async () => (await runLint(options(paths))).result.unread.map(({ name, at }) => `${name}:${at?.line}`)
  expect(await unread()).toEqual(['ca.crl:8'])
  await file('ca.crl', '')
  expect(await unread()).toEqual([])
})

describe('what cannot be read is a finding beside those of the rest', () => {
  const found = async (paths: readonly string[], more: Partial<LintOptions> = {}) =>
    (await runLint(options(paths, more))).result.findings.map((one) => `${one.code} ${one.severity} ${one.at.line}`)
  /** A certain finding of the rest: the listener reads no header. */
  const broken = mosquitto.replace('enable_proxy_protocol 2\n', '')

  it.each([
    ['a byte order mark', `\ufeff${haproxy}`, 'MP002 error 1'],
    ['a NUL byte', haproxy.replace('mode tcp', 'mode tcp # \0'), 'MP002 error 2'],
    ['an unclosed quote', `${haproxy}    log "stdout\n`, 'MP002 error 13'],
    ['a missing last line feed', haproxy.trimEnd(), 'MP002 error 12'],
    ['bytes that are no UTF-8', Buffer.from(haproxy.replace('tcp', 'tcp # caf\u00e9'), 'latin1'), 'MP002 info 2'],
    ['a carriage return inside a line', haproxy.replace('mode tcp', 'mode tcp\rbalance x'), 'MP002 warning 2'],
    ['a keyword that is gone', `global\n    nbproc 1\n${haproxy}`, 'MP004 error 2'],
    ['a variable that is not set', haproxy.replace(':1883', ':1883,:${OTHER}'), 'MP003 info 8'],
  ])('%s', async (_, text, finding) => {
    const path = await file('haproxy.cfg', text)
    const all = await found([path, await file('mosquitto.conf', broken)])
    expect(all).toContain(finding)
    expect(all.some((one) => one.startsWith('MP402'))).toBe(true)
    expect(all).toHaveLength(2)
  })

  it('an include_dir that holds the file itself', async () => {
    const path = await file('mosquitto.conf', `${mosquitto}include_dir ${folder}\n`)
    expect(await found([path])).toContain('MP002 error 4')
  })

  it('a file of another kind is not read, in one sentence and in the result', async () => {
    const terms = await file('sys.config', '%% classic\n[{ejabberd, [{tcp_listeners, [5672]}]},\n {kernel, []}].\n')
    const { result } = await runLint(options([terms]))
    expect(result).toMatchObject({ ok: false, files: [], findings: [{ code: 'MP005', severity: 'warning' }] })
    expect(result.unread).toMatchObject([{ what: 'format', name: terms, at: { file: terms, line: 1 } }])
    expect(result.findings[0]?.message).toMatch(/Erlang terms/)
    // Beside files that are read it fails nothing.
    await file('haproxy.cfg', haproxy)
    expect((await runLint(options([folder]))).result).toMatchObject({ ok: true, findings: [{ code: 'MP005' }] })
  })

  it.each([
    ['b.conf', '<hivemq><listeners/></hivemq>\n', /XML/],
    ['b.conf', '{ "listeners": [1883] }\n', /JSON/],
    ['b.yaml', 'listeners:\n  - 1883\n', /YAML/],
    ['b.conf', 'events {}\nstream {\n  server {\n    listen 1883;\n  }\n}\n', /nginx/],
    ['b.conf', Buffer.from('listener 1884\n', 'utf16le'), /UTF-16/],
    ['b.conf', Buffer.from(Array.from({ length: 400 }, (_, index) => (index * 7) % 256)), /binary/],
    ['notes.txt', 'hello world\n', /neither/],
    ['empty', '', /neither/],
  ])('%s %s', async (name, content, words) => {
    const { result } = await runLint(options([await file(name, content)]))
    expect(result.findings.map((one) => one.code)).toEqual(['MP005'])
    expect(result.findings[0]?.message).toMatch(words)
  })

  it('an empty mosquitto.conf is read, and said to be empty', async () => {
    expect(await found([await file('mosquitto.conf', '# nothing yet\n\n')])).toContain('MP002 warning 1')
  })

  it('conditions and keywords are judged for the release that is named', async () => {
    const text = `global\n.if version_atleast(2.5)\n.else\n    nbproc 1\n.endif\n${haproxy}`
    const paths = [await file('haproxy.cfg', text), await file('mosquitto.conf', mosquitto)]
    expect(await found(paths, { haproxyVersion: '2.4.0' })).toEqual([])
    expect(await found(paths, { haproxyVersion: '2.8.0' })).toEqual([])
    await file('haproxy.cfg', text.replace('.else\n', ''))
    expect(await found(paths, { haproxyVersion: '2.8.0' })).toEqual(['MP004 error 3'])
  })

  it('what one file sets, the next file of the process has', async () => {
    const first = await file('a.cfg', 'global\n    setenv PORT 1884\n')
    const second = await file('b.cfg', haproxy.replace('127.0.0.1:1884', '127.0.0.1:${PORT}'))
    const broker = await file('mosquitto.conf', mosquitto)
    expect(await found([], { haproxy: [first, second], brokers: [broker] })).toEqual([])
    expect(await found([], { haproxy: [second, first], brokers: [broker] })).toEqual(['MP003 info 12'])
  })

  it('a fix keeps bytes that are no UTF-8, and takes a byte order mark away', async () => {
    const latin = Buffer.from(`# caf\u00e9\n${haproxy.trimEnd()}`, 'latin1')
    const path = await file('haproxy.cfg', latin)
    await fixFiles(await runLint(options([path, await file('mosquitto.conf', mosquitto)])), true)
    expect(await readFile(path)).toEqual(Buffer.concat([latin, Buffer.from('\n')]))
    const marked = await file('marked/haproxy.cfg', `\ufeff${haproxy}`)
    await fixFiles(await runLint(options([marked])), true)
    expect(await readFile(marked, 'utf8')).toBe(haproxy)
  })

  it('nothing is changed in a file whose kind was guessed', async () => {
    const guessed = 'listener 1884\nallow_anonymos true\nmax_worker_threads 4\nzone eu\nrate 3\n'
    const unsure = (await runLint(options([await file('b.conf', guessed)]))).result.findings
    expect(unsure.filter((one) => one.fix !== undefined && one.code === 'MP201')).toEqual([])
    const sure = (await runLint(options([await file('mosquitto.conf', guessed)]))).result.findings
    expect(sure.filter((one) => one.fix !== undefined && one.code === 'MP201')).not.toEqual([])
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
