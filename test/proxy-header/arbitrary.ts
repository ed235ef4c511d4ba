import fc from 'fast-check'
import type { HeaderSpec } from '../../src/proxy-header/index.js'

/** Any header that can be said, for property tests. */

const port = fc.integer({ min: 0, max: 65535 })
const ip4 = fc.ipV4().map((address) => address.split('.').map(Number).join('.'))
const ip6 = fc
  .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.map((group) => group.toString(16)).join(':'))

function pair(address: fc.Arbitrary<string>) {
  return fc.record({ source: fc.record({ address, port }), destination: fc.record({ address, port }) })
}

const inet = fc.oneof(
  pair(ip4).map((ends) => ({ ...ends, family: 'INET' as const })),
  pair(ip6).map((ends) => ({ ...ends, family: 'INET6' as const })),
)
const path = fc.stringMatching(/^\/[a-z0-9/._-]{0,107}$/)
const unix = fc.record({ a: path, b: path }).map(({ a, b }) => ({
  source: { address: a, port: 0 },
  destination: { address: b, port: 0 },
  family: 'UNIX' as const,
}))

const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const value = fc.uint8Array({ maxLength: 60 })
const custom = fc.record({ type: fc.integer({ min: 0xe0, max: 0xff }), value })

export const lineSpec: fc.Arbitrary<HeaderSpec> = inet.map((ends) => ({ version: 1, ...ends }))

export const binarySpec: fc.Arbitrary<HeaderSpec> = fc
  .record(
    {
      ends: fc.oneof(inet, unix),
      transport: fc.constantFrom('STREAM' as const, 'DGRAM' as const),
      alpn: text,
      authority: text,
      netns: fc.stringMatching(/^[a-z0-9-]{0,20}$/),
      uniqueId: fc.uint8Array({ maxLength: 128 }),
      ssl: fc.record(
        {
          client: fc.integer({ min: 0, max: 255 }),
          verify: fc.integer({ min: 0, max: 0xffffffff }),
          version: text,
          cn: text,
          cipher: text,
          sigAlg: text,
          keyAlg: text,
          group: text,
          sigScheme: text,
          clientCert: value,
        },
        { requiredKeys: ['client', 'verify'] },
      ),
      tlvs: fc.array(custom, { maxLength: 5 }),
      crc32c: fc.constant(true),
      padTo: fc.integer({ min: 1, max: 256 }),
    },
    { requiredKeys: ['ends', 'transport'] },
  )
  .map(({ ends, ...rest }) => ({ version: 2, ...ends, ...rest }))

export const anySpec = fc.oneof(lineSpec, binarySpec)
