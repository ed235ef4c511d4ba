import { Flags } from '@oclif/core'
import { nearest } from '../../kernel/nearest.js'
import { type PacketName, packetNames } from '../../mqtt-wire/packet-types.js'
import type { TapFilter } from '../../tap/filter.js'
import { usage } from '../usage.js'
import { verboseFlag } from './marks.js'

export const tapFlags = {
  verbose: verboseFlag,
  read: Flags.string({
    char: 'r',
    description: 'decode this capture (pcap, pcapng; - for stdin) instead of relaying',
    helpValue: 'FILE',
    exclusive: ['write', 'fault', 'exec', 'count', 'ready-file', 'listen-cert', 'target-tls'],
  }),
  write: Flags.string({
    char: 'w',
    description:
      'write everything to a pcapng file, and FILE.lua for Wireshark (-X lua_script:FILE.lua -o tcp.try_heuristic_first:TRUE)',
    helpValue: 'FILE',
  }),
  client: Flags.string({
    description: 'only connections of this client id (* for any characters)',
    helpValue: 'ID',
    multiple: true,
  }),
  topic: Flags.string({ description: 'only packets with a matching topic', helpValue: 'FILTER', multiple: true }),
  type: Flags.string({
    description: 'only these packets',
    helpValue: 'PACKET',
    multiple: true,
    delimiter: ',',
  }),
  port: Flags.integer({
    char: 'p',
    description: 'with -r: only connections with this port',
    helpValue: 'PORT',
    multiple: true,
    min: 1,
    max: 65_535,
    dependsOn: ['read'],
  }),
  payloads: Flags.boolean({ description: 'show the payloads of messages' }),
  passwords: Flags.boolean({ description: 'show passwords' }),
  count: Flags.integer({
    char: 'C',
    description: 'exit after this many connections have ended',
    helpValue: 'N',
    min: 1,
  }),
  exec: Flags.string({
    description: 'run this with MQTT_URL and MQTT_PROXY_PORT set, and exit with its code',
    helpValue: 'CMD',
  }),
  'ready-file': Flags.string({ description: 'write the address to this file once it listens', helpValue: 'FILE' }),
  timeout: Flags.string({
    char: 'W',
    description: 'how long to wait for the target',
    default: '5s',
    helpValue: 'TIME',
  }),
  'listen-cert': Flags.string({
    helpGroup: 'TLS',
    description: 'terminate TLS of the clients with this certificate',
    helpValue: 'FILE',
    dependsOn: ['listen-key'],
  }),
  'listen-key': Flags.string({
    helpGroup: 'TLS',
    description: 'private key of that certificate',
    helpValue: 'FILE',
    dependsOn: ['listen-cert'],
  }),
  'target-tls': Flags.boolean({ helpGroup: 'TLS', description: 'speak TLS to the target' }),
  cafile: Flags.string({
    helpGroup: 'TLS',
    description: 'CA file to verify the target with',
    helpValue: 'FILE',
    dependsOn: ['target-tls'],
  }),
  'target-cert': Flags.string({
    helpGroup: 'TLS',
    description: 'client certificate to present to the target',
    helpValue: 'FILE',
    dependsOn: ['target-tls', 'target-key'],
  }),
  'target-key': Flags.string({
    helpGroup: 'TLS',
    description: 'private key of that certificate',
    helpValue: 'FILE',
    dependsOn: ['target-cert'],
  }),
  servername: Flags.string({
    helpGroup: 'TLS',
    description: 'SNI, and the name to verify the target with',
    helpValue: 'NAME',
    dependsOn: ['target-tls'],
  }),
  insecure: Flags.boolean({ helpGroup: 'TLS', description: 'do not verify the target', dependsOn: ['target-tls'] }),
  fault: Flags.string({
    helpGroup: 'FAULTS',
    description: 'inject this fault (see above)',
    helpValue: 'NAME[=VALUE]',
    multiple: true,
  }),
  seed: Flags.integer({
    helpGroup: 'FAULTS',
    description: 'repeat the random choice of connections',
    helpValue: 'N',
    default: 1,
  }),
}

/** What a relay is told by them. */
export interface TapFlags {
  readonly write?: string | undefined
  readonly count?: number | undefined
  readonly 'ready-file'?: string | undefined
  readonly timeout: string
  readonly 'listen-cert'?: string | undefined
  readonly 'listen-key'?: string | undefined
  readonly 'target-tls': boolean
  readonly cafile?: string | undefined
  readonly 'target-cert'?: string | undefined
  readonly 'target-key'?: string | undefined
  readonly servername?: string | undefined
  readonly exec?: string | undefined
  readonly insecure: boolean
  readonly fault?: readonly string[] | undefined
  readonly seed: number
}

export function filterOf(flags: {
  readonly client?: readonly string[] | undefined
  readonly topic?: readonly string[] | undefined
  readonly type?: readonly string[] | undefined
}): TapFilter {
  return { clients: flags.client ?? [], topics: flags.topic ?? [], types: (flags.type ?? []).map(typeNamed) }
}

function typeNamed(text: string): PacketName {
  const found = packetNames.find((one) => one === text.toUpperCase())
  if (found !== undefined) return found
  const meant = nearest(text.toUpperCase(), packetNames)
  throw usage(
    `"${text}" is not a packet of MQTT`,
    meant === undefined ? `packets: ${packetNames.join(', ')}` : `did you mean ${meant}?`,
  )
}
