import type { Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { conformanceCases, selectCases } from '../../../src/conformance/catalogue.js'
import { casesWithTls } from '../../../src/conformance/tls-facts.js'
import type { ConformanceCase } from '../../../src/conformance/types.js'
import { freePort } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { Decoder } from '../../../src/proxy-header/index.js'
import { type ConformanceTarget, runConformance } from '../../../src/stories/conformance/conformance.js'
import { conformanceTargets } from '../../../src/stories/conformance/targets.js'
import { listen } from '../../host/listening.js'

afterEach(endAll)

const target = (port: number): ConformanceTarget => ({ name: 'fake', host: '127.0.0.1', port })

function run(
  targets: readonly ConformanceTarget[],
  cases: readonly ConformanceCase[],
  level: 'must' | 'should' = 'must',
) {
  return runConformance({ targets, cases, level, waitMs: 700, tag: 'test', env: {} })
}

/** A receiver on a kernel-chosen port; `answer` decides on the first bytes that came. */
function receiver(answer: (socket: Socket, bytes: Buffer) => void): Promise<number> {
  return listen((socket) => {
    let came = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      came = Buffer.concat([came, chunk])
      answer(socket, came)
    })
  })
}

const connack = Buffer.from('20020000', 'hex')

describe('conformance', () => {
  it('finds the embedded broker right in every MUST and SHOULD, and sees whom it believed', async () => {
    const { targets, env } = await conformanceTargets({ names: ['embedded'], brokerLogs: [], mayTest: false })
    expect(env.embedded).toMatch(/^\d+\.\d+\.\d+/)
    const result = await run(targets, conformanceCases, 'should')
    const cases = result.groups.flatMap((group) => group.cases)
    expect(cases.filter(({ status }) => status !== 'passed')).toEqual([])
    expect(result).toMatchObject({
      ok: true,
      stats: { passed: conformanceCases.length, failed: 0, skipped: 0, unknown: 0 },
    })
    expect(cases.find(({ id }) => id === 'split/v2/at-20')?.actual).toContain('client 203.0.113.7:40001')
  })

  it('fails a receiver that answers whatever comes', async () => {
    const port = await receiver((socket) => void socket.write(connack))
    const result = await run([target(port)], selectCases(['pp2/version', 'pp2/absent/mqtt']))
    expect(result).toMatchObject({ ok: false, stats: { passed: 0, failed: 5 } })
  })

  it('fails a receiver that stops serving good clients after a broken header', async () => {
    let broken = false
    const port = await receiver((socket, bytes) => {
      const { status } = new Decoder().push(bytes)
      if (status === 'error') broken = true
      if (broken) socket.destroy()
      else if (status === 'header' && bytes.includes('MQTT')) socket.write(connack)
    })
    const [one] = (await run([target(port)], selectCases(['pp2/version/3']))).groups.flatMap(({ cases }) => cases)
    expect(one).toMatchObject({ status: 'failed', reason: expect.stringContaining('no longer served') })
  })

  it('skips the version a receiver does not read, and such a run is not a success by itself', async () => {
    const port = await receiver((socket, bytes) => {
      const { status } = new Decoder({ accept: [2] }).push(bytes)
      if (status === 'error') socket.destroy()
      else if (status === 'header' && bytes.includes('MQTT')) socket.write(connack)
    })
    const result = await run([target(port)], selectCases(['pp1/port']))
    expect(result.stats).toMatchObject({ passed: 0, skipped: 4 })
    expect(result.ok).toBe(false)
  })

  it('asks a receiver that demands a certificate with headers that tell of one', async () => {
    const port = await receiver((socket, bytes) => {
      const decoded = new Decoder().push(bytes)
      if (decoded.status === 'more') return
      if (decoded.status === 'error' || !decoded.header.ssl?.certConn) socket.destroy()
      else if (bytes.includes('MQTT', decoded.length)) socket.write(connack)
    })
    const cases = selectCases(['pp2/tcp4', 'pp2/tlv', 'split/v2/at-14', 'pp2/ssl/plain'])
    await expect(run([target(port)], cases)).rejects.toMatchObject({ code: 'MP-NO-RECEIVER', exit: 1 })
    const tlsFacts = { version: 'TLSv1.3', cn: 'sensor-17' }
    const request = { targets: [target(port)], level: 'must', waitMs: 700, tag: 'test', env: {} } as const
    const result = await runConformance({ ...request, cases: casesWithTls(cases, tlsFacts), tlsFacts })
    expect(result.stats).toMatchObject({ failed: 0, unknown: 0 })
    expect(result.stats.passed).toBeGreaterThan(20)
  })

  it('does not judge a target that cannot be reached, or is no receiver at all', async () => {
    await expect(run([target(await freePort())], conformanceCases)).rejects.toMatchObject({
      code: 'MP-UNREACHABLE',
      exit: 4,
    })
    const deaf = await receiver((socket) => void socket.destroy())
    await expect(run([target(deaf)], conformanceCases)).rejects.toMatchObject({ code: 'MP-NO-RECEIVER', exit: 1 })
  })

  it('leaves hosts off loopback alone without leave', async () => {
    const ask = (mayTest: boolean) => conformanceTargets({ names: ['192.0.2.1:1883'], brokerLogs: [], mayTest })
    await expect(ask(false)).rejects.toMatchObject({ code: 'MP-NOT-YOURS', exit: 2 })
    expect((await ask(true)).targets).toMatchObject([{ host: '192.0.2.1', port: 1883 }])
  })
})
