import { malform } from '../proxy-header/index.js'
import { accepted, broken, client, either, good1, good2, refused, v2, v2Raw } from './make-case.js'
import type { ConformanceCase, Outcome } from './types.js'

const length = 'the header is 16 bytes and what its length field says; TLVs that are not wanted are skipped'
const partial = 'nothing may be processed before the header is complete; a receiver may give up after a few seconds'
const patience = 'a receiver that limits the time for the header gives it at least 3 seconds'
const padded = (total: number) => v2({ tlvs: [{ type: 0x04, value: new Uint8Array(total - 31) }] })
const never: readonly Outcome[] = ['refuses', 'waits']
const cut = { legal: never, best: never, connect: 'none' } as const

/** Sizes, PP 2 and 2.2. */
export const casesLimits: readonly ConformanceCase[] = [
  accepted(
    'limits/total/536',
    'a header of 536 bytes',
    '2',
    'headers fit in the smallest segment that every host supports, 536 bytes',
    padded(536),
    { level: 'should' },
  ),
  accepted('limits/total/537', 'a header of 537 bytes', '2.2', length, padded(537), { level: 'should' }),
  accepted('limits/total/1024', 'a header of 1024 bytes', '2.2', length, padded(1024), { level: 'should' }),
  accepted('limits/total/4096', 'a header of 4096 bytes', '2.2', length, padded(4096), { level: 'should' }),
  accepted('limits/total/16384', 'a header of 16384 bytes', '2.2', length, padded(16384), { level: 'should' }),
  accepted('limits/total/65551', 'the largest header, 65551 bytes', '2.2', length, padded(65551), { level: 'should' }),
  accepted(
    'limits/local/1000',
    'LOCAL with 1000 bytes',
    '2.2',
    'LOCAL must be skipped by its length, whatever it holds',
    v2Raw(0x20, 0, new Uint8Array(1000)),
    { believes: 'peer', level: 'should' },
  ),
  accepted(
    'limits/local/65535',
    'LOCAL with 65535 bytes',
    '2.2',
    'LOCAL must be skipped by its length, whatever it holds',
    v2Raw(0x20, 0, new Uint8Array(65535)),
    { believes: 'peer', level: 'should' },
  ),
  refused('limits/cut/signature', 'the first 8 bytes, then silence', '2', partial, broken('cut-signature'), cut),
  refused('limits/cut/fixed', 'the first 15 bytes, then silence', '2', partial, broken('cut-fixed'), cut),
  refused('limits/cut/address', 'the first 20 bytes, then silence', '2', partial, broken('cut-address'), cut),
  refused('limits/cut/last-byte', 'all but the last byte, then silence', '2', partial, broken('cut-last-byte'), cut),
  refused(
    'limits/cut/announced',
    'a length of 65535 and an MQTT packet behind the addresses',
    '2.2',
    partial,
    broken('announce-65535'),
    { legal: never, best: never },
  ),
  refused('limits/cut/v1', 'half a line, then silence', '2', partial, broken('half', good1), { ...cut, version: 1 }),
]

/** Time, PP 2. */
export const casesTime: readonly ConformanceCase[] = [
  accepted('time/late/v2', 'two seconds before the header', '2', patience, malform(good2, ['late'])),
  accepted('time/late/v1', 'two seconds before the line', '2', patience, malform(good1, ['late']), { version: 1 }),
  accepted(
    'time/connect-late',
    'a second between header and CONNECT',
    '2',
    'the time of the protocol behind is its own',
    good2,
    { connectPauseMs: 1000 },
  ),
  either(
    'time/slow/v2',
    'half a second between two halves',
    '2',
    'it is recommended to wait for the rest of a header',
    malform(good2, ['slow']),
    { level: 'should', best: ['accepts'], believes: client },
  ),
  either(
    'time/slow/v1',
    'half a second between two halves',
    '2',
    'it is recommended to wait for the rest of a header',
    malform(good1, ['slow']),
    { level: 'should', best: ['accepts'], believes: client, version: 1 },
  ),
  refused('time/silence', 'nothing at all', '2', partial, new Uint8Array(0), { ...cut, version: undefined }),
]
