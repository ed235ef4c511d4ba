// HAProxy with a broker behind it, in node:test: run with `node --test`.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import mqtt from 'mqtt'
import { startStack } from 'mqtt-proxy/testing'

let stack

before(async () => {
  stack = await startStack({ scenario: 'proxy' })
})

after(() => stack.stop())

test('the broker sees the client, not HAProxy', async () => {
  const client = await mqtt.connectAsync(stack.url, { clientId: 'sensor' })
  const seen = await stack.saw('sensor')
  const { port } = client.stream.address()
  await client.endAsync()
  assert.equal(seen?.port, port)
})
