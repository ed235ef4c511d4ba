import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { connectAsync } from 'mqtt'
import { beforeEach, describe, expect, it } from 'vitest'
import { driverFor } from '../../../../src/host/brokers/index.js'
import { makeWorkdir } from '../../../../src/host/files/workdir.js'
import { freePort } from '../../../../src/host/net/ports.js'
import { startChild } from '../../../../src/host/process/children.js'
import { owned } from '../../../../src/host/process/lifetime.js'
import { waitForListeners } from '../../../../src/host/process/readiness.js'
import { until } from '../../../../src/host/sandbox/lab.js'
import { derive } from '../../../../src/scenarios/derive.js'
import { findScenario } from '../../../../src/scenarios/find.js'
import { processesWith } from '../../processes.js'
import { releaseTests } from '../release.js'

const script = join(import.meta.dirname, 'stand-in/make.mjs')
const tests = releaseTests('vernemq', script, 'VERNEMQ_BIN')
const { programs } = tests
let folder: string
let standIn: string
let port: number

beforeEach(() => {
  folder = tests.folder()
  standIn = tests.standIn()
  port = tests.port()
})

const usual = (at: number) =>
  `listener.tcp.haproxy = 127.0.0.1:${at}\nallow_anonymous = on\nnodename = a@127.0.0.1\ndistributed_cookie = secret\n`

async function start(program: string, text: string, more: { lend?: boolean; withinMs?: number } = {}) {
  const driver = await driverFor('vernemq', { program })
  const configFile = join(folder, 'vernemq.conf')
  writeFileSync(configFile, text)
  const listeners = [{ host: '127.0.0.1', port }]
  return { driver, broker: await driver.start({ folder, configFile, listeners, ...more }) }
}

const client = (clientId: string, more = {}) =>
  connectAsync(`mqtt://127.0.0.1:${port}`, { clientId, reconnectPeriod: 0, protocolVersion: 4, ...more })

describe.each(programs)('the vernemq driver, on $name', ({ program }) => {
  it('learns the version from the program', async () => {
    const driver = await driverFor('vernemq', { program: program() })
    expect(await driver.facts()).toMatchObject({ version: expect.stringMatching(/^2\.\d/), proxy: [1, 2] })
  })

  it('is ready for a SUBSCRIBE, tells of open sessions, and leaves no process behind', async () => {
    const { broker } = await start(program(), usual(port))
    const one = await client('one', { username: 'bob' })
    expect(await one.subscribeAsync('a/b', { qos: 1 })).toMatchObject([{ qos: 1 }])
    const { localPort } = one.stream as unknown as { localPort: number }
    expect(await broker.saw('one')).toMatchObject({ address: '127.0.0.1', port: localPort, username: 'bob' })
    await one.endAsync()
    expect(await broker.saw('one', 0)).toBeUndefined()
    await broker.stop()
    expect(owned().filter((what) => what.includes('pid'))).toEqual([])
  })

  it('starts again in the same folder, and a second one beside it', async () => {
    const { driver, broker } = await start(program(), usual(port))
    await broker.stop()
    const configFile = join(folder, 'vernemq.conf')
    const again = await driver.start({ folder, configFile, listeners: [{ host: '127.0.0.1', port }] })
    const second = await freePort()
    const other = join(folder, 'vernemq-2.conf')
    writeFileSync(other, usual(second))
    const beside = await driver.start({ folder, configFile: other, listeners: [{ host: '127.0.0.1', port: second }] })
    expect([again.alive(), beside.alive()]).toEqual([true, true])
  })

  it('quotes the reason that `console` keeps to itself, and names the line', async () => {
    await expect(start(program(), `${usual(port)}listener.tcp.haproxy.proxy_protocol = true\n`)).rejects.toMatchObject({
      code: 'MP-BROKER-START',
      exit: 3,
      at: { file: join(folder, 'vernemq.conf'), line: 5 },
      hints: expect.arrayContaining([expect.stringContaining('acceptable values are: on, off')]),
    })
  })

  it('lends a node on once its clients have gone', async () => {
    const { driver, broker } = await start(program(), usual(port), { lend: true })
    rmSync(folder, { recursive: true })
    const one = await client('one')
    const gone = one.endAsync()
    await Promise.all([gone, broker.release?.()])
    const elsewhere = [{ host: '127.0.0.1', port: 40000 }]
    const spare = await driver.spare?.(usual(40000), elsewhere, true)
    expect(spare?.listeners).toEqual([{ host: '127.0.0.1', port }])
    const next = spare?.lend()
    const two = await client('two')
    expect(await next?.saw('two')).toMatchObject({ address: '127.0.0.1' })
    expect(next?.log().some((line) => line.includes('one'))).toBe(false)
    await two.endAsync()
    await driver.close?.()
    await next?.release?.()
    expect(next?.alive()).toBe(false)
  })
})

describe('the vernemq driver, where the stand-in misbehaves as VerneMQ does', () => {
  it('says that it runs, but has not opened the port', async () => {
    // Two lines of one listener: the last one counts, so the first port never opens.
    const text = `${usual(port)}listener.tcp.haproxy = 127.0.0.1:${await freePort()}\n`
    const started = start(standIn, text, { withinMs: 3000 })
    await expect(started).rejects.toMatchObject({
      code: 'MP-BROKER-START',
      message: expect.stringContaining(`runs, but 127.0.0.1:${port} did not open`),
    })
    expect(owned().filter((what) => what.includes('pid'))).toEqual([])
  })

  it('ends the port mapper that a late vmq-admin started', async () => {
    const { broker } = await start(standIn, usual(port))
    const ours = () => [...processesWith(`${tests.release()}/`), ...processesWith(`${folder}/`)]
    const mappers = () => processesWith('epmd.mjs').filter((pid) => ours().includes(pid))
    // Ours runs in the foreground; without it every question would start a daemon.
    expect(mappers()).toHaveLength(1)
    const asked = broker.saw('nobody', 100)
    for (const pid of mappers()) process.kill(pid, 'SIGKILL')
    await asked
    expect(await until(() => mappers().length === 1, 20_000)).toBe(true)
    await broker.stop()
    expect(await until(() => mappers().length === 0, 5000)).toBe(true)
  })

  it('starts from a generated file as it stands: nothing has to be completed', async () => {
    const [made] = derive(findScenario('proxy'), { broker: 'vernemq', server: { host: '127.0.0.1', port } }).brokers
    const plain = (await makeWorkdir('plain')).path
    const program = (await promisify(execFile)(process.execPath, [script, plain])).stdout.trim()
    writeFileSync(join(plain, 'etc/vernemq.conf'), made?.files[0]?.text ?? '')
    mkdirSync(join(plain, 'data'))
    const mapper = await freePort()
    const env = { ...process.env, ERL_EPMD_PORT: String(mapper) }
    const child = await startChild({ name: 'vernemq', program, args: ['console'], cwd: plain, env })
    expect(await waitForListeners([{ host: '127.0.0.1', port }], { alive: child.alive, withinMs: 60_000 })).toEqual([])
    await child.stop()
    for (const pid of processesWith(`${plain}/`)) process.kill(pid, 'SIGKILL')
  })

  it('says so when a program is no movable release, or nothing at all', async () => {
    await expect(driverFor('vernemq', { program: '/nowhere/vernemq' })).rejects.toMatchObject({ exit: 3 })
    const lonely = join(folder, 'vernemq')
    writeFileSync(lonely, '#!/bin/sh\necho 2.2.0\n', { mode: 0o755 })
    await expect(start(lonely, usual(port))).rejects.toMatchObject({ code: 'MP-BROKER', exit: 3 })
  })
})
