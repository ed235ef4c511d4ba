import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bin as cli, mqttProxy, shell as shellLines, startMqttProxy } from '../../cli.js'
import { run as runProgram } from '../../program.js'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-reports-'))
  await run(['gen', 'all', 'proxy', '-o', 'lab'])
  const file = join(folder, 'lab', 'haproxy.cfg')
  await writeFile(file, (await readFile(file, 'utf8')).replace('send-proxy-v2', 'send-proxy'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return mqttProxy(args, { cwd: folder, env })
}

function shell(script: string) {
  return shellLines(script, { cwd: folder })
}

const failing = ['check', 'proxy/connect-5.0', '--dir', 'lab', '--quiet']

describe('a report that cannot be written', () => {
  it('takes nothing from the result: under --json it is there, with the error', async () => {
    const { code, stdout } = await run(['lint', 'lab', '--json', '--reporter', 'junit=/dev/full'])
    expect(code).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: 'MP-REPORT-WRITE' },
      findings: [{ code: 'MP403' }],
    })
  })

  it('is told before the run where its kind does not exist', async () => {
    for (const args of [failing, ['conformance', 'embedded']]) {
      const { code, stdout, stderr } = await run([...args, '--reporter', 'sarif=x.sarif'])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toContain('MP-REPORTER')
    }
  })

  it('is refused where nothing is run', async () => {
    const listing = [
      ['check', '--list'],
      ['check', '--print-config'],
      ['conformance', '--list'],
      ['lint', 'lab', '--diff'],
      ['lint', '--explain', 'MP101'],
    ]
    for (const args of listing) expect((await run([...args, '--reporter', 'junit=x.xml'])).code, args.join(' ')).toBe(2)
    expect(await readdir(folder)).not.toContain('x.xml')
  })
})

describe('evidence that cannot be kept', () => {
  it('is an error of exit 3 after the result, in text and under --json', async () => {
    await writeFile(join(folder, 'taken'), '')
    const text = await run([...failing, '--artifacts', 'taken'])
    expect(text.code).toBe(3)
    expect(text.stderr).toContain('MP-EVIDENCE')
    expect(text.stdout).toMatch(/0 passed, 1 failed/)
    const json = await run([...failing, '--artifacts', 'taken', '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'MP-EVIDENCE' }, stats: { failed: 1 } })
  })

  it('is a usage error without a folder', async () => {
    expect((await run([...failing, '--artifacts', ''])).code).toBe(2)
  })
})

describe('evidence', () => {
  it('holds a script that works from anywhere and leaves the evidence as it is', async () => {
    await run(failing)
    const evidence = join(folder, '.mqtt-proxy/last/proxy-connect-5.0')
    const before = await readdir(evidence)
    const bin = join(folder, 'bin')
    await mkdir(bin, { recursive: true })
    await writeFile(join(bin, 'mqtt-proxy'), `#!/bin/sh\nexec ${process.execPath} ${cli} "$@"\n`, { mode: 0o755 })
    const again = await runProgram('sh', [join(evidence, 'repro.sh'), '--json'], {
      cwd: tmpdir(),
      env: { PATH: `${bin}:${process.env.PATH}` },
    })
    const kept = /kept: (\S+)/.exec(again.stderr)?.[1]
    if (kept !== undefined) await rm(kept, { recursive: true })
    expect(again.code).toBe(1)
    expect(JSON.parse(again.stdout)).toMatchObject({ stats: { failed: 1 }, groups: [{ id: 'proxy' }] })
    expect((await readdir(evidence)).sort()).toEqual(['again', ...before].sort())
  })
})

describe('stdout', () => {
  it.each(['lint lab', 'lint lab --json', 'doctor'])('that is full ends %s with exit 3 and one line', async (line) => {
    const { code, stderr } = await shell(`mqtt-proxy ${line} > /dev/full`)
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringMatching(/^Error MP-OUTPUT: .*ENOSPC.*\n$/) })
  })

  it('as the file of a report is stdout itself: what stands there is kept, and there is one text', async () => {
    await shell(`{ echo before; mqtt-proxy lint lab --reporter tap=/dev/stdout; } > all.txt`)
    expect(await readFile(join(folder, 'all.txt'), 'utf8')).toMatch(/^before\nTAP version 14\n/)
  })
})

describe('a locale without UTF-8', () => {
  it('gets US-ASCII for people, and documents as they always are', async () => {
    const { stdout, stderr } = await run(failing.concat('-v'), { LC_ALL: 'C' })
    expect(`${stdout}${stderr}`).toMatch(/^ x proxy\/connect-5\.0/m)
    expect(`${stdout}${stderr}`).not.toMatch(/[^\x20-\x7e\n]/)
    const document = await run(['explain', 'SD', '--json'], { LC_ALL: 'C' })
    expect(JSON.parse(document.stdout)).toMatchObject({ ok: true })
  })
})

describe('a pipe without a reader', () => {
  it('keeps no signal from ending the program', async () => {
    execFileSync('mkfifo', [join(folder, 'first'), join(folder, 'pipe')])
    const reports = ['tap=first', 'junit=pipe'].flatMap((name) => ['--reporter', name])
    const ran = startMqttProxy(['lint', 'lab', ...reports], { cwd: folder })
    // Reports are opened in their order: the pipe comes next, and nobody reads it.
    const first = await open(join(folder, 'first'))
    ran.signal('SIGTERM')
    expect((await ran.ended).code).toBe(143)
    await first.close()
  })
})

describe("GitHub's step summary", () => {
  it('grows', async () => {
    await writeFile(join(folder, 'summary.md'), 'of before\n')
    await run(['lint', 'lab'], { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: 'summary.md' })
    expect(await readFile(join(folder, 'summary.md'), 'utf8')).toMatch(/^of before\n## mqtt-proxy lint/)
  })

  it.each(['', 'no/such/file'])('does not stop a run that cannot have it (%j)', async (file) => {
    const { code, stdout } = await run(['lint', 'lab'], { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file })
    expect(code).toBe(1)
    expect(stdout).toContain('::error file=lab/haproxy.cfg')
  })
})

describe('check --list', () => {
  it('lists what that shard runs, each check in one of them', async () => {
    const ids = async (...args: string[]) => {
      const { stdout } = await run(['check', '--list', '--json', ...args])
      const { checks }: { checks: { id: string }[] } = JSON.parse(stdout)
      return checks.map(({ id }) => id)
    }
    const [all, one, two] = await Promise.all([ids(), ids('--shard', '1/2'), ids('--shard', '2/2')])
    expect(one.length).toBeGreaterThan(0)
    expect([...one, ...two].sort()).toEqual([...all].sort())
  })
})
