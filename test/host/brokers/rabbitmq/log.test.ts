import { describe, expect, it } from 'vitest'
import { parseAccepting } from '../../../../src/brokers/rabbitmq/accepting-line.js'
import { rabbitmqSaw } from '../../../../src/host/brokers/rabbitmq/log.js'
import { LineLog } from '../../../../src/host/process/line-log.js'

// Lines of RabbitMQ 3.10.8.
const lines = [
  '2026-11-21 05:29:41.162595+00:00 [debug] <0.691.0> Received a CONNECT, client ID: "one" (expanded to "one"), username: undefined, clean session: true, protocol version: 4, keepalive: 60',
  '2026-11-21 05:29:41.164946+00:00 [info] <0.691.0> accepting MQTT connection <0.691.0> (198.51.100.7:4242 -> 192.0.2.1:1883, client id: one)',
  '2026-11-21 05:29:41.165627+00:00 [debug] <0.720.0> Received a CONNECT, client ID: "a b" (expanded to "a b"), username: "guest", clean session: true, protocol version: 4, keepalive: 60',
  '2026-11-21 05:29:41.167294+00:00 [info] <0.720.0> accepting MQTT connection <0.720.0> ([2001:db8::1]:4243 -> [::1]:1883, client id: a b)',
  // 4.3.6.
  '2026-11-27 03:10:46.394392+00:00 [debug] <0.686.0> MQTT accepting TCP connection <0.686.0> (127.0.0.1:52670 -> 127.0.0.1:45837)',
  '2026-11-27 03:10:46.374269+00:00 [debug] <0.686.0> Received a CONNECT, client ID: cl-4, username: undefined, clean start: true, protocol version: 4, keepalive: 60, property names: []',
  '2026-11-27 03:10:46.377331+00:00 [info] <0.686.0> Accepted MQTT connection 203.0.113.9:52670 -> 127.0.0.1:45837 for client ID cl-4',
  '2026-11-27 03:10:46.387740+00:00 [debug] <0.692.0> Received a CONNECT, client ID: for client ID 5, username: guest, clean start: true, protocol version: 5, keepalive: 60, property names: []',
  '2026-11-27 03:10:46.388695+00:00 [info] <0.692.0> Accepted MQTT connection [2001:db8::1]:52686 -> [::1]:45837 for client ID for client ID 5',
]

function log(): LineLog {
  const log = new LineLog()
  log.reader()(Buffer.from(`${lines.join('\n')}\n`))
  return log
}

describe('rabbitmqSaw', () => {
  it('tells address, port and username, of IPv4 and IPv6 clients', async () => {
    expect(await rabbitmqSaw(log(), 'one', 0)).toMatchObject({
      address: '198.51.100.7',
      port: 4242,
      username: undefined,
    })
    expect(await rabbitmqSaw(log(), 'a b', 0)).toMatchObject({ address: '2001:db8::1', port: 4243, username: 'guest' })
  })

  it('reads the lines of RabbitMQ 4', async () => {
    expect(await rabbitmqSaw(log(), 'cl-4', 0)).toMatchObject({
      address: '203.0.113.9',
      port: 52670,
      username: undefined,
    })
    expect(await rabbitmqSaw(log(), 'for client ID 5', 0)).toMatchObject({
      address: '2001:db8::1',
      port: 52686,
      username: 'guest',
    })
  })

  it('tells nothing of a client that never came', async () => {
    expect(await rabbitmqSaw(log(), 'two', 0)).toBeUndefined()
  })
})

describe('parseAccepting', () => {
  it.each([0, 4, 5])('leaves other lines alone (%i)', (index) => {
    expect(parseAccepting(lines[index] ?? '')).toBeUndefined()
  })
})
