import { encode } from '../proxy-header/index.js'
import {
  accepted,
  addresses,
  ascii,
  broken,
  client,
  client6,
  concat,
  either,
  good1,
  good2,
  refused,
  server6,
  v2Raw,
} from './make-case.js'
import type { ConformanceCase } from './types.js'

const nothing = new Uint8Array(0)
const fallBack =
  'a receiver that does not implement a valid combination treats it as UNSPEC: real endpoints, or no connection'
const local = 'LOCAL must be accepted with the real endpoints, and the whole block, its family included, be skipped'
const unspec = 'the receiver is free to accept with the real endpoints or to reject'
const notOurs =
  'what is not covered by the specification must be dropped; the receiver must not guess whether a header comes'
const once = 'a connection has one header; a second one belongs to the protocol behind it'
/** The protocol behind may wait for more of what it takes for a packet. */
const behind = { legal: ['refuses', 'waits'], best: ['refuses'] } as const
const clientHello = concat(Uint8Array.of(0x16, 3, 1, 0, 5, 1, 0, 0, 1, 3), ascii('no header here'))

const unix = encode({
  version: 2,
  family: 'UNIX',
  source: { address: '/run/client.sock', port: 0 },
  destination: { address: '/run/broker.sock', port: 0 },
})
const udp6 = encode({ version: 2, source: client6, destination: server6, transport: 'DGRAM' })

/** Version 2 without TLVs, PP 2.2. */
export const casesPp2: readonly ConformanceCase[] = [
  accepted('pp2/tcp4/accepted', 'TCP over IPv4', '2.2', 'under PROXY the address in the block is the client', good2),
  accepted(
    'pp2/tcp6/accepted',
    'TCP over IPv6',
    '2.2',
    'under PROXY the address in the block is the client',
    encode({ version: 2, source: client6, destination: server6 }),
    { believes: client6 },
  ),
  accepted(
    'pp2/tcp6/mapped',
    'IPv4-mapped addresses',
    '2.2',
    'HAProxy sends a mixed pair of addresses as IPv6',
    encode({ version: 2, source: client, destination: server6 }),
    { believes: { address: '::ffff:203.0.113.7', port: 40001 } },
  ),
  accepted(
    'pp2/tcp4/port-0',
    'port 0',
    '2.2',
    'all values of the port field are legal',
    encode({ version: 2, source: { address: '203.0.113.7', port: 0 }, destination: { address: '192.0.2.1', port: 0 } }),
    { believes: { address: '203.0.113.7', port: 0 } },
  ),
  either('pp2/udp4/choice', 'UDP over IPv4', '2.2', fallBack, v2Raw(0x21, 0x12, addresses), {
    believes: { either: client },
  }),
  either('pp2/udp6/choice', 'UDP over IPv6', '2.2', fallBack, udp6, { believes: { either: client6 } }),
  either('pp2/unix/stream', 'UNIX stream', '2.2', fallBack, unix),
  either('pp2/unix/datagram', 'UNIX datagram', '2.2', fallBack, v2Raw(0x21, 0x32, unix.subarray(16))),
  accepted('pp2/local/accepted', 'LOCAL as HAProxy checks its servers', '2.2', local, v2Raw(0x20, 0, nothing), {
    believes: 'peer',
  }),
  accepted('pp2/local/addresses', 'LOCAL with addresses', '2.2', local, broken('local'), { believes: 'peer' }),
  accepted(
    'pp2/local/ssl',
    'LOCAL with the SSL TLV, as HAProxy sends it',
    '2.2',
    local,
    v2Raw(0x20, 0, Uint8Array.of(0x20, 0, 5, 0, 0, 0, 0, 0)),
    { believes: 'peer' },
  ),
  accepted('pp2/local/family-15', 'LOCAL with an unspecified family', '2.2', local, v2Raw(0x20, 0xff, nothing), {
    believes: 'peer',
  }),
  accepted(
    'pp2/local/short',
    'LOCAL with fewer bytes than its family takes',
    '2.2',
    local,
    v2Raw(0x20, 0x11, addresses.subarray(0, 4)),
    { believes: 'peer' },
  ),
  accepted(
    'pp2/local/garbage',
    'LOCAL with bytes that mean nothing',
    '2.2',
    local,
    v2Raw(0x20, 0x21, new Uint8Array(33).fill(0xee)),
    { believes: 'peer' },
  ),
  either('pp2/unspec/empty', 'PROXY and UNSPEC', '2.2', unspec, v2Raw(0x21, 0, nothing), { believes: 'peer' }),
  either('pp2/unspec/addresses', 'PROXY and UNSPEC with address bytes', '2.2', unspec, v2Raw(0x21, 0, addresses), {
    believes: 'peer',
  }),
  either('pp2/unspec/family', 'family UNSPEC, transport STREAM', '2.2', unspec, v2Raw(0x21, 0x01, nothing), {
    believes: 'peer',
  }),
  either('pp2/unspec/transport', 'IPv4, transport UNSPEC', '2.2', unspec, v2Raw(0x21, 0x10, addresses), {
    believes: 'peer',
  }),
  refused('pp2/signature/last-byte', 'the last byte of the signature wrong', '2.2', notOurs, broken('bad-signature')),
  refused(
    'pp2/signature/first-byte',
    'the first byte of the signature wrong',
    '2.2',
    notOurs,
    broken('bad-first-byte'),
  ),
  refused('pp2/version/0', 'version 0', '2.2', 'the version must be 2', broken('version-0')),
  refused('pp2/version/1', 'version 1', '2.2', 'the version must be 2', broken('version-1')),
  refused('pp2/version/3', 'version 3', '2.2', 'the version must be 2', broken('version-3')),
  refused('pp2/version/15', 'version 15', '2.2', 'the version must be 2', broken('version-15')),
  refused('pp2/command/2', 'command 2', '2.2', 'unassigned commands must be dropped', broken('command-2')),
  refused('pp2/command/15', 'command 15', '2.2', 'unassigned commands must be dropped', broken('command-15')),
  refused('pp2/family/4', 'family 4', '2.2', 'unspecified families must be rejected', broken('family-4')),
  refused('pp2/family/15', 'family 15', '2.2', 'unspecified families must be rejected', broken('family-15')),
  refused('pp2/transport/3', 'transport 3', '2.2', 'unspecified transports must be rejected', broken('transport-3')),
  refused('pp2/transport/15', 'transport 15', '2.2', 'unspecified transports must be rejected', broken('transport-15')),
  refused(
    'pp2/length/0',
    'TCP over IPv4 with length 0',
    '2.2',
    'the block must hold the addresses of its family',
    broken('length-0'),
  ),
  refused(
    'pp2/length/11',
    'TCP over IPv4 with length 11',
    '2.2',
    'the block must hold the addresses of its family',
    broken('short-length'),
  ),
  refused(
    'pp2/length/ip6-12',
    'TCP over IPv6 with length 12',
    '2.2',
    'the block must hold the addresses of its family',
    v2Raw(0x21, 0x21, addresses),
  ),
  refused('pp2/absent/mqtt', 'MQTT without a header', '2', notOurs, nothing, { version: undefined }),
  refused('pp2/absent/tls', 'a TLS ClientHello without a header', '2', notOurs, clientHello, {
    version: undefined,
    connect: 'none',
  }),
  refused(
    'pp2/absent/http',
    'an HTTP request without a header',
    '2',
    notOurs,
    'GET / HTTP/1.1\r\nHost: broker\r\n\r\n',
    { version: undefined, connect: 'none' },
  ),
  refused('pp2/absent/zeros', '64 zeros', '2', notOurs, new Uint8Array(64), { version: undefined, connect: 'none' }),
  refused('pp2/twice/same', 'the same header twice', '2', once, concat(good2, good2), behind),
  refused('pp2/twice/then-v1', 'a version 1 line behind the header', '2', once, concat(good2, good1), behind),
  refused('pp2/twice/local-then-proxy', 'LOCAL, then PROXY', '2', once, concat(v2Raw(0x20, 0, nothing), good2), behind),
]
