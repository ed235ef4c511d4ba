// HAProxy with a broker behind it, in a vitest suite of your own.
import mqtt from 'mqtt'
import { type Stack, startStack } from 'mqtt-proxy/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

let stack: Stack

beforeAll(async () => {
  stack = await startStack({ scenario: 'proxy-mtls-cn' })
})

afterAll(() => stack.stop())

it('tells the broker who the client is', async () => {
  const { ca, cert, key } = stack.tls!
  const client = await mqtt.connectAsync(stack.url, { ca, cert, key, clientId: 'sensor' })
  const seen = await stack.saw('sensor')
  await client.endAsync()
  expect(seen?.username).toBe('alice')
  expect(seen?.address).toBe('127.0.0.1')
})

it('lets nobody in without a certificate', async () => {
  const refused = mqtt.connectAsync(stack.url, { ca: stack.tls!.ca, clientId: 'stranger', reconnectPeriod: 0 })
  await expect(refused).rejects.toThrow()
  expect(await stack.saw('stranger', 100)).toBeUndefined()
})
