import mqtt from 'mqtt'
import { afterAll, describe, expect, it } from 'vitest'
import { freePort } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { type BrokerServer, type ConnectionEvent, startBroker, startStack } from '../../../src/index.js'

afterAll(endAll)

function portOf(broker: BrokerServer): number {
  const [at] = broker.listeners
  if (at === undefined || 'path' in at) throw new Error('no port')
  return at.port
}

describe('startStack in front of a broker that runs already', () => {
  it.each([
    ['proxy', 'required'],
    ['proxy-mtls-cn', 'required'],
    ['chain', 'required'],
    ['tcp', 'off'],
  ] as const)('%s: the broker learns what the scenario sends', async (scenario, header) => {
    const events: ConnectionEvent[] = []
    const policy = header === 'off' ? header : { mode: header, cnAsUsername: scenario === 'proxy-mtls-cn' }
    const broker = await startBroker({ listeners: [{ header: policy }], onEvent: (event) => events.push(event) })
    const stack = await startStack({ scenario, server: `127.0.0.1:${portOf(broker)}` })
    try {
      const client = await mqtt.connectAsync(stack.url, { ...stack.tls, clientId: 'mine', reconnectPeriod: 0 })
      await client.endAsync()
      const event = events.find((one) => one.result === 'accepted')
      expect(event?.proxy?.command).toBe(header === 'off' ? undefined : 'PROXY')
      expect(event?.mqtt?.username ?? null).toBe(scenario === 'proxy-mtls-cn' ? 'alice' : null)
      // Of a broker that it did not start, the stack knows nothing.
      expect(await stack.saw('mine', 1)).toBeUndefined()
      expect(stack.brokerLog()).toEqual([])
      expect(stack.haproxyLog().join('\n')).toMatch(/mqtt/)
    } finally {
      await stack.stop()
      await broker.stop()
    }
  })

  it('goes on after the stack has stopped', async () => {
    const broker = await startBroker()
    const stack = await startStack({ scenario: 'tcp', server: `localhost:${portOf(broker)}` })
    await stack.stop()
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${portOf(broker)}`, { reconnectPeriod: 0 })
    await client.endAsync()
    await broker.stop()
  })

  it.each([
    [{ server: '127.0.0.1:1884' }, /needs a scenario/],
    [{ server: '127.0.0.1:1884', scenario: 'proxy', broker: 'mosquitto' as const }, /broker has no meaning/],
    [{ server: '127.0.0.1:1884', scenario: 'sticky' }, /two brokers/],
    [{ server: '192.0.2.1:1884', scenario: 'proxy' }, /not a loopback address/],
  ])('refuses %j', async (options, message) => {
    await expect(startStack(options)).rejects.toThrow(message)
  })

  it('says so when nobody is there', async () => {
    const server = `127.0.0.1:${await freePort()}`
    await expect(startStack({ scenario: 'proxy', server })).rejects.toMatchObject({ code: 'MP-STACK-SERVER', exit: 4 })
  })
})
