import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { driverFor } from '../../../src/host/brokers/index.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { freePort } from '../../../src/host/net/ports.js'
import { endAll, owned } from '../../../src/host/process/lifetime.js'
import { mqttConnect } from './connect.js'

const driver = await driverFor('rabbitmq')
let folder: string
let port: number

beforeEach(async () => {
  folder = (await makeWorkdir('test')).path
  port = await freePort()
})
afterEach(endAll)

function start(more: string) {
  const configFile = join(folder, 'rabbitmq.conf')
  writeFileSync(configFile, `mqtt.listeners.tcp.1 = 127.0.0.1:${port}\n${more}\n`)
  return driver.start({ folder, configFile, listeners: [{ host: '127.0.0.1', port }] })
}

describe('the rabbitmq driver', () => {
  it('learns the version from the program', async () => {
    const facts = await driver.facts()
    expect(facts.version).toMatch(/^[34]\.\d+\.\d+$/)
    expect(facts.proxy).toEqual([1, 2])
  })

  it('runs a private node, tells the address in the header, and leaves nothing behind', async () => {
    const broker = await start('mqtt.allow_anonymous = true\nmqtt.proxy_protocol = true')
    const header = Buffer.from('PROXY TCP4 198.51.100.7 192.0.2.1 4242 1883\r\n')
    expect(await mqttConnect(port, 'one', header)).toBe(0)
    expect(await broker.saw('one')).toMatchObject({ address: '198.51.100.7', port: 4242, username: undefined })
    await broker.stop()
    expect(broker.alive()).toBe(false)
    expect(owned().filter((one) => one.includes('pid'))).toEqual([])
  }, 120_000)

  it('gives its last words and the guilty line when it does not start', async () => {
    await expect(start('mqtt.no_such_option = 1')).rejects.toMatchObject({
      code: 'MP-BROKER-START',
      exit: 3,
      at: { file: join(folder, 'rabbitmq.conf'), line: 2 },
    })
  }, 120_000)
})
