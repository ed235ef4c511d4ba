import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { driverFor } from '../../../../src/host/brokers/index.js'
import { makeWorkdir } from '../../../../src/host/files/workdir.js'
import { freePort } from '../../../../src/host/net/ports.js'
import { endAll, owned } from '../../../../src/host/process/lifetime.js'
import { findProgram } from '../../../../src/host/process/programs.js'
import { until } from '../../../../src/host/sandbox/lab.js'
import { processesWith } from '../../processes.js'

const { program: real } = await findProgram('rabbitmq', { chosen: '4' })
let folder: string
let port: number

beforeEach(async () => {
  folder = (await makeWorkdir('test')).path
  port = await freePort()
})
afterEach(endAll)

/** A RabbitMQ whose server is this script; its port mapper is the real one's. */
function rabbitmqThat(does: string): string {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const script = (name: string, text: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
    return join(bin, name)
  }
  script('rabbitmqctl', 'echo 4.3.6')
  symlinkSync(join(dirname(real), 'epmd'), join(bin, 'epmd'))
  return script('rabbitmq', does)
}

/** It chooses its first user itself, so that no node is warmed up for it. */
const config = () =>
  `mqtt.listeners.tcp.1 = 127.0.0.1:${port}\nmqtt.proxy_protocol = true\ndefault_user = alice\ndefault_pass = s3cret\n`

async function start(program: string, more: { text?: string; withinMs?: number; signal?: AbortSignal } = {}) {
  const driver = await driverFor('rabbitmq', { program })
  const configFile = join(folder, 'rabbitmq.conf')
  const { text = config(), ...rest } = more
  writeFileSync(configFile, text)
  return await driver.start({ folder, configFile, listeners: [{ host: '127.0.0.1', port }], ...rest })
}

/** Neither a node nor its port mapper. */
async function expectNothingLeft() {
  expect(owned().filter((what) => what.includes('pid'))).toEqual([])
  expect(await until(() => processesWith(folder).length === 0, 5000)).toBe(true)
}

describe('a RabbitMQ that does not come up: its last lines, the cause, exit 3, nothing left', () => {
  it.each([
    [
      'a node of its name',
      'ERROR: node with name "mqtt-proxy" is already running on host "localhost"',
      /another Erlang node has this name/,
    ],
    ['another cookie', '  * TCP connection succeeded but Erlang distribution failed ', /another cookie/],
    [
      'an old Erlang',
      '{"init terminating in do_boot",{undef,[{rabbit,boot,[],[]},{init,start_em,1,[]}]}}',
      /Erlang beside it is too old/,
    ],
  ])('%s', async (_, line, cause) => {
    const program = rabbitmqThat(`cat <<'END'\nBOOT FAILED\n===========\n${line}\nEND\nexit 1`)
    await expect(start(program)).rejects.toMatchObject({
      code: 'MP-BROKER-START',
      exit: 3,
      message: expect.stringContaining(line.trim().slice(0, 30)),
      hints: expect.arrayContaining([expect.stringMatching(cause), `it said: ${line.trim()}`]),
    })
    await expectNothingLeft()
  })

  it('a boot that hangs', async () => {
    const program = rabbitmqThat('echo "Starting broker..."\nexec sleep 600')
    await expect(start(program, { withinMs: 1000 })).rejects.toMatchObject({
      code: 'MP-BROKER-START',
      exit: 3,
      message: expect.stringContaining(`runs, but 127.0.0.1:${port} did not open within 1 s: Starting broker...`),
    })
    await expectNothingLeft()
  })

  it('a boot that is called off', async () => {
    const program = rabbitmqThat(`echo $$ > ${join(folder, 'pid')}\necho "Starting broker..."\nexec sleep 600`)
    const interrupt = new AbortController()
    const started = start(program, { signal: interrupt.signal })
    const ended = expect(started).rejects.toMatchObject({ name: 'AbortError' })
    expect(await until(() => existsSync(join(folder, 'pid')), 30_000)).toBe(true)
    interrupt.abort()
    await ended
    await expectNothingLeft()
    expect(() => process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 0)).toThrow()
  })

  it('the real one, whose second port is taken', { timeout: 300_000 }, async () => {
    const other = createServer()
    const taken = await freePort()
    await new Promise<void>((resolve) => other.listen({ host: '127.0.0.1', port: taken }, () => resolve()))
    const text = `${config()}mqtt.listeners.tcp.2 = 127.0.0.1:${taken}\n`
    await expect(start(real, { text })).rejects.toMatchObject({
      code: 'MP-BROKER-START',
      exit: 3,
      hints: expect.arrayContaining([expect.stringMatching(/another program has that port/)]),
    })
    other.close()
    await expectNothingLeft()
  })
})
