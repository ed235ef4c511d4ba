import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { driverFor } from '../../../src/host/brokers/index.js'
import { behaviours } from '../../../src/stories/check/behaviours/index.js'
import { writeEvidence } from '../../../src/stories/check/evidence.js'
import { casesOf, check, inLab } from './request.js'

const told = (run: Awaited<ReturnType<typeof check>>) =>
  casesOf(run, 'failed').map((one) => `${one.id}: ${one.actual} (expected ${one.expected})`)

test('everything that Mosquitto does over time is as measured', async () => {
  const run = await check({ select: ['behaviour'], brokers: [{ kind: 'mosquitto', program: '2.1' }] })
  expect(told(run)).toEqual([])
  expect(casesOf(run, 'deviation').map((one) => one.id)).toEqual(['behaviour/check-mqtt-local'])
  expect(run.result.stats).toMatchObject({ passed: behaviours.length - 1, skipped: 0 })
})

test('the embedded broker does the same, and takes LOCAL; what needs a process is skipped aloud', async () => {
  const run = await check({ select: ['behaviour'], haproxies: ['2.6'] })
  expect(told(run)).toEqual([])
  const skipped = casesOf(run, 'skipped').map((one) => one.id)
  expect(skipped).toEqual(['behaviour/broker-hangs', 'behaviour/broker-hangs-mqtt-check'])
})

test('an unknown behaviour gets the nearest name', async () => {
  await expect(check({ select: ['behaviour/relod'] })).rejects.toMatchObject({
    exit: 2,
    hints: expect.arrayContaining(['did you mean behaviour/reload?']),
  })
})

test('shards share them out, and each is run as often as asked', async () => {
  const select = ['reload', 'check-plain', 'idle-client', 'timeout-tunnel'].map((id) => `behaviour/${id}`)
  const shards = await Promise.all([1, 2].map((index) => check({ select, shard: { index, count: 2 } })))
  const ran = shards.flatMap((run) => casesOf(run, 'passed').map(({ id }) => id))
  expect(ran.sort()).toEqual([...select].sort())
  const twice = await check({ select: ['behaviour/reload'], repeatEach: 2 })
  expect(casesOf(twice, 'passed').map(({ id }) => id)).toEqual(['behaviour/reload', 'behaviour/reload#2'])
})

test('options that choose other files are refused, a broker that reads no header is named', async () => {
  const asked = { select: ['behaviour'], dir: '.', ip: 6 } as const
  await expect(check(asked)).rejects.toMatchObject({
    code: 'MP-CHECK-OPTION',
    exit: 2,
    message: expect.stringMatching(/--dir, --ip$/),
  })
  const run = await check({ select: ['behaviour/reload'], brokers: [{ kind: 'mosquitto', program: '2.0' }] })
  expect(run.exit).toBe(3)
  expect(run.result.groups[0]?.cannot).toMatch(/^mosquitto 2\.0\.\d+ cannot read PROXY protocol version 2/)
})

test('a failure is tried again as often as allowed, stops the rest, and leaves its own files', async () => {
  const mosquitto = (await (await driverFor('mosquitto')).facts()).program
  await inLab('proxy', undefined, async ({ dir }) => {
    // Answers what it is asked, and never serves.
    const program = join(dir, 'mosquitto')
    await writeFile(program, `#!/bin/sh\ncase "$*" in *test-config*|-h) exec '${mosquitto}' "$@";; esac\nexit 1\n`)
    await chmod(program, 0o755)
    const run = await check({
      select: ['behaviour/reload', 'behaviour/check-plain'],
      brokers: [{ kind: 'mosquitto', program }],
      retries: 1,
      bail: true,
    })
    expect(run.result.groups[0]?.cases).toMatchObject([
      { status: 'failed', attempts: 2 },
      { status: 'skipped', reason: 'stopped after the first failure, behaviour/reload' },
    ])
    const folder = join(dir, 'evidence')
    await writeEvidence(folder, run.result, run.recordings)
    const kept = await readdir(join(folder, 'behaviour-reload'))
    expect(kept.sort()).toEqual(['haproxy.cfg', 'mosquitto.conf', 'repro.sh', 'result.json'])
  })
})

test('a failure that came as far as HAProxy is recorded on both sides of it', async () => {
  const mosquitto = (await (await driverFor('mosquitto')).facts()).program
  await inLab('proxy', undefined, async ({ dir }) => {
    // Forgets that its listener is to read a header.
    const program = join(dir, 'mosquitto')
    const served = `case "$*" in *test-config*|-h) ;; *) sed -i /enable_proxy_protocol/d "$2";; esac`
    await writeFile(program, `#!/bin/sh\n${served}\nexec '${mosquitto}' "$@"\n`)
    await chmod(program, 0o755)
    const select = ['behaviour/idle-client']
    const run = await check({ select, brokers: [{ kind: 'mosquitto', program }], artifacts: join(dir, 'evidence') })
    expect(casesOf(run, 'failed').map(({ actual }) => actual)).toEqual([expect.stringMatching(/was not accepted/)])
    await writeEvidence(join(dir, 'evidence'), run.result, run.recordings)
    const wire = await readFile(join(dir, 'evidence', 'behaviour-idle-client', 'wire.pcapng'))
    const connect = wire.indexOf('check-lively')
    // The signature, and PROXY over TCP and IPv4 [PP 2.2].
    const behind = wire.indexOf(Buffer.from('0d0a0d0a000d0a515549540a2111', 'hex'))
    expect(connect, 'from the client').toBeGreaterThan(0)
    expect(behind, 'a PROXY header from HAProxy').toBeGreaterThan(0)
    expect(wire.indexOf('check-lively', behind), 'with the CONNECT behind it').toBeGreaterThan(behind)
  })
})
