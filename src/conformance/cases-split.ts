import { encode, malform, type WritePlan } from '../proxy-header/index.js'
import { accepted, client, client6, either, good1, good2, server6, v2 } from './make-case.js'
import type { ConformanceCase } from './types.js'

const tolerant =
  'a receiver may drop a partial header; it is recommended to wait for the rest. What it believes must be right either way'
const complete = 'the receiver goes on once the header is complete, however the rest of the stream is cut'

function split(id: string, title: string, header: Uint8Array, plan: WritePlan, version: 1 | 2 = 2): ConformanceCase {
  const believes = header === tcp6 ? client6 : client
  return either(`split/${id}`, title, '2', tolerant, plan, { level: 'should', best: ['accepts'], believes, version })
}

const at = (header: Uint8Array, bytes: number) => malform(header, [`split-at-${bytes}`])
const rich = v2({ alpn: 'mqtt', crc32c: true, ssl: { version: 'TLSv1.3', cn: 'sensor-17' } })
const tcp6 = encode({ version: 2, source: client6, destination: server6 })

/** Headers that arrive in pieces, PP 2. */
export const casesSplit: readonly ConformanceCase[] = [
  accepted('split/v2/with-connect', 'header and CONNECT in one write', '2', complete, good2, { connect: 'same' }),
  accepted('split/v1/with-connect', 'line and CONNECT in one write', '2', complete, good1, {
    connect: 'same',
    version: 1,
  }),
  accepted('split/v2/tlvs-with-connect', 'header with TLVs and CONNECT in one write', '2', complete, rich, {
    connect: 'same',
  }),
  split('v2/at-1', 'a pause after the first byte', good2, at(good2, 1)),
  split('v2/at-8', 'a pause within the signature', good2, at(good2, 8)),
  split('v2/at-12', 'a pause after the signature', good2, at(good2, 12)),
  split('v2/at-14', 'a pause before the length', good2, at(good2, 14)),
  split('v2/at-15', 'a pause within the length', good2, at(good2, 15)),
  split('v2/at-16', 'a pause before the addresses', good2, at(good2, 16)),
  split('v2/at-20', 'a pause between the addresses', good2, at(good2, 20)),
  split('v2/at-27', 'a pause before the last byte', good2, at(good2, 27)),
  split('v2/ip6-at-32', 'a pause between IPv6 addresses', tcp6, at(tcp6, 32)),
  split('v2/tlv-at-28', 'a pause before the TLVs', rich, at(rich, 28)),
  split('v2/tlv-at-30', 'a pause within the head of a TLV', rich, at(rich, 30)),
  split('v2/tlv-at-last', 'a pause before the last byte of the TLVs', rich, at(rich, rich.length - 1)),
  split('v2/byte-by-byte', 'every byte on its own', good2, malform(good2, ['byte-by-byte'])),
  split('v2/tlv-byte-by-byte', 'every byte on its own, with TLVs', rich, malform(rich, ['byte-by-byte'])),
  split('v1/at-1', 'a pause after the first byte', good1, at(good1, 1), 1),
  split('v1/at-6', 'a pause after "PROXY "', good1, at(good1, 6), 1),
  split('v1/at-20', 'a pause within an address', good1, at(good1, 20), 1),
  split('v1/before-crlf', 'a pause before the CRLF', good1, at(good1, good1.length - 2), 1),
  split('v1/in-crlf', 'a pause between CR and LF', good1, at(good1, good1.length - 1), 1),
  split('v1/byte-by-byte', 'every byte on its own', good1, malform(good1, ['byte-by-byte']), 1),
]
