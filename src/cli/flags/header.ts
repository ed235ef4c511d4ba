import { Flags } from '@oclif/core'
import { flaggedTlvs, type TlvFlagName } from '../../proxy-header/tlv-flags.js'
import type { TlvFlag } from '../../proxy-header/tlv-table.js'

const group = 'HEADER'

/**
 * The flags that say what stands in a PROXY header: the same for every command that writes one.
 * `headerSpec` in `stories/header/spec.ts` makes a header of their values.
 */
export const headerFlags = {
  ...tlvFlags(),
  src: Flags.string({
    aliases: ['haproxy-clientip'],
    helpGroup: group,
    helpValue: 'IP[:PORT]',
    description: 'client address to claim; a path for a unix socket',
  }),
  dst: Flags.string({ helpGroup: group, helpValue: 'IP[:PORT]', description: 'the address the client connected to' }),
  local: Flags.boolean({ helpGroup: group, description: 'LOCAL, as health checks send it (v2)' }),
  unknown: Flags.boolean({ helpGroup: group, description: 'no addresses: UNKNOWN (v1) or UNSPEC (v2)' }),
  udp: Flags.boolean({ helpGroup: group, description: 'datagrams instead of a stream (v2)' }),
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
    description: 'malform the header (see the list)',
    multiple: true,
    delimiter: ',',
  }),
} as const

/** One flag for each TLV whose row has one. */
function tlvFlags() {
  const flags = flaggedTlvs.map(({ flag }) => [flag.name, textFlag(flag)])
  return Object.fromEntries(flags) as Record<TlvFlagName, ReturnType<typeof textFlag>>
}

function textFlag({ value, description }: TlvFlag) {
  return Flags.string({ helpGroup: group, helpValue: value, description })
}
