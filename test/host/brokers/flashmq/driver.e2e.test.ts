import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { driverFor } from '../../../../src/host/brokers/index.js'
import { makeWorkdir } from '../../../../src/host/files/workdir.js'
import { freePort } from '../../../../src/host/net/ports.js'
import { endAll, owned } from '../../../../src/host/process/lifetime.js'
import { mqttConnect } from '../connect.js'
import { encodeV2 } from '../header.js'

const standIn = join(import.meta.dirname, 'stand-in.mjs')
const real = process.env.FLASHMQ_BIN
let folder: string
let port: number

beforeEach(async () => {
  folder = (await makeWorkdir('test')).path
  port = await freePort()
})
afterEach(endAll)

/** The real program takes part whenever it is named. */
const programs = [
  { name: 'the stand-in', program: standIn },
  ...(real === undefined ? [] : [{ name: real, program: real }]),
]

const usual = (body: string) =>
  `allow_anonymous true\nlisten {\n  inet_protocol ip4\n  inet4_bind_address 127.0.0.1\n  port ${port}\n${body}}\n`

async function start(program: string, text: string) {
  const driver = await driverFor('flashmq', { program })
  const configFile = join(folder, 'flashmq.conf')
  writeFileSync(configFile, text)
  return driver.start({ folder, configFile, listeners: [{ host: '127.0.0.1', port }] })
}

describe.each(programs)('the flashmq driver, on $name', ({ program }) => {
  it('learns version and PROXY support from the program', async () => {
    const driver = await driverFor('flashmq', { program })
    expect(await driver.facts()).toMatchObject({ version: expect.stringMatching(/^1\.\d+\.\d+$/), proxy: [2] })
  })

  it('tells the address in the header, no port, and nothing of a client that never came', async () => {
    const broker = await start(program, usual('  haproxy on\n'))
    expect(await mqttConnect(port, 'one', encodeV2('203.0.113.9'))).toBe(0)
    expect(await broker.saw('one')).toMatchObject({ address: '203.0.113.9', port: undefined, username: undefined })
    expect(await broker.saw('two', 0)).toBeUndefined()
    await broker.stop()
    expect(owned().filter((what) => what.includes('pid'))).toEqual([])
  })

  it.each([
    ['client_verification', 'alice'],
    ['on', undefined],
  ])('haproxy %s: the username is %s', async (mode, username) => {
    const broker = await start(program, usual(`  haproxy ${mode}\n`))
    expect(await mqttConnect(port, 'one', encodeV2('203.0.113.9', 'alice', 1))).toBe(0)
    expect((await broker.saw('one'))?.username).toBe(username)
  })

  it('is not kept from its log by what the file says of logs', async () => {
    const broker = await start(program, `log_file /nowhere/f.log\nlog_level error\n${usual('')}`)
    expect(await mqttConnect(port, 'one')).toBe(0)
    expect(await broker.saw('one')).toMatchObject({ address: '127.0.0.1' })
  })

  it('starts again on a port that its clients have just left', async () => {
    const first = await start(program, usual(''))
    expect(await mqttConnect(port, 'one')).toBe(0)
    await first.stop()
    expect((await start(program, usual(''))).alive()).toBe(true)
  })

  it('quotes why it does not start, and names the line', async () => {
    await expect(start(program, usual('  haproxy maybe\n'))).rejects.toMatchObject({
      code: 'MP-BROKER-START',
      exit: 3,
      at: { file: join(folder, 'flashmq.conf'), line: 6 },
      message: expect.stringContaining("'maybe'"),
    })
    await expect(start(program, usual('  haproxy on # headers\n'))).rejects.toMatchObject({ exit: 3, at: { line: 6 } })
  })

  it('says which port is taken, also one of a line that it was not to open', async () => {
    const taken = port
    const other = createServer().listen({ host: '127.0.0.1', port: taken, exclusive: true })
    await once(other, 'listening')
    await expect(start(program, usual(''))).rejects.toMatchObject({ code: 'MP-PORT-TAKEN', exit: 3 })
    port = await freePort()
    const both = `${usual('')}listen {\n  inet_protocol ip4\n  inet4_bind_address 127.0.0.1\n  port ${taken}\n}\n`
    await expect(start(program, both)).rejects.toMatchObject({
      code: 'MP-PORT-TAKEN',
      message: expect.stringContaining(String(taken)),
    })
    other.close()
    expect(owned().filter((what) => what.includes('pid'))).toEqual([])
  })
})

it('says so when a program is not FlashMQ, or not there', async () => {
  await expect(driverFor('flashmq', { program: '/nowhere/flashmq' })).rejects.toMatchObject({ exit: 3 })
  const other = await driverFor('flashmq', { program: '/bin/true' })
  await expect(other.facts()).rejects.toMatchObject({ code: 'MP-BROKER', exit: 3 })
})
