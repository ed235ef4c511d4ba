import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PcapReader } from '../../../src/capture/pcap.js'
import { parseTrafficLine } from '../../../src/explain/traffic-line.js'
import { formatEnd } from '../../../src/kernel/observed.js'
import type { CaseResult } from '../../../src/kernel/result.js'
import { decode } from '../../../src/proxy-header/index.js'
import { derive } from '../../../src/scenarios/derive.js'
import { findScenario } from '../../../src/scenarios/find.js'
import { writeEvidence } from '../../../src/stories/check/evidence.js'
import { casesOf, check } from './request.js'

/** What each of these brokers writes about a header that it cannot use; the line names nobody. */
const brokers = [
  {
    kind: 'mosquitto',
    haproxy: (text: string) => text.replace(/ send-proxy-v2$/m, ' send-proxy'),
    broker: (text: string) => text,
    header: 1,
    says: /disconnected: bad socket read\/write|Bad socket read\/write/,
  },
  {
    kind: 'rabbitmq',
    haproxy: (text: string) => text,
    broker: (text: string) => text.replace(/^mqtt\.proxy_protocol = true$/m, 'mqtt.proxy_protocol = false'),
    header: 2,
    says: /MQTT/,
  },
] as const

async function brokenLab(one: (typeof brokers)[number]): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'mqtt-proxy-own-'))
  const derived = derive(findScenario('proxy'), { broker: one.kind })
  const [haproxy] = derived.haproxy
  const files = derived.brokers.flatMap((broker) => broker.files)
  const text = one.haproxy(haproxy?.text ?? '')
  await writeFile(join(dir, 'haproxy.cfg'), text)
  let changed = text !== haproxy?.text
  for (const file of files) {
    const own = one.broker(file.text)
    changed ||= own !== file.text
    await writeFile(join(dir, file.name), own)
  }
  if (!changed) throw new Error(`nothing is broken for ${one.kind}`)
  return dir
}

function sourceOf(hex: string | undefined): string | undefined {
  const decoded = decode(Buffer.from(hex ?? '', 'hex'))
  if (decoded.status !== 'header' || decoded.header.source === undefined) return undefined
  return formatEnd(decoded.header.source)
}

describe.each(brokers)('two checks that fail side by side on $kind', (broker) => {
  it('show each its own connection', async () => {
    const dir = await brokenLab(broker)
    try {
      const artifacts = join(dir, 'evidence')
      const run = await check({
        select: ['proxy/connect-3.1.1', 'proxy/connect-5.0'],
        dir,
        brokers: [{ kind: broker.kind, program: undefined }],
        artifacts,
      })
      const result = await writeEvidence(artifacts, run.result, run.recordings)
      const failed = casesOf({ ...run, result }, 'failed')
      expect(failed.map((one) => one.id)).toEqual(['proxy/connect-3.1.1', 'proxy/connect-5.0'])
      for (const one of failed) {
        const [other] = failed.filter((each) => each !== one)
        if (other === undefined) throw new Error('there is no other')
        expectOwn(one, other, broker)
        const capture = one.artifacts?.find((file) => file.endsWith('.pcapng')) ?? ''
        const packets = new PcapReader().push(await readFile(capture))
        const ports = new Set(packets.flatMap((packet) => portsOf(packet.bytes)))
        const { client = '', out = '' } = one.secondRun ?? {}
        expect([...ports]).toEqual(expect.arrayContaining([portOf(client), portOf(out)]))
        // Two connections, two ends each: no health check, nobody else.
        expect(ports.size).toBe(4)
      }
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  })
})

function expectOwn(one: CaseResult, other: CaseResult, broker: (typeof brokers)[number]): void {
  const { secondRun, logs, client, out } = one
  expect(client).not.toBe(other.client)
  expect(out).not.toBe(other.out)
  const [line, ...more] = logs?.haproxy ?? []
  expect(more).toEqual([])
  expect(parseTrafficLine(line ?? '')).toMatchObject({ client, out })
  // Whatever the broker wrote about the other one is not shown here.
  const shown = [...(logs?.broker ?? []), ...(secondRun?.logs.broker ?? [])].join('\n')
  for (const foreign of [other.client, other.out, other.secondRun?.client, other.secondRun?.out, other.id]) {
    expect(shown).not.toContain(foreign?.replace('proxy/', 'check-') ?? 'nothing')
  }
  expect(secondRun?.logs.broker.join('\n')).toMatch(broker.says)
  expect(parseTrafficLine(secondRun?.logs.haproxy[0] ?? '')).toMatchObject({
    client: secondRun?.client,
    out: secondRun?.out,
  })
  expect(secondRun?.client).not.toBe(client)
  expect(secondRun?.recorder).not.toBe(secondRun?.out)
  // The header is that of this run's own client, and of no health check.
  expect(sourceOf(one.headerHex)).toBe(secondRun?.client)
  const headers = one.timeline?.filter((event) => event.label.includes('PROXY v')) ?? []
  expect(headers).toHaveLength(1)
  expect(headers[0]?.label).toMatch(new RegExp(`^PROXY v${broker.header} PROXY`))
  expect(one.timeline?.some((event) => event.label.includes('health check'))).toBe(false)
}

function portOf(end: string): number {
  return Number(end.slice(end.lastIndexOf(':') + 1))
}

/** Of a packet that begins with its IPv4 header. */
function portsOf(packet: Uint8Array): readonly number[] {
  const bytes = Buffer.from(packet)
  const at = ((bytes[0] ?? 0) & 15) * 4
  return [bytes.readUInt16BE(at), bytes.readUInt16BE(at + 2)]
}
