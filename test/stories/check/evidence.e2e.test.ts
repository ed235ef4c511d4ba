import { execFileSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
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
