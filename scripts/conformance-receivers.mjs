/** The receivers of the conformance page, each started on loopback with the programs that `tools install` fetches. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { conformanceCases } from '../dist/conformance/catalogue.js'
import { driverFor } from '../dist/host/brokers/index.js'
import { makeWorkdir } from '../dist/host/files/workdir.js'
import { haproxyFacts, startHaproxy } from '../dist/host/haproxy/haproxy.js'
import { freePorts } from '../dist/host/net/ports.js'
import { endAll } from '../dist/host/process/lifetime.js'
import { findProgram } from '../dist/host/process/programs.js'
import { runConformance } from '../dist/stories/conformance/conformance.js'

async function broker(kind, name, text, program) {
  const driver = await driverFor(kind, program === undefined ? {} : { program })
  const { version } = await driver.facts()
  const folder = (await makeWorkdir('conf')).path
  const [port] = await freePorts(1)
  const configFile = join(folder, name)
  writeFileSync(configFile, text(port))
  const running = await driver.start({ folder, configFile, listeners: [{ host: '127.0.0.1', port }] })
  return { version, port, saw: (id, withinMs) => running.saw(id, withinMs) }
}

const vernemqWords = (port) =>
  `listener.tcp.x = 127.0.0.1:${port}\nlistener.tcp.x.proxy_protocol = on\nallow_anonymous = on\n`
const mosquittoWords = (version) => (port) =>
  `listener ${port} 127.0.0.1\nenable_proxy_protocol ${version}\nallow_anonymous true\n`

/** HAProxy with accept-proxy; what it makes of the header shows in the one it sends to an embedded broker behind it. */
async function haproxy(line) {
  const { program } = await findProgram('haproxy', { chosen: line })
  const { version } = await haproxyFacts(program)
  const behind = await broker('embedded', 'vernemq.conf', vernemqWords)
  const folder = (await makeWorkdir('conf')).path
  const [port] = await freePorts(1)
  const file = join(folder, 'haproxy.cfg')
  writeFileSync(
    file,
    `defaults
    mode tcp
    timeout connect 2s
    timeout client 10s
    timeout server 10s
frontend front
    bind 127.0.0.1:${port} accept-proxy
    default_backend back
backend back
    server broker 127.0.0.1:${behind.port} send-proxy-v2
`,
  )
  await startHaproxy({ program, files: [file], folder, listeners: [{ host: '127.0.0.1', port }] })
  return { version, port, saw: behind.saw }
}

export const receivers = [
  {
    slug: 'embedded',
    name: 'embedded broker',
    how: 'mqtt-proxy broker, both versions accepted',
    start: () => broker('embedded', 'vernemq.conf', vernemqWords),
  },
  {
    slug: 'mosquitto-v2',
    name: 'Mosquitto, version 2 listener',
    how: 'enable_proxy_protocol 2',
    start: () => broker('mosquitto', 'mosquitto.conf', mosquittoWords(2)),
  },
  {
    slug: 'mosquitto-v1',
    name: 'Mosquitto, version 1 listener',
    how: 'enable_proxy_protocol 1',
    start: () => broker('mosquitto', 'mosquitto.conf', mosquittoWords(1)),
  },
  {
    slug: 'rabbitmq',
    name: 'RabbitMQ',
    how: 'mqtt.proxy_protocol = true',
    start: () =>
      broker(
        'rabbitmq',
        'rabbitmq.conf',
        (port) => `mqtt.listeners.tcp.1 = 127.0.0.1:${port}\nmqtt.allow_anonymous = true\nmqtt.proxy_protocol = true\n`,
        '3.10',
      ),
  },
  { slug: 'haproxy-2.6', name: 'HAProxy 2.6', how: 'bind ... accept-proxy', start: () => haproxy('2.6') },
  { slug: 'haproxy-3.2', name: 'HAProxy 3.2', how: 'bind ... accept-proxy', start: () => haproxy('3.2') },
  {
    slug: 'rabbitmq-4',
    name: 'RabbitMQ 4',
    how: 'mqtt.proxy_protocol = true',
    start: () =>
      broker(
        'rabbitmq',
        'rabbitmq.conf',
        (port) =>
          `mqtt.listeners.tcp.1 = 127.0.0.1:${port}\nmqtt.proxy_protocol = true\nmqtt.allow_anonymous = true\nanonymous_login_user = guest\nanonymous_login_pass = guest\nloopback_users = none\n`,
        '4',
      ),
  },
  {
    slug: 'flashmq',
    name: 'FlashMQ',
    how: 'haproxy on',
    // The program is named with FLASHMQ_BIN.
    start: () =>
      broker(
        'flashmq',
        'flashmq.conf',
        (port) =>
          `allow_anonymous true\nlisten {\n  inet_protocol ip4\n  inet4_bind_address 127.0.0.1\n  port ${port}\n  haproxy on\n}\n`,
      ),
  },
]

/** Starts a receiver, runs the whole catalogue, ends it. */
export async function test({ slug, name, how, start }) {
  try {
    const { version, port, saw } = await start()
    const target = { name, host: '127.0.0.1', port, saw }
    const request = { targets: [target], cases: conformanceCases, level: 'must', waitMs: 1000, tag: 'page', env: {} }
    const { stats, groups } = await runConformance(request)
    const cases = groups.flatMap((group) => group.cases)
    return {
      slug,
      name,
      version,
      how,
      date: new Date().toISOString().slice(0, 10),
      stats: {
        passed: stats.passed,
        failed: stats.failed,
        nonStrict: stats.nonStrict,
        skipped: stats.skipped,
        unknown: stats.unknown,
      },
      cases: cases.map(({ id, status, level, actual, reason }) => ({
        id,
        status,
        level,
        // Ports of this machine are different every time.
        actual: actual?.replace(/127\.0\.0\.1:\d+/, 'the real endpoint'),
        reason: reason?.replace(/127\.0\.0\.1:\d+/g, 'the real endpoint').replace('the real the real', 'the real'),
      })),
    }
  } finally {
    await endAll()
  }
}
