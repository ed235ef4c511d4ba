import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePorts } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { waitForListeners } from '../../../src/host/process/readiness.js'
import { bin, shell } from '../../cli.js'
import { start } from '../../program.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-next-'))
})
afterAll(async () => {
  await endAll()
  await rm(folder, { recursive: true, force: true })
})

interface Written {
  readonly next: { readonly check: readonly string[]; readonly start: readonly string[] }
}

/** The lines as they are pasted, in a shell where `mqtt-proxy` is a command. */
function paste(line: string) {
  const command = `mqtt-proxy() { "${process.execPath}" "${bin}" "$@"; }\nexec 3>&1; ${line}`
  return start('bash', ['--norc', '-c', command], { cwd: folder, group: true })
}

describe('what gen all says to type next', () => {
  it.each([
    ['proxy-mtls-cn', 'mosquitto', []],
    ['proxy-mtls-cn', 'vernemq', []],
    ['tcp', 'mosquitto', ['--transport', 'tls']],
  ] as const)('%s for %s starts both programs, and a client gets through', async (scenario, broker, more) => {
    const [front = 0, back = 0] = await freePorts(2, '127.0.0.1')
    const dir = `${scenario} ${broker}`
    const places = `--listen 127.0.0.1:${front} --server 127.0.0.1:${back} ${more.join(' ')}`
    const written = await shell(`mqtt-proxy gen all ${scenario} --broker ${broker} -o "${dir}" ${places} --json`, {
      cwd: folder,
    })
    const { next }: Written = JSON.parse(written.stdout)
    expect(next.start).toHaveLength(2)
    const listeners = [back, front].map((port) => ({ host: '127.0.0.1', port }))
    const running = []
    for (const [index, line] of next.start.entries()) {
      expect(line).not.toMatch(/[|]/)
      running.push(paste(line))
      const [one] = listeners.slice(index)
      expect(await waitForListeners(one === undefined ? [] : [one])).toEqual([])
    }
    const text = (name: string) => readFile(join(folder, dir, 'certs', name), 'utf8')
    const certified = scenario === 'proxy-mtls-cn'
    const client = await mqtt.connectAsync(`mqtts://localhost:${front}`, {
      ca: await text('server-ca.crt'),
      ...(certified && { cert: await text('clients/alice.crt'), key: await text('clients/alice.key') }),
      clientId: 'pasted',
      reconnectPeriod: 0,
    })
    await client.endAsync()
    const [log] = running
    await log?.printed(certified ? /alice/ : /pasted/)
    for (const one of running) one.signal('SIGTERM')
    await Promise.all(running.map((one) => one.ended))
  })

  it.each(['rabbitmq', 'mosquitto'] as const)(
    'the check that it names for %s runs on a broker that reads the files',
    async (broker) => {
      const dir = `lab-${broker}`
      const written = await shell(`mqtt-proxy gen all proxy --broker ${broker} -o ${dir} --json`, { cwd: folder })
      const { next }: Written = JSON.parse(written.stdout)
      const [line = ''] = next.check
      expect(line).toBe(`mqtt-proxy check proxy --dir ${dir}`)
      const checked = await shell(`${line.replace('check proxy', 'check proxy/connect-5.0')} --quiet`, { cwd: folder })
      expect(checked).toMatchObject({ code: 0 })
    },
  )

  it('says that a folder is for a broker that is not run here', async () => {
    await shell('mqtt-proxy gen all proxy --broker tbmq -o lab-tbmq', { cwd: folder })
    const { code, stderr } = await shell('mqtt-proxy check --dir lab-tbmq', { cwd: folder })
    expect(code).toBe(2)
    expect(stderr).toContain('lab-tbmq is for TBMQ')
  })
})
