import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { driverFor } from '../../../src/host/brokers/index.js'
import { testMosquittoConfig } from '../../../src/host/brokers/mosquitto.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { freePort } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { mqttConnect } from './connect.js'

const driver = await driverFor('mosquitto')
let folder: string
let port: number

beforeEach(async () => {
  folder = (await makeWorkdir('test')).path
  port = await freePort()
})
afterEach(endAll)

function start(text: string) {
  const configFile = join(folder, 'mosquitto.conf')
  writeFileSync(configFile, text)
  return driver.start({ folder, configFile, listeners: [{ host: '127.0.0.1', port }] })
}

describe('the mosquitto driver', () => {
  it('learns version and PROXY support from the program', async () => {
    const facts = await driver.facts()
    expect(facts.version).toMatch(/^2\.[1-9]/)
    expect(facts.proxy).toEqual([1, 2])
    expect(facts.mqtt).toContain('5.0')
  })

  it('tells the address in the PROXY header, and nothing of a client that never came', async () => {
    const broker = await start(`listener ${port} 127.0.0.1\nenable_proxy_protocol 1\nallow_anonymous true\n`)
    const header = Buffer.from('PROXY TCP4 198.51.100.7 192.0.2.1 4242 1883\r\n')
    expect(await mqttConnect(port, 'one', header)).toBe(0)
    expect(await broker.saw('one')).toMatchObject({ address: '198.51.100.7', port: 4242, username: undefined })
    expect(await broker.saw('two', 0)).toBeUndefined()
    await broker.stop()
    expect(broker.alive()).toBe(false)
  })

  it('shows the log also when the file sends it elsewhere', async () => {
    const broker = await start(`listener ${port} 127.0.0.1\nallow_anonymous true\nlog_dest none\nlog_type error\n`)
    expect(await mqttConnect(port, 'one')).toBe(0)
    expect(await broker.saw('one')).toMatchObject({ address: '127.0.0.1' })
  })

  it('gives its last words and the guilty line when it does not start', async () => {
    const failed = start(`listener ${port} 127.0.0.1\nenable_proxy_protocol_v2 true\n`)
    await expect(failed).rejects.toMatchObject({
      code: 'MP-BROKER-START',
      exit: 3,
      at: { file: join(folder, 'mosquitto.conf'), line: 2 },
      message: expect.stringContaining('enable_proxy_protocol_v2'),
    })
  })

  it('says which port is taken', async () => {
    const text = `listener ${port} 127.0.0.1\nallow_anonymous true\n`
    await start(text)
    await expect(start(text)).rejects.toMatchObject({ code: 'MP-PORT-TAKEN', exit: 3 })
  })

  it('tests a file without running it', async () => {
    const facts = await driver.facts()
    const file = join(folder, 'mosquitto.conf')
    writeFileSync(file, `listener ${port} 127.0.0.1\nenable_proxy_protocol 3\n`)
    await expect(testMosquittoConfig(facts.program ?? '', file)).rejects.toMatchObject({ code: 'MP-BROKER-START' })
    writeFileSync(file, `listener ${port} 127.0.0.1\nenable_proxy_protocol 2\n`)
    await testMosquittoConfig(facts.program ?? '', file)
  })
})
