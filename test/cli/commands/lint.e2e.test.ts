import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endAll } from '../../../src/host/process/lifetime.js'
import { mqttProxy, startMqttProxy } from '../../cli.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-lint-cli-'))
})

afterEach(async () => {
  await endAll()
  await rm(folder, { recursive: true, force: true })
})

function lint(...args: readonly string[]) {
  return mqttProxy(['lint', ...args], { cwd: folder })
}

const bad = 'listener 1884 127.0.0.1\nenable_proxy_protocol_v2 true\nallow_anonymous true\n'

describe('lint', () => {
  it('prints findings with place, excerpt and fix, and ends 1', async () => {
    await writeFile(join(folder, 'mosquitto.conf'), bad)
    const { code, stdout } = await lint('mosquitto.conf')
    expect(code).toBe(1)
    expect(stdout).toContain('mosquitto.conf:2:1 error MP201')
    expect(stdout).toContain('fix: enable_proxy_protocol 2')
  })

  it('fixes the file, which real Mosquitto then takes, and ends 0', async () => {
    await writeFile(join(folder, 'mosquitto.conf'), bad)
    const { code, stderr } = await lint('mosquitto.conf', '--fix')
    expect(code).toBe(0)
    expect(stderr).toContain('mosquitto.conf:2 MP201 fixed: enable_proxy_protocol 2')
    expect(await readFile(join(folder, 'mosquitto.conf'), 'utf8')).toBe(bad.replace('protocol_v2 true', 'protocol 2'))
  })

  it('shows a diff and leaves the file alone', async () => {
    await writeFile(join(folder, 'mosquitto.conf'), bad)
    const { code, stdout } = await lint('mosquitto.conf', '--diff')
    expect(code).toBe(1)
    expect(stdout).toContain('-enable_proxy_protocol_v2 true\n+enable_proxy_protocol 2')
    expect(await readFile(join(folder, 'mosquitto.conf'), 'utf8')).toBe(bad)
  })

  it('shows a diff as the file is, whatever the terminal can show', async () => {
    const commented = `# clients → HAProxy → here\n${bad}`
    await writeFile(join(folder, 'mosquitto.conf'), commented)
    const { stdout } = await mqttProxy(['lint', 'mosquitto.conf', '--diff'], { cwd: folder, env: { LC_ALL: 'C' } })
    expect(stdout).toContain('\n # clients → HAProxy → here\n')
  })

  it('merges what the real programs say of lines that no rule knows', async () => {
    await writeFile(join(folder, 'haproxy.cfg'), 'frontend f\n    bind 127.0.0.1:1883\n    timeot client 5s\n')
    await writeFile(join(folder, 'mosquitto.conf'), 'listener 1884 127.0.0.1\nmax_keepalive 70000\npassword_file p\n')
    const { stdout } = await lint('.', '--json')
    const { findings, env } = JSON.parse(stdout)
    expect(findings).toContainEqual(expect.objectContaining({ code: 'HA', at: expect.objectContaining({ line: 3 }) }))
    expect(findings).toContainEqual(expect.objectContaining({ code: 'MO', at: expect.objectContaining({ line: 2 }) }))
    expect(env).toMatchObject({ haproxy: expect.any(String), broker: expect.stringMatching(/^mosquitto 2/) })
  })

  it('writes every report at once', async () => {
    await writeFile(join(folder, 'mosquitto.conf'), bad)
    const names = ['sarif', 'junit', 'checkstyle', 'github', 'json']
    const { code } = await lint('mosquitto.conf', ...names.flatMap((name) => ['--reporter', `${name}=out.${name}`]))
    expect(code).toBe(1)
    for (const name of names) expect(await readFile(join(folder, `out.${name}`), 'utf8')).toContain('MP201')
  })

  it('explains a rule offline', async () => {
    const { code, stdout } = await lint('--explain', 'mp401')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^MP401 port-mismatch \(error\)/)
  })

  it.each([
    [['--explain', 'MP999'], 'MP-LINT-RULE'],
    [[], 'MP-LINT-NOTHING'],
    [['none.cfg'], 'none.cfg: there is no such file'],
  ])('%j ends 2: %s', async (args, said) => {
    const { code, stderr } = await lint(...args)
    expect(code).toBe(2)
    expect(stderr).toContain(said)
    expect(stderr).not.toContain('    at ')
  })

  it('watches until it is told to stop', async () => {
    const path = join(folder, 'mosquitto.conf')
    await writeFile(path, bad)
    const ran = startMqttProxy(['lint', path, '--watch', '--no-programs'], { cwd: folder })
    await ran.printed(/watching/)
    await writeFile(path, bad.replace('protocol_v2 true', 'protocol 2'))
    await ran.printed(/no findings/)
    ran.signal('SIGINT')
    expect((await ran.ended).code).toBe(130)
  })
})
