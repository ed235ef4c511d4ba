import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { startProxyBroker } from '../../../src/stories/broker/broker.js'
import { mqttProxy } from '../../cli.js'

const run = (...args: string[]) => mqttProxy(args)
let required: string
let plain: string
let optional: string
let nobody: string
let folder: string

async function broker(mode: 'required' | 'optional' | 'off'): Promise<string> {
  const { at } = await startProxyBroker({
    host: '127.0.0.1',
    port: 0,
    socket: undefined,
    transport: 'tcp',
    mode,
    accept: [1, 2],
    headerTimeoutMs: 5000,
    requireTls: false,
    requireCertificate: false,
    cnAsUsername: false,
    allow: [],
    deny: [],
    verbose: false,
    onEvent: () => {},
  })
  if ('path' in at) throw new Error('a TCP listener was asked for')
  return `127.0.0.1:${at.port}`
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mqtt-proxy-probe-'))
  required = await broker('required')
  optional = await broker('optional')
  plain = await broker('off')
  nobody = `127.0.0.1:${await freePort()}`
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await endAll()
})

describe('probe', () => {
  it('prints one JSON document, with trials, findings and what it cost', async () => {
    const { code, stdout } = await run('probe', required, '--json')
    expect(code).toBe(0)
    const document = JSON.parse(stdout)
    expect(document).toMatchObject({ schema: 1, ok: true, command: 'probe', targets: [{ kind: 'proxy-required' }] })
    expect(document.targets[0].trials).toContainEqual(expect.objectContaining({ id: 'v2', result: 'accepted', rc: 0 }))
    expect(document.targets[0].findings).toContainEqual(expect.objectContaining({ id: 'MP-P301', severity: 'INFO' }))
    expect(document.connections.count).toBe(document.targets[0].trials.length)
  })

  it('fails from the severity that was asked for on, inclusive', async () => {
    expect((await run('probe', optional, '--fail-on', 'high')).code).toBe(1)
    expect((await run('probe', optional, '--fail-on', 'critical')).code).toBe(0)
    expect((await run('probe', optional, '--fail-on', 'none')).code).toBe(0)
  })

  it('meets an expectation or does not', async () => {
    expect((await run('probe', plain, '--expect', 'plain')).code).toBe(0)
    expect((await run('probe', plain, '--expect', 'tls')).code).toBe(1)
    const typo = await run('probe', plain, '--expect', 'proxy-requird')
    expect(typo.code).toBe(2)
    expect(typo.stderr).toContain('did you mean proxy-required?')
  })

  it('takes a closed port for what was expected', async () => {
    expect((await run('probe', nobody, '--expect', 'closed')).code).toBe(0)
    expect((await run('probe', plain, '--expect', 'closed')).code).toBe(1)
  })

  it('says what was expected and what was found instead', async () => {
    const { stdout } = await run('probe', plain, '--expect', 'tls', '--quiet')
    expect(stdout).toContain('expected tls, found plain')
  })

  it('passes nothing on a target that was not reached', async () => {
    const { stats } = JSON.parse((await run('probe', nobody, '--json')).stdout)
    expect(stats).toMatchObject({ passed: 0, unknown: 2 })
  })

  it('exits 4 where the verdict is unknown, and says so', async () => {
    const { code, stdout } = await run('probe', nobody)
    expect(code).toBe(4)
    expect(stdout).toContain('closed')
    expect((await run('probe', 'no-such-host.invalid')).code).toBe(4)
  })

  it('reads targets from a file and writes reports', async () => {
    const file = join(folder, 'targets.txt')
    const reports = { sarif: join(folder, 'a.sarif'), junit: join(folder, 'a.xml'), html: join(folder, 'a.html') }
    writeFileSync(file, `# brokers\n${plain}\n\n${required} # inner\n${optional}\n`)
    const flags = Object.entries(reports).flatMap(([name, path]) => ['--reporter', `${name}=${path}`])
    const { code, stdout } = await run('probe', '--targets', file, ...flags)
    expect(code).toBe(1)
    expect(stdout).toContain(plain)
    expect(JSON.parse(readFileSync(reports.sarif, 'utf8')).runs[0].results.length).toBeGreaterThan(0)
    expect(readFileSync(reports.junit, 'utf8')).toContain(`${plain}/identified`)
    expect(readFileSync(reports.html, 'utf8')).toContain('MP-P301')
  })

  it('refuses what it cannot read', async () => {
    expect((await run('probe')).code).toBe(2)
    expect((await run('probe', '127.0.0.1:99999')).code).toBe(2)
    expect((await run('probe', plain, required, '--behind', required)).code).toBe(2)
    writeFileSync(join(folder, 'empty.txt'), '# none\n')
    expect((await run('probe', '--targets', join(folder, 'empty.txt'))).code).toBe(2)
  })
})

describe('send', () => {
  it('takes -q for the QoS and prints one JSON document', async () => {
    const { code, stdout } = await run('send', plain, '-t', 't', '-m', 'hi', '-q', '1', '--subscribe', 't', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      ok: true,
      outcome: 'accepted',
      messages: [{ topic: 't', qos: 1, payload: Buffer.from('hi').toString('base64') }],
    })
  })

  it('tells the likely causes of a lost connection, and that rejection was expected', async () => {
    const { code, stdout } = await run('send', required)
    expect(code).toBe(1)
    expect(stdout).toMatch(/MP-NO-CONNACK[\s\S]*1 it wants a PROXY header/)
    expect((await run('send', required, '--expect', 'reject')).code).toBe(0)
    expect((await run('send', required, '--src', '203.0.113.7', '--expect', 'reject')).code).toBe(1)
    expect((await run('send', nobody)).code).toBe(4)
  })

  it('refuses flags that cannot be', async () => {
    expect((await run('send')).code).toBe(2)
    expect((await run('send', plain, '--split', '12')).code).toBe(2)
    expect((await run('send', plain, '-m', 'x')).code).toBe(2)
    expect((await run('send', plain, '--src', '203.0.113.7', '--malform', 'nothing-such')).code).toBe(2)
    expect((await run('send', plain, '-t', 't', '-m', '-', '-P', '-')).code).toBe(2)
  })
})
