import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { driverFor } from '../../../src/host/brokers/index.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { freePort } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { codesOf, probeOne } from './listeners.js'

afterEach(endAll)

async function start(more: string): Promise<string> {
  const folder = (await makeWorkdir('test')).path
  const port = await freePort()
  const configFile = join(folder, 'rabbitmq.conf')
  writeFileSync(
    configFile,
    `mqtt.listeners.tcp.1 = 127.0.0.1:${port}
mqtt.allow_anonymous = true
anonymous_login_user = guest
anonymous_login_pass = guest
loopback_users = none
${more}
`,
  )
  await (await driverFor('rabbitmq', { program: '4' })).start({
    folder,
    configFile,
    listeners: [{ host: '127.0.0.1', port }],
  })
  return `127.0.0.1:${port}`
}

describe('the verdict on a real RabbitMQ', () => {
  it('without PROXY it is a plain broker', async () => {
    const { verdict } = await probeOne(await start(''))
    expect(verdict).toMatchObject({ kind: 'plain', relay: false })
  }, 120_000)

  it('with PROXY it requires a header of either version', async () => {
    const one = await probeOne(await start('mqtt.proxy_protocol = true'))
    expect(one.verdict).toMatchObject({ kind: 'proxy-required', proxy: { versions: [1, 2] } })
    expect(codesOf(one)).toContain('MP-P301 INFO')
  }, 120_000)
})
