import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { PcapReader } from '../../../src/capture/pcap.js'
import { writeEvidence } from '../../../src/stories/check/evidence.js'
import { lastFailed } from '../../../src/stories/check/last.js'
import { casesOf, check, inLab } from './request.js'

test('a failure leaves configurations, logs, both legs and a script; the next good run clears them', async () => {
  const edit = { file: 'haproxy.cfg', from: /send-proxy-v2-ssl-cn\n/, to: 'send-proxy-v2-ssl\n' } as const
  await inLab('proxy-mtls-cn', edit, async ({ dir }) => {
    const artifacts = join(dir, 'evidence')
    const run = await check({ select: ['7/connect-5.0'], dir, artifacts })
    const result = await writeEvidence(artifacts, run.result, run.recordings)
    const folder = join(artifacts, 'proxy-mtls-cn-connect-5.0')
    expect((await readdir(folder)).sort()).toEqual([
      'broker.log',
      'haproxy.cfg',
      'haproxy.log',
      'mosquitto.conf',
      'repro.sh',
      'result.json',
      'wire.lua',
      'wire.pcapng',
      'wire.txt',
    ])
    const [failed] = casesOf({ ...run, result }, 'failed')
    expect(failed?.artifacts).toContain(join(folder, 'wire.pcapng'))
    // The header that HAProxy sent: SSL facts, no CN.
    expect(failed?.headerHex).toMatch(/^0d0a0d0a000d0a515549540a2111/)
    expect(failed?.timeline?.map((event) => event.label)).toContainEqual(expect.stringMatching(/^PROXY v2 PROXY/))
    expect(failed?.explained?.length).toBeGreaterThanOrEqual(0)
    const packets = new PcapReader().push(await readFile(join(folder, 'wire.pcapng')))
    expect(packets.length).toBeGreaterThan(10)
    execFileSync('sh', ['-n', join(folder, 'repro.sh')])
    expect(await lastFailed(artifacts)).toEqual(['proxy-mtls-cn/connect-5.0'])

    const good = await check({ select: ['tcp/connect-5.0'], artifacts })
    await writeEvidence(artifacts, good.result, good.recordings)
    await expect(lastFailed(artifacts)).rejects.toMatchObject({ exit: 2 })
  })
})

test('sessions that are cut while silent, and clients that a rule sends elsewhere, are recorded too', async () => {
  const haproxy = `defaults
    mode tcp
    timeout connect 5s
    timeout client 700ms
    timeout server 700ms
frontend f
    bind 127.0.0.1:1883
    use_backend second if { req.payload(0,0),mqtt_field_value(connect,username) u1 }
    default_backend first
backend first
    server s 127.0.0.1:1884
backend second
    server s 127.0.0.1:1885
`
  const dir = await mkdtemp(join(tmpdir(), 'mqtt-proxy-kinds-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  await writeFile(join(dir, 'haproxy.cfg'), haproxy)
  await writeFile(
    join(dir, 'mosquitto.conf'),
    'allow_anonymous true\nlistener 1884 127.0.0.1\nlistener 1885 127.0.0.1\n',
  )
  const artifacts = join(dir, 'evidence')
  const run = await check({ dir, artifacts })
  const failed = new Map(casesOf(run, 'failed').map((one) => [one.id.replace(/^.*\//, ''), one]))
  expect([...failed.keys()].sort()).toEqual(['idle-session', 'route-1-second'])
  const labels = (id: string) => failed.get(id)?.timeline?.map(({ from, to, label }) => `${from} ${to} ${label}`) ?? []
  // HAProxy ends the silent session; nobody said anything after CONNACK.
  const silent = labels('idle-session')
  expect(silent.at(-3)).toBe('haproxy client CONNACK, 4 B')
  expect(silent.slice(-2).sort()).toEqual(['haproxy broker FIN', 'haproxy client FIN'])
  expect(failed.get('idle-session')?.likely?.map(({ line }) => line)).toEqual([4, 5])
  // HAProxy connects to a server before the client has said who it is.
  const route = labels('route-1-second')
  const connects = route.indexOf('haproxy broker TCP connect')
  expect(connects).toBeGreaterThan(0)
  expect(route.findIndex((one) => one.startsWith('client haproxy CONNECT'))).toBeGreaterThan(connects)
  expect(failed.get('route-1-second')?.likely?.map(({ line }) => line)).toEqual([8])
  // The copies have lines of the sandbox in addition; each line knows where it stands in the user's file.
  const copy = run.result.groups[0]?.files?.find(({ name }) => name === 'haproxy.cfg')
  const text = copy?.text.split('\n').findIndex((line) => line.includes('timeout client')) ?? -1
  expect(text).toBeGreaterThan(4)
  expect(copy?.origin).toMatchObject({ file: join(dir, 'haproxy.cfg') })
  expect(copy?.origin?.lines[text]).toBe(4)
  expect(copy?.origin?.lines[0]).toBe(null)
  const recordings = [...run.recordings.values()].flatMap((group) => [...group.values()])
  expect(recordings.map(({ pcapng }) => pcapng.length > 500)).toEqual([true, true])
})

test('a folder that is not ours is never cleared', async () => {
  await inLab('tcp', undefined, async ({ dir }) => {
    const run = await check({ select: ['tcp/connect-5.0'] })
    await writeEvidence(dir, run.result, run.recordings)
    expect(await readdir(dir)).toContain('haproxy.cfg')
  })
})

test('what must be there is asked first', async () => {
  await expect(check({ select: ['tcp/connect-5.0'], require: ['haproxy>=99'] })).rejects.toMatchObject({ exit: 3 })
  await expect(check({ select: ['tcp/connect-5.0'], require: ['haprxy'] })).rejects.toMatchObject({ exit: 2 })
})
