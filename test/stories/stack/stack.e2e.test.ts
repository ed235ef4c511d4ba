import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { describe, expect, it } from 'vitest'
import { owned } from '../../../src/host/process/lifetime.js'
import { startStack } from '../../../src/testing.js'
import { top } from '../../cli.js'
import { run } from '../../program.js'

describe('startStack', () => {
  it('runs your own pair and says what it took it for', async () => {
    await withPair(
      'frontend f\n  mode tcp\n  bind :1883\n  default_backend b\nbackend b\n  mode tcp\n  server s 127.0.0.1:1884 send-proxy-v2\n',
      'listener 1884 127.0.0.1\nenable_proxy_protocol 2\nallow_anonymous true\n',
      async (haproxyConfig, brokerConfig) => {
        const stack = await startStack({ haproxyConfig, brokerConfig })
        try {
          expect(stack.scenario).toBe('proxy')
          const client = await mqtt.connectAsync(stack.url, { clientId: 'own' })
          expect(await stack.saw('own')).toMatchObject({ address: '127.0.0.1' })
          await client.endAsync()
        } finally {
          await stack.stop()
        }
        await expect(mqtt.connectAsync(stack.url, { reconnectPeriod: 0, connectTimeout: 500 })).rejects.toThrow()
      },
    )
  })

  it('leaves nothing behind, and stops as often as it is told', async () => {
    const before = owned()
    const stack = await startStack({ scenario: '1' })
    await Promise.all([stack.stop(), stack.stop(), stack[Symbol.asyncDispose]()])
    expect(owned()).toEqual(before)
  })

  it.each([
    [{}, /name a scenario/],
    [{ scenario: 'proxy-mlts' }, /no scenario/],
    [{ haproxyConfig: 'x.cfg' }, /belong together/],
    [{ haproxyConfig: 'x.cfg', brokerConfig: 'x.conf', ip: 6 as const }, /for scenarios/],
  ])('refuses %j', async (options, message) => {
    await expect(startStack(options)).rejects.toThrow(message)
  })
})

it('runs the documented node:test example from the package', async () => {
  if (!existsSync(join(top, 'dist/testing.js'))) throw new Error('run npm run build first')
  const args = ['--test', '--test-reporter=tap', 'docs/examples/stack.node-test.mjs']
  const { stdout } = await run(process.execPath, args, { cwd: top, env: { NODE_OPTIONS: '' } })
  expect(stdout).toMatch(/^# pass 1$/m)
})

async function withPair(haproxy: string, broker: string, use: (haproxy: string, broker: string) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-pair-'))
  try {
    const files = [join(folder, 'haproxy.cfg'), join(folder, 'mosquitto.conf')] as const
    await writeFile(files[0], haproxy)
    await writeFile(files[1], broker)
    await use(...files)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
