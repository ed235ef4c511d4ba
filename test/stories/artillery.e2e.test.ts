import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { serveBroker } from '../../src/host/server/server.js'
import { noHeader, openListener } from '../../src/mqtt-server/options.js'
import { renderLoad } from '../../src/stories/gen/load/load.js'
import { top } from '../cli.js'

/** What artillery does with an engine: loads it by require, makes it of the script, and runs users with an emitter. */
interface Loaded {
  new (
    script: unknown,
  ): {
    createScenario(
      spec: { flow: unknown[] },
      ee: { emit(event: string, ...args: unknown[]): void },
    ): (context: object, done: (error: Error | null) => void) => void
  }
}

let folder: string
let Engine: Loaded
let broker: Awaited<ReturnType<typeof serveBroker>>
const sources = new Set<string>()
const emitted: [string, ...unknown[]][] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-artillery-'))
  broker = await serveBroker({
    listeners: [{ ...openListener({ host: '127.0.0.1', port: 0 }), header: { ...noHeader, mode: 'required' } }],
    onEvent: (event) => void sources.add(event.client),
  })
  const base = { ramp: '0s', publishers: 1, subscribers: 1, topics: 1, split: false, qos: 0, payload: 64 }
  const load = {
    ...base,
    measure: 'connections',
    rate: '5',
    duration: '1s',
    src: undefined,
    failOn: undefined,
  } as const
  const files = await renderLoad('artillery', {
    target: 'mqtt://127.0.0.1:1884',
    load: { ...load, header: 'v2' },
    shards: 1,
    mayTest: false,
    image: '',
  })
  await mkdir(join(folder, 'node_modules'))
  await symlink(top, join(folder, 'node_modules/mqtt-proxy'))
  await mkdir(join(folder, 'artillery-engine-mqtt-proxy'))
  for (const { name, text } of files) await writeFile(join(folder, name), text)
  // As `npm install ./artillery-engine-mqtt-proxy` lays it out.
  await symlink('../artillery-engine-mqtt-proxy', join(folder, 'node_modules/artillery-engine-mqtt-proxy'))
  Engine = createRequire(join(folder, 'x.cjs'))('artillery-engine-mqtt-proxy')
})
afterAll(async () => {
  await broker.stop()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => {
  sources.clear()
  emitted.length = 0
})

async function users(count: number, flow: unknown[], config: object): Promise<(Error | null)[]> {
  const [at] = broker.listeners
  const target = `mqtt://127.0.0.1:${at && 'port' in at ? at.port : 0}`
  const engine = new Engine({ config: { target, engines: { 'mqtt-proxy': config } } })
  const scenario = engine.createScenario({ flow }, { emit: (...event) => void emitted.push(event) })
  const one = () => new Promise<Error | null>((resolve) => scenario({}, resolve))
  return await Promise.all(Array.from({ length: count }, one))
}

const sum = (name: string) =>
  emitted
    .filter(([event, what]) => event === 'counter' && what === name)
    .reduce((all, [, , value]) => all + Number(value), 0)
const samples = (name: string) => emitted.filter(([event, what]) => event === 'histogram' && what === name).length

describe('the engine of artillery', () => {
  it('lets users in, each from a claimed source of its own', async () => {
    expect(await users(20, [{ connect: {} }, { think: 0.01 }], { src: '10.0.0.0/8' })).toEqual(Array(20).fill(null))
    expect([sum('mqtt.connections'), samples('mqtt.connect'), sources.size]).toEqual([20, 20, 20])
    expect([...sources].every((source) => source.startsWith('10.'))).toBe(true)
    expect(emitted.filter(([event]) => event === 'started')).toHaveLength(20)
  })

  it.each([0, 1, 2])('publishes at QoS %i and measures until the message is back', async (qos) => {
    const publish = { topic: 'load/{{ $uuid }}', qos, payload: 32, rate: 50, seconds: 0.4, echo: true }
    expect(await users(3, [{ publish }], { proxyProtocol: 'v2' })).toEqual([null, null, null])
    expect([sum('mqtt.messages_sent'), sum('mqtt.messages_arrived'), samples('mqtt.message')]).toEqual([60, 60, 60])
  })

  it('says what went wrong, and fails the user', async () => {
    const [failed] = await users(1, [{ connect: {} }], { proxyProtocol: 'none', timeout: 1 })
    expect(failed).toBeInstanceOf(Error)
    expect(emitted.some(([event]) => event === 'error')).toBe(true)
    await expect(users(1, [{ fly: {} }], {})).rejects.toThrow(/steps of mqtt-proxy: connect, publish, think; not fly/)
    await expect(users(1, [], { proxyProtocol: 'v3' })).rejects.toThrow(/v3 is not one of/)
    await expect(users(1, [{ publish: { qos: 3 } }], {})).rejects.toThrow(/qos: 3/)
  })
})
