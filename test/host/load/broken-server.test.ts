import type { Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { wholeLoad } from '../../../src/bench/shard.js'
import type { Workload } from '../../../src/bench/workload.js'
import { Population } from '../../../src/host/load/population.js'
import { runLoad } from '../../../src/host/load/run-load.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { listen } from '../listening.js'

afterEach(endAll)

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const typeOf = (bytes: Buffer) => (bytes[0] ?? 0) >> 4

/** Answers each packet by its type with these bytes; one that is not named is not answered. */
function server(answers: Readonly<Record<number, string>>): Promise<number> {
  return listen((socket: Socket) => {
    socket.on('data', (bytes: Buffer) => {
      const answer = answers[typeOf(bytes)]
      if (answer !== undefined) socket.write(hex(answer))
    })
  })
}

async function reasons(port: number, more: Partial<Workload> = {}): Promise<string[]> {
  const load: Workload = {
    measure: 'messages',
    rate: 50,
    durationMs: 200,
    rampMs: 0,
    publishers: 1,
    subscribers: 1,
    topics: 2,
    split: false,
    qos: 1,
    payload: 16,
    shard: wholeLoad,
    ...more,
  }
  const figures = await runLoad({
    load,
    way: () => ({ target: { scheme: 'mqtt', host: '127.0.0.1', port, path: '' }, timeoutMs: 300 }),
    identity: { prefix: 'load', username: undefined, password: undefined, keepalive: 60, protocol: 4 },
    programs: [],
    settleMs: 50,
    mostOpen: 100,
    alignMs: 0,
    failOn: '',
    signal: new AbortController().signal,
  })
  expect(figures.done).toBe(0)
  return figures.reasons.map(({ why }) => why)
}

describe('a load against a server that breaks the protocol', () => {
  it('gives up a SUBACK that does not come', async () => {
    expect(await reasons(await server({ 1: '20020000' }))).toContain('no SUBACK within 300 ms')
  })

  it.each([
    ['2003000000', /CONNACK: malformed|CONNACK: .*more bytes than MQTT 3/],
    ['20020400', /CONNACK: .*reserved flags/],
    ['21020000', /CONNACK: .*reserved flags/],
    ['2000', /CONNACK: /],
    ['9003000100', /SUBACK: it came before the CONNACK/],
    ['2002000020020000', /CONNACK: a second one/],
  ])('does not take %s for a CONNACK', async (answer, why) => {
    const said = await reasons(await server({ 1: answer }), { subscribers: 0 })
    expect(said.join('\n')).toMatch(why)
  })

  it.each([
    ['90 02 0001', /0 reason codes for 2 filters/],
    ['90 03 0001 00', /1 reason codes for 2 filters/],
    ['90 04 0002 00 00', /nothing that was sent/],
    ['90 04 0001 00 03', /SUBACK: reason code 3/],
  ])('does not take %s for a SUBACK', async (answer, why) => {
    expect((await reasons(await server({ 1: '20020000', 8: answer }))).join('\n')).toMatch(why)
  })

  it.each([
    ['40020fff', /PUBACK: packet identifier 4095 is of nothing/],
    ['400300010000', /PUBACK: .*too many/],
    ['40020000', /PUBACK: .*identifier 0/],
    ['30020005', /PUBLISH: /],
    ['36 05 0001 74 0001', /PUBLISH: .*QoS 3/],
    ['e000', /DISCONNECT: only clients/],
  ])('does not take %s for an answer to a message', async (answer, why) => {
    const said = await reasons(await server({ 1: '20020000', 3: answer }), { subscribers: 0 })
    expect(said.join('\n')).toMatch(why)
  })

  it.each(['20010000', '2002ff00', '30020000', '21020000'])(
    'does not count a connection that was answered by %s',
    async (answer) => {
      const said = await reasons(await server({ 1: answer }), { measure: 'connections' })
      expect(said).toContain('the answer was no CONNACK')
    },
  )

  it('does not count messages of somebody else', async () => {
    const foreign = `30 14 0002 6c6f ${'7f'.repeat(16)}`
    const port = await server({ 1: '20020000', 8: `90 04 0001 0000 ${foreign} 30 05 0002 6c6f 00` })
    expect(await reasons(port, { publishers: 1, qos: 0 })).toEqual([])
  })
})

describe('a session of many against a server that breaks the protocol', () => {
  it.each([
    [{ 1: '20020000', 8: '90 04 0001 0000' }, 'SUBACK: it is no answer to what was sent'],
    [{ 1: '20020000', 8: '90 03 0007 01' }, 'SUBACK: it is no answer to what was sent'],
    [{ 1: '20020000' }, 'no SUBACK within 300 ms'],
    [{}, 'no CONNACK within 300 ms'],
    [{ 1: '9003000101' }, 'SUBACK: it came before the CONNACK [MQTT-3.2.0-1]'],
  ] as const)('%j', async (answers, why) => {
    const port = await server(answers)
    const population = await Population.of({
      count: 1,
      prefix: 'many',
      way: () => ({ target: { scheme: 'mqtt', host: '127.0.0.1', port, path: '' }, timeoutMs: 300 }),
      keepalive: 60,
      rate: 0,
      wait: () => 60_000,
    })
    expect(await population.comeIn(() => {}, 5000)).toBe(0)
    expect([...population.reasons.keys()]).toEqual([why])
    await population.end()
  })
})
