import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { startMqttProxy } from '../../cli.js'
import { listen } from '../../host/listening.js'

const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const one of cleanups.splice(0).reverse()) await one()
  await endAll()
})

const run = (...args: readonly string[]) => startMqttProxy(['broker', ...args])

/** An MQTT CONNECT without a header; resolves when the broker has closed. */
function sendPlain(port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from('100d00044d5154540402003c000161', 'hex')))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve())
    socket.resume()
  })
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'mp-'))
  cleanups.push(() => rm(path, { recursive: true, force: true }))
  return path
}

describe('broker', () => {
  it('tells where it listens and writes the ready file', async () => {
    const ready = join(await folder(), 'ready')
    const ran = run('-p', '0', '--ready-file', ready)
    await ran.printed(/listening 127\.0\.0\.1:\d+ {2}PROXY required \(v1,v2\)/)
    expect(await readFile(ready, 'utf8')).toMatch(/^127\.0\.0\.1:\d+\n$/)
    ran.signal('SIGINT')
    expect((await ran.ended).code).toBe(130)
  })

  it('writes one JSON line for every connection and ends after --count', async () => {
    const ran = run('-p', '0', '--json', '--count', '2')
    const [line] = await ran.printed(/^.*"event":"listening".*\n/)
    const { port }: { port: number } = JSON.parse(line)
    for (let n = 0; n < 2; n += 1) await sendPlain(port)
    expect((await ran.ended).code).toBe(0)
    const events = ran
      .stdout()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.map((event) => [event.schema, event.event, event.result])).toEqual([
      [1, 'listening', undefined],
      [1, 'connection', 'rejected'],
      [1, 'connection', 'rejected'],
    ])
  })

  it('runs a command with its address and ends with the command’s code', async () => {
    const ran = run('-p', '0', '--exec', 'echo "at $MQTT_URL"; exit 7')
    expect((await ran.ended).code).toBe(7)
    expect(ran.stdout()).toMatch(/at mqtt:\/\/127\.0\.0\.1:\d+/)
  })

  it('runs as Mosquitto with -v -p PORT: no header, its log on stderr, exit 0 at SIGTERM', async () => {
    const port = await freePort()
    const ran = run('-v', '-p', String(port))
    await ran.printed(/\) running$/m)
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
      clientId: 'probe',
      reconnectPeriod: 0,
      protocolVersion: 5,
    })
    await client.endAsync()
    await ran.printed(/Client probe \[127\.0\.0\.1:\d+\] disconnected\./)
    ran.signal('SIGTERM')
    expect((await ran.ended).code).toBe(0)
    expect(ran.stdout()).toBe('')
    expect(ran.stderr()).toMatch(/^\d+: New client connected from 127\.0\.0\.1:\d+ as probe \(p5, c1, k60\)\.$/m)
    expect(ran.stderr()).toMatch(new RegExp(`^\\d+: Opening ipv4 listen socket on port ${port}\\.$`, 'm'))
  })

  it('reads passwords and access anew at SIGHUP', async () => {
    const path = await folder()
    const port = await freePort()
    const config = join(path, 'mosquitto.conf')
    const acl = join(path, 'acl')
    await writeFile(acl, 'topic readwrite #\n')
    await writeFile(config, `listener ${port} 127.0.0.1\nallow_anonymous true\nacl_file ${acl}\n`)
    const ran = run('-c', config, '-v')
    await ran.printed(/\) running$/m)
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, protocolVersion: 5 })
    cleanups.push(async () => {
      await client.endAsync(true)
    })
    await client.publishAsync('t', 'x', { qos: 1 })
    await writeFile(acl, 'topic read #\n')
    ran.signal('SIGHUP')
    await ran.printed(/Reloading config/)
    await expect(client.publishAsync('t', 'x', { qos: 1 })).rejects.toThrow(/Not authorized/i)
  })

  it('refuses an option it does not know: exit 3, file and line, the nearest name', async () => {
    const config = join(await folder(), 'mosquitto.conf')
    await writeFile(config, 'listener 1884 127.0.0.1\nenable_proxy_protocoll 2\n')
    const ran = run('-c', config)
    expect((await ran.ended).code).toBe(3)
    expect(ran.stderr()).toContain("Error: Unknown configuration variable 'enable_proxy_protocoll'.")
    expect(ran.stderr()).toContain(`Error found at ${config}:2.`)
    expect(ran.stderr()).toContain('did you mean enable_proxy_protocol?')
  })

  it('says which port is taken, and exits with 3', async () => {
    const port = await listen(() => {})
    const ran = run('-p', String(port))
    expect((await ran.ended).code).toBe(3)
    expect(ran.stderr()).toContain(`port ${port} is used by`)
    expect(ran.stderr()).toContain(`(pid ${process.pid})`)
  })

  it('refuses options that cannot stand together', async () => {
    for (const args of [
      ['--proxy-protocol', 'off', '--require-tls'],
      ['--accept', 'v1', '--cn-as-username'],
      ['--accept', 'v3'],
      ['--allow', '10.0.0.0/33'],
      ['-c', 'x.conf', '--require-tls'],
    ]) {
      const ran = run(...args)
      expect([args.join(' '), (await ran.ended).code]).toEqual([args.join(' '), 2])
    }
  })

  it('warns of what opens the door', async () => {
    const optional = run('-p', '0', '--proxy-protocol', 'optional')
    await optional.printed(/any client can claim any address/)
  })
})
