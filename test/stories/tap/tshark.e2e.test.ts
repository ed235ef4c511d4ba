import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { driverFor } from '../../../src/host/brokers/index.js'
import { makeCertificates } from '../../../src/host/files/certificates.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { freePorts } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { findProgram } from '../../../src/host/process/programs.js'
import { runProgram } from '../../../src/host/process/run-program.js'
import { attemptPublish } from '../../../src/host/sandbox/attempts.js'
import { planCertificates } from '../../../src/scenarios/certificates.js'
import { tapCapture } from '../../../src/stories/tap/capture.js'
import { startTap } from '../../../src/stories/tap/live.js'
import type { TapEvent } from '../../../src/tap/event.js'

afterAll(endAll)

/** A session at QoS 1, with or without a PROXY header, through tap to Mosquitto, written to a file; `unix`: on sockets. */
async function tapped(proxy: boolean, unix = false): Promise<{ readonly file: string; readonly port: number }> {
  const folder = (await makeWorkdir('test')).path
  const [broker = 0] = await freePorts(1)
  const configFile = join(folder, 'mosquitto.conf')
  const target = unix ? { path: join(folder, 'm') } : { host: '127.0.0.1', port: broker }
  const listener = 'path' in target ? `listener 0 ${target.path}` : `listener ${broker} 127.0.0.1`
  writeFileSync(configFile, `${listener}\n${proxy ? 'enable_proxy_protocol 2\n' : ''}allow_anonymous true\n`)
  const listeners = [target]
  await (await driverFor('mosquitto')).start({ folder, configFile, listeners })
  const file = join(folder, 'tapped.pcapng')
  const tap = await startTap({
    listen: unix ? { path: join(folder, 't') } : { host: '127.0.0.1', port: 0 },
    target,
    connectTimeoutMs: 5000,
    faults: [],
    seed: 1,
    write: file,
    onEvent: () => {},
  })
  const header = {
    version: 2 as const,
    source: { address: '203.0.113.7', port: 56_324 },
    destination: { address: '127.0.0.1', port: broker },
  }
  const way = {
    to: tap.at,
    scheme: 'mqtt' as const,
    tls: undefined,
    header: proxy ? header : undefined,
    localAddress: undefined,
  }
  const certificates = await makeCertificates(planCertificates({ bad: [], now: new Date() }))
  const hello = { mqtt: '5.0' as const, clientId: 'dev' }
  const { ok, detail } = await attemptPublish(
    way,
    hello,
    { qos: 1, bytes: 3000, clients: 'two' },
    { certificates, timeoutMs: 10_000 },
  )
  expect([ok, detail]).toEqual([true, '3000 bytes arrived as they were sent'])
  await tap.stop()
  return { file, port: broker }
}

/** What tshark decodes of a file, one line a packet. */
async function byTshark(file: string, fields: readonly string[], ...more: readonly string[]): Promise<string> {
  const { program } = await findProgram('tshark')
  return tshark([program], file, fields, more)
}

/** tshark runs no scripts as root: there it runs as somebody else who is us, in a namespace of its own. */
const asNobody = process.getuid?.() === 0 ? ['unshare', '--user', '--map-user=65534', '--'] : []

async function tshark(command: readonly string[], file: string, fields: readonly string[], more: readonly string[]) {
  const [program = '', ...before] = command
  const args = [...before, '-r', file, ...more, '-T', 'fields', ...fields.flatMap((one) => ['-e', one])]
  const { code, stdout, stderr } = await runProgram(program, args, { timeoutMs: 60_000 })
  expect(code, stderr).toBe(0)
  return stdout
}

it('what tap writes is read by tshark: MQTT of both sides', async () => {
  const { file, port } = await tapped(false)
  const said = await byTshark(
    file,
    ['mqtt.msgtype', 'mqtt.clientid', 'mqtt.topic'],
    '-d',
    `tcp.port==${port},mqtt`,
    '-Y',
    'mqtt',
  )
  const types = said.split('\n').flatMap((line) => line.split('\t')[0]?.split(',') ?? [])
  // CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, DISCONNECT.
  expect(types).toEqual(expect.arrayContaining(['1', '2', '3', '4', '8', '9', '14']))
  expect(said).toMatch(/\tdev-s\t/)
  expect(said).toMatch(/\tcheck\/dev\n/)
  expect(await byTshark(file, ['frame.number'], '-d', `tcp.port==${port},mqtt`, '-Y', '_ws.malformed')).toBe('')
  expect(readFileSync(`${file}.lua`, 'utf8')).toBe(
    `DissectorTable.get("tcp.port"):add(${port}, Dissector.get("mqtt"))\n`,
  )
}, 120_000)

it.each([false, true])(
  'with its script tshark decodes header and MQTT of a connection together; Unix sockets: %s',
  async (unix) => {
    const { file } = await tapped(true, unix)
    const { program } = await findProgram('tshark')
    const said = await tshark(
      [...asNobody, program],
      file,
      ['proxy.src.ipv4', 'mqtt.msgtype', 'mqtt.clientid', 'mqtt.topic'],
      ['-X', `lua_script:${file}.lua`, '-o', 'tcp.try_heuristic_first:TRUE', '-Y', 'proxy or mqtt'],
    )
    const lines = said
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'))
    expect(lines.filter(([source]) => source === '203.0.113.7')).toHaveLength(2)
    const types = lines.flatMap(([, type = '']) => type.split(',')).filter(Boolean)
    expect(types).toEqual(expect.arrayContaining(['1', '2', '3', '4', '8', '9', '14']))
    expect(lines.flatMap(([, , id]) => id || []).sort()).toEqual(['dev-p', 'dev-s'])
    expect(lines.flatMap(([, , , topic]) => topic || [])).toContain('check/dev')
  },
  120_000,
)

it('what tap writes is read by tshark: the PROXY header; and by tap, whole or cut off', async () => {
  const { file, port } = await tapped(true)
  const heuristic = ['-o', 'tcp.try_heuristic_first:TRUE', '-Y', 'proxy']
  const said = await byTshark(
    file,
    ['proxy.src.ipv4', 'proxy.srcport', 'proxy.dst.ipv4', 'proxy.dstport'],
    ...heuristic,
  )
  expect(said).toBe(`203.0.113.7\t56324\t127.0.0.1\t${port}\n`.repeat(2))

  // Our own reader agrees, and says what a capture that was cut off lacks.
  const seen: TapEvent[] = []
  const whole = await tapCapture(file, [], (event) => seen.push(event))
  expect(whole).toEqual({ connections: 2, cutOff: 0 })
  expect(seen.filter(({ what }) => what.kind === 'header')).toHaveLength(2)
  truncateSync(file, readFileSync(file).length - 20)
  const cut = await tapCapture(file, [], () => {})
  expect(cut.cutOff).toBeGreaterThan(0)
}, 120_000)
