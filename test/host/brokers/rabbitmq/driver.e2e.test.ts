import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { driverFor } from '../../../../src/host/brokers/index.js'
import { makeWorkdir } from '../../../../src/host/files/workdir.js'
import { freePort } from '../../../../src/host/net/ports.js'
import { endAll, owned } from '../../../../src/host/process/lifetime.js'
import { processesWith } from '../../processes.js'
import { mqttConnect } from '../connect.js'

// Starting Erlang and a database takes seconds, on a busy machine many.
const patient = 300_000

let folder: string
let port: number

beforeEach(async () => {
  folder = (await makeWorkdir('test')).path
  port = await freePort()
})
afterEach(endAll)

const proxied = Buffer.from('PROXY TCP4 198.51.100.7 192.0.2.1 4242 1883\r\n')

/** The words for anonymous clients, by version. */
const words = {
  '4': 'anonymous_login_user = guest\nanonymous_login_pass = guest\n',
  '3.10': 'mqtt.default_user = guest\nmqtt.default_pass = guest\n',
}

async function start(line: keyof typeof words, more: string, lend = false) {
  const driver = await driverFor('rabbitmq', { program: line })
  const configFile = join(folder, 'rabbitmq.conf')
  const text = (at: number) => `mqtt.listeners.tcp.1 = 127.0.0.1:${at}\n${more}\n`
  writeFileSync(configFile, text(port))
  const listeners = [{ host: '127.0.0.1', port }]
  return { driver, text, broker: await driver.start({ folder, configFile, listeners, lend }) }
}

describe.each(['4', '3.10'] as const)('the rabbitmq driver, on %s', (line) => {
  it(
    'runs a private node, tells the address in the header, lends it on when it is empty, and leaves nothing behind',
    async () => {
      const open = `mqtt.allow_anonymous = true\nmqtt.proxy_protocol = true\nloopback_users = none\n${words[line]}`
      const { driver, text, broker } = await start(line, open, true)
      const facts = await driver.facts()
      expect(facts).toMatchObject({ proxy: [1, 2], version: expect.stringMatching(`^${line}\\.`) })
      expect(facts.mqtt.includes('5.0')).toBe(line === '4')

      expect(await mqttConnect(port, 'one', proxied)).toBe(0)
      expect(await broker.saw('one')).toMatchObject({ address: '198.51.100.7', port: 4242, username: undefined })

      await broker.release?.()
      const spare = await driver.spare?.(text(40_000), [{ host: '127.0.0.1', port: 40_000 }], true)
      expect(spare?.listeners).toEqual([{ host: '127.0.0.1', port }])
      const next = spare?.lend()
      // The next one is told nothing of what was before.
      expect(await next?.saw('one', 0)).toBeUndefined()
      expect(await mqttConnect(port, 'two', proxied)).toBe(0)
      expect(await next?.saw('two')).toMatchObject({ address: '198.51.100.7' })

      // A session that outlives its client is left behind: nobody may have this node any more.
      expect(await mqttConnect(port, 'stays', proxied, { clean: false, subscribe: 'left/behind' })).toBe(0)
      await next?.release?.()
      expect(next?.alive()).toBe(false)
      await driver.close?.()
      expect(owned().filter((one) => one.includes('pid'))).toEqual([])
      expect(processesWith('mqtt-proxy-rabbitmq-')).toEqual([])
    },
    patient,
  )

  it(
    'writes a line of each of many clients that come at once',
    async () => {
      const { broker } = await start(
        line,
        `mqtt.allow_anonymous = true\nmqtt.proxy_protocol = true\nloopback_users = none\n${words[line]}`,
      )
      const ids = Array.from({ length: 400 }, (_, n) => `burst-${n}`)
      const codes = await Promise.all(ids.map((id) => mqttConnect(port, id, proxied)))
      expect(codes.filter((code) => code !== 0)).toEqual([])
      const sights = await Promise.all(ids.map((id) => broker.saw(id, 20_000)))
      expect(ids.filter((_, n) => sights[n]?.address !== '198.51.100.7')).toEqual([])
    },
    patient,
  )
})
