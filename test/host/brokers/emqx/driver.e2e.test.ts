import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { beforeEach, describe, expect, it } from 'vitest'
import { driverFor } from '../../../../src/host/brokers/index.js'
import { freePort } from '../../../../src/host/net/ports.js'
import { owned } from '../../../../src/host/process/lifetime.js'
import { processesWith } from '../../processes.js'
import { releaseTests } from '../release.js'

const script = join(import.meta.dirname, 'stand-in/make.mjs')
const tests = releaseTests('emqx', script, 'EMQX_BIN')
const { programs } = tests
let folder: string
let port: number

beforeEach(() => {
  folder = tests.folder()
  port = tests.port()
})

const others = ['ssl', 'ws', 'wss'].map((kind) => `listeners.${kind}.default.enable = false\n`).join('')
const usual = (at: number, more = '') =>
  `listeners.tcp.default {\n  bind = "127.0.0.1:${at}"\n${more}}\n${others}mqtt.peer_cert_as_username = cn\n`

async function start(program: string, text: string, name = 'emqx.conf', at = port) {
  const driver = await driverFor('emqx', { program })
  const configFile = join(folder, name)
  writeFileSync(configFile, text)
  return driver.start({ folder, configFile, listeners: [{ host: '127.0.0.1', port: at }] })
}

const client = (at: number, clientId: string, more = {}) =>
  connectAsync(`mqtt://127.0.0.1:${at}`, { clientId, reconnectPeriod: 0, protocolVersion: 4, ...more })

describe.each(programs)('the emqx driver, on $name', ({ program }) => {
  it('learns the version from the release', async () => {
    const driver = await driverFor('emqx', { program: program() })
    expect(await driver.facts()).toMatchObject({ version: expect.stringMatching(/^[56]\.\d/), proxy: [1, 2] })
  })

  it('tells of sessions while they are open, and leaves no process behind', async () => {
    const broker = await start(program(), usual(port))
    const [one, two] = [await client(port, 'one', { username: 'bob' }), await client(port, 'two')]
    const { localPort } = one.stream as unknown as { localPort: number }
    const [first, second] = await Promise.all([broker.saw('one'), broker.saw('two')])
    expect(first).toMatchObject({ address: '127.0.0.1', port: localPort, username: 'bob' })
    expect(second?.username).toBeUndefined()
    await one.endAsync()
    await two.endAsync()
    expect(await broker.saw('one', 0)).toBeUndefined()
    await broker.stop()
    expect(owned().filter((what) => what.includes('pid'))).toEqual([])
    expect(processesWith(`${folder}/`)).toEqual([])
  })

  it('runs two nodes side by side, and one again in the same folder', async () => {
    const first = await start(program(), usual(port))
    const second = await freePort()
    const beside = await start(program(), usual(second), 'emqx-2.conf', second)
    await first.stop()
    const again = await start(program(), usual(port))
    expect([again.alive(), beside.alive()]).toEqual([true, true])
  })

  it('quotes why it does not start', async () => {
    const started = start(program(), usual(port, '  proxy_protocol = sometimes\n'))
    await expect(started).rejects.toMatchObject({
      code: 'MP-BROKER-START',
      exit: 3,
      at: { file: join(folder, 'emqx.conf') },
      hints: expect.arrayContaining([expect.stringContaining('sometimes')]),
    })
    expect(processesWith(`${folder}/`)).toEqual([])
  })

  it('says which port is taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen({ host: '127.0.0.1', port, exclusive: true }, () => resolve()))
    await expect(start(program(), usual(port))).rejects.toMatchObject({ code: 'MP-PORT-TAKEN', exit: 3 })
    other.close()
  })
})

it('says so when a program is no movable release, or not there', async () => {
  await expect(driverFor('emqx', { program: '/nowhere/emqx' })).rejects.toMatchObject({
    code: 'MP-NO-PROGRAM',
    exit: 3,
  })
  const lonely = join(folder, 'emqx')
  writeFileSync(lonely, '#!/bin/sh\n', { mode: 0o755 })
  const driver = await driverFor('emqx', { program: lonely })
  await expect(driver.facts()).rejects.toMatchObject({ code: 'MP-BROKER', exit: 3 })
})
