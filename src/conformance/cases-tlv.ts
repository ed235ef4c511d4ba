import { TLV } from '../proxy-header/index.js'
import { accepted, ascii, broken, either, v2 } from './make-case.js'
import type { ConformanceCase } from './types.js'

const skip = 'a receiver reads the TLVs it knows and may skip the others; none of them makes a header wrong'
const bounds = 'a TLV that does not fit in its container is no TLV; a receiver that skips TLVs need not notice'
const tlv = (type: number, value: Uint8Array) => v2({ tlvs: [{ type, value }] })
const zeros = (length: number) => new Uint8Array(length)

/** TLVs but SSL, PP 2.2.1 to 2.2.8. */
export const casesTlv: readonly ConformanceCase[] = [
  accepted('pp2/tlv/alpn', 'ALPN "mqtt"', '2.2.1', skip, v2({ alpn: 'mqtt' })),
  accepted('pp2/tlv/alpn-binary', 'ALPN with any bytes', '2.2.1', skip, tlv(TLV.ALPN, Uint8Array.of(0, 255, 10, 13))),
  accepted('pp2/tlv/authority', 'AUTHORITY', '2.2.2', skip, v2({ authority: 'broker.example' })),
  accepted('pp2/tlv/authority-utf8', 'AUTHORITY in UTF-8', '2.2.2', skip, v2({ authority: 'bröker.example' })),
  accepted('pp2/tlv/authority-empty', 'an empty AUTHORITY', '2.2.2', skip, v2({ authority: '' })),
  accepted('pp2/tlv/authority-255', 'AUTHORITY of 255 bytes', '2.2.2', skip, v2({ authority: 'a'.repeat(255) })),
  accepted('pp2/tlv/crc32c', 'the right CRC32C', '2.2.3', skip, v2({ crc32c: true })),
  accepted(
    'pp2/tlv/crc32c-last',
    'CRC32C among other TLVs',
    '2.2.3',
    skip,
    v2({ crc32c: true, alpn: 'mqtt', authority: 'b', uniqueId: ascii('id') }),
  ),
  either(
    'pp2/tlv/crc32c-wrong',
    'a wrong CRC32C',
    '2.2.3',
    'a receiver that supports the checksum must verify it and abort on a mismatch',
    broken('crc-wrong'),
    { level: 'should', best: ['refuses'] },
  ),
  either(
    'pp2/tlv/crc32c-address',
    'an address changed under its CRC32C',
    '2.2.3',
    'a receiver that supports the checksum must verify it and abort on a mismatch',
    changed(v2({ crc32c: true }), 16),
    { level: 'should', best: ['refuses'] },
  ),
  either('pp2/tlv/crc32c-3-bytes', 'a CRC32C of 3 bytes', '2.2.3', 'the checksum has 32 bits', broken('crc-3-bytes'), {
    best: ['refuses'],
  }),
  accepted('pp2/tlv/noop', 'NOOP padding', '2.2.4', 'NOOP is to be ignored', v2({ padTo: 64 })),
  accepted('pp2/tlv/noop-empty', 'an empty NOOP', '2.2.4', 'NOOP is to be ignored', tlv(TLV.NOOP, zeros(0))),
  accepted('pp2/tlv/unique-id', 'UNIQUE_ID', '2.2.5', skip, v2({ uniqueId: ascii('4f2a-77') })),
  accepted(
    'pp2/tlv/unique-id-empty',
    'an empty UNIQUE_ID, as HAProxy sends it without a format',
    '2.2.5',
    skip,
    v2({ uniqueId: zeros(0) }),
  ),
  accepted('pp2/tlv/unique-id-128', 'UNIQUE_ID of 128 bytes', '2.2.5', 'up to 128 bytes', v2({ uniqueId: zeros(128) })),
  either('pp2/tlv/unique-id-129', 'UNIQUE_ID of 129 bytes', '2.2.5', 'up to 128 bytes', broken('unique-id-129'), {
    best: ['refuses'],
  }),
  accepted('pp2/tlv/netns', 'NETNS', '2.2.7', skip, v2({ netns: 'blue' })),
  accepted(
    'pp2/tlv/aws',
    'the VPC endpoint id of AWS',
    '2.2.8',
    skip,
    tlv(TLV.AWS, ascii('\x01vpce-08d2bf15fac5001c9')),
  ),
  accepted(
    'pp2/tlv/azure',
    'the private link id of Azure',
    '2.2.8',
    skip,
    tlv(TLV.AZURE, Uint8Array.of(1, 13, 0, 0, 0)),
  ),
  accepted(
    'pp2/tlv/gcp',
    'the connection id of Google Cloud',
    '2.2.8',
    skip,
    tlv(TLV.GCP, Uint8Array.of(0, 0, 0, 0, 0, 1, 2, 3)),
  ),
  accepted('pp2/tlv/custom', 'an application TLV, 0xE4', '2.2.8', skip, tlv(0xe4, ascii('anything'))),
  accepted('pp2/tlv/experiment', 'an experimental TLV, 0xF1', '2.2.8', skip, tlv(0xf1, ascii('x'))),
  accepted('pp2/tlv/future', 'a TLV reserved for the future, 0xFF', '2.2.8', skip, tlv(0xff, ascii('x'))),
  accepted('pp2/tlv/unregistered', 'a TLV nobody has registered, 0x42', '2.2', skip, tlv(0x42, ascii('x'))),
  accepted('pp2/tlv/type-0', 'a TLV of type 0', '2.2', skip, tlv(0, ascii('x'))),
  accepted(
    'pp2/tlv/twice',
    'the same TLV twice',
    '2.2',
    skip,
    v2({
      tlvs: [
        { type: 0xe4, value: ascii('a') },
        { type: 0xe4, value: ascii('b') },
      ],
    }),
  ),
  accepted(
    'pp2/tlv/many',
    'forty TLVs',
    '2.2',
    skip,
    v2({ tlvs: Array.from({ length: 40 }, (_, i) => ({ type: 0xe0 + (i % 16), value: ascii('v') })) }),
  ),
  either('pp2/tlv/overrun', 'a TLV longer than the header', '2.2', bounds, broken('tlv-overrun'), {
    best: ['refuses'],
  }),
  either('pp2/tlv/overrun-65535', 'a TLV that says 65535 bytes', '2.2', bounds, broken('tlv-far-overrun'), {
    best: ['refuses'],
  }),
  either('pp2/tlv/cut', 'two bytes left over', '2.2', bounds, broken('tlv-cut'), { best: ['refuses'] }),
]
  .map((one) => ({ ...one, believes: { address: '203.0.113.7', port: 40001 } }))
  .map((one) => (one.id === 'pp2/tlv/crc32c-address' ? { ...one, believes: undefined } : one))

function changed(header: Uint8Array, at: number): Uint8Array {
  return header.map((byte, i) => (i === at ? byte ^ 1 : byte))
}
