// HAProxy with a broker behind it, in Jest: NODE_OPTIONS=--experimental-vm-modules npx jest
import mqtt from 'mqtt'
import { startStack } from 'mqtt-proxy/testing'

let stack

beforeAll(async () => {
  stack = await startStack({ scenario: 'proxy' })
})

afterAll(() => stack.stop())

test('the broker sees the client, not HAProxy', async () => {
  const client = await mqtt.connectAsync(stack.url, { clientId: 'sensor' })
  const seen = await stack.saw('sensor')
  const { port } = client.stream.address()
  await client.endAsync()
  expect(seen?.port).toBe(port)
})
