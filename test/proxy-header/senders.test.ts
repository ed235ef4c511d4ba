import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decode, encode, explain, headerDocument, remarks } from '../../src/proxy-header/index.js'

interface Captured {
  readonly sender: string
  readonly version: string
  readonly headerBytes: number
  readonly hex: string
  readonly next: string
}

const captured: readonly Captured[] = readFileSync(
  join(import.meta.dirname, '../../fixtures/headers-of-senders.jsonl'),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))

function withTlv(type: number, value: Uint8Array): Uint8Array {
  return encode({
    version: 2,
    source: { address: '192.0.2.1', port: 1 },
    destination: { address: '192.0.2.2', port: 2 },
    tlvs: [{ type, value }],
  })
}

function namesOf(bytes: Uint8Array): string {
  return explain(bytes)
    .fields.map(({ name, value }) => `${name} ${value}`)
    .join('\n')
}

describe('headers that real senders wrote', () => {
  it.each(captured.map((one) => [one.sender, one.version, one] as const))(
    '%s %s',
    (_, __, { hex, next, headerBytes }) => {
      const decoded = decode(Buffer.from(hex + next, 'hex'))
      expect(decoded).toMatchObject({ status: 'header', length: headerBytes })
    },
  )

  it('calls no TLV by the name of a vendor whose value has another shape', () => {
    expect(captured.length).toBeGreaterThan(20)
    const documents = captured.flatMap(({ hex }) => {
      const decoded = decode(Buffer.from(hex, 'hex'))
      return decoded.status === 'header' ? [headerDocument(decoded.header)] : []
    })
    expect(JSON.stringify(documents)).not.toMatch(/"(?:AWS|AZURE|GCP)"/)
    const pem = captured.find(({ sender }) => sender.includes('client-cert'))
    expect(namesOf(Buffer.from(pem?.hex ?? '', 'hex'))).toMatch(
      /TLV 0xe0 \(custom\) trusted certificate \(PEM\), 651 bytes/,
    )
  })
})

describe('a TLV', () => {
  it("is a vendor's where number and value agree", () => {
    expect(namesOf(withTlv(0xea, Buffer.from('\x01vpce-08d2bf15fac5001c9')))).toContain('TLV AWS')
    expect(namesOf(withTlv(0xea, Buffer.from('\x01hello')))).toContain('TLV 0xea (custom)')
    expect(namesOf(withTlv(0xee, Buffer.from('0104030201', 'hex')))).toContain('TLV AZURE')
    expect(namesOf(withTlv(0xe0, Buffer.from('0000000000000007', 'hex')))).toContain('TLV GCP')
  })

  it('that belongs into the SSL TLV is remarked on elsewhere', () => {
    const stray = withTlv(0x22, Buffer.from('alice'))
    expect(namesOf(stray)).toMatch(/TLV SSL_CN "alice" \(outside the SSL TLV/)
    expect(remarks(stray).map(({ message }) => message)).toContainEqual(expect.stringContaining('outside the SSL TLV'))
    expect(remarks(withTlv(0x02, Buffer.from('broker.example')))).toEqual([])
  })
})
