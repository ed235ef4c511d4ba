import { Flags } from '@oclif/core'

const group = 'HEADER'

/**
 * The flags that say what stands in a PROXY header: the same for every command that writes one.
 * `headerSpec` in `stories/header/spec.ts` makes a header of their values.
 */
export const headerFlags = {
  src: Flags.string({
    aliases: ['haproxy-clientip'],
    helpGroup: group,
    helpValue: 'IP[:PORT]',
    description: 'the client, as the receiver shall believe it; a path for a unix socket',
  }),
  dst: Flags.string({ helpGroup: group, helpValue: 'IP[:PORT]', description: 'the address the client connected to' }),
  local: Flags.boolean({ helpGroup: group, description: 'LOCAL, as health checks send it (v2)' }),
  unknown: Flags.boolean({ helpGroup: group, description: 'no addresses: UNKNOWN (v1) or UNSPEC (v2)' }),
  udp: Flags.boolean({ helpGroup: group, description: 'datagrams instead of a stream (v2)' }),
  tls: Flags.string({
    helpGroup: group,
    helpValue: 'TLSv1.3',
    description: 'SSL TLV: the TLS version of the client; "none": a client without TLS',
  }),
  cn: Flags.string({
    helpGroup: group,
    helpValue: 'NAME',
    description: 'SSL TLV: common name of the client certificate',
  }),
  cipher: Flags.string({ helpGroup: group, helpValue: 'NAME', description: 'SSL TLV: cipher' }),
  'sig-alg': Flags.string({ helpGroup: group, helpValue: 'NAME', description: 'SSL TLV: signature algorithm' }),
  'key-alg': Flags.string({ helpGroup: group, helpValue: 'NAME', description: 'SSL TLV: key algorithm' }),
  verify: Flags.integer({
    helpGroup: group,
    helpValue: '0',
    description: 'SSL TLV: result of the verification, 0 = verified',
    min: 0,
    max: 0xffffffff,
  }),
  'client-bits': Flags.string({
    helpGroup: group,
    helpValue: '0x07',
    description: 'SSL TLV: 1 TLS, 2 certificate now, 4 certificate in this session',
  }),
  alpn: Flags.string({ helpGroup: group, helpValue: 'mqtt', description: 'ALPN TLV' }),
  authority: Flags.string({ helpGroup: group, helpValue: 'HOST', description: 'AUTHORITY TLV (the SNI)' }),
  'unique-id': Flags.string({ helpGroup: group, helpValue: 'TEXT', description: 'UNIQUE_ID TLV; 0x... for bytes' }),
  netns: Flags.string({ helpGroup: group, helpValue: 'NAME', description: 'NETNS TLV' }),
  tlv: Flags.string({
    helpGroup: group,
    helpValue: 'TYPE=VALUE',
    description: 'any TLV: name=text, 0xe4=text, 0xe4=0x0102; aws, azure and gcp take their id',
    multiple: true,
  }),
  crc32c: Flags.boolean({ helpGroup: group, description: 'add the CRC32C checksum' }),
  'pad-to': Flags.integer({
    helpGroup: group,
    helpValue: 'N',
    description: 'pad with NOOP to a multiple of N bytes',
    min: 1,
    max: 1024,
  }),
  malform: Flags.string({
    aliases: ['defect'],
    helpGroup: group,
    helpValue: 'NAME',
    description: 'break the header in these ways',
    multiple: true,
    delimiter: ',',
  }),
} as const
