import { isIPv6 } from 'node:net'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { nearest } from '../../kernel/nearest.js'
import type { Endpoint, Family, HeaderSpec, SslSpec, Version } from '../../proxy-header/index.js'
import { tlvType } from '../../proxy-header/index.js'
import { tlvNames, tlvRowOf } from '../../proxy-header/tlv.js'
import { flaggedTlvs, type TlvFlagName } from '../../proxy-header/tlv-flags.js'

/** HAProxy's own words for what a `server` line sends: `send-proxy`, `send-proxy-v2`, `-ssl`, `-ssl-cn`. */
export const proxyKinds = ['none', 'v1', 'v2', 'v2-ssl', 'v2-ssl-cn'] as const
export type ProxyKind = (typeof proxyKinds)[number]

/** Values of the header flags; see `flags/header.ts`. */
export interface HeaderFlagValues extends Loose<Record<TlvFlagName, string>> {
  readonly src?: string | undefined
  readonly dst?: string | undefined
  readonly local?: boolean | undefined
  readonly unknown?: boolean | undefined
  readonly udp?: boolean | undefined
  readonly verify?: number | undefined
  readonly 'client-bits'?: string | undefined
  readonly tlv?: readonly string[] | undefined
  readonly crc32c?: boolean | undefined
  readonly 'pad-to'?: number | undefined
}

/** Endpoints to fall back on where `--src` or `--dst` is not given. */
export interface HeaderDefaults {
  readonly source?: Endpoint
  readonly destination?: Endpoint
}

/** The port of a client that gives none: an ephemeral one. */
const clientPort = 56324
const brokerPort = 1883

/**
 * The header that the flags ask for.
 * @throws Fault MP-HEADER-FLAGS (exit 2) for values and combinations that no header can say
 */
export function headerSpec(
  kind: Exclude<ProxyKind, 'none'>,
  flags: HeaderFlagValues,
  defaults: HeaderDefaults = {},
): HeaderSpec {
  const version: Version = kind === 'v1' ? 1 : 2
  if (version === 1 && flags.local) throw usage('version 1 has no LOCAL', 'use --unknown, or --proxy-protocol v2')
  if (flags.local && flags.unknown) throw usage('--local and --unknown exclude each other')
  if (flags.unknown && (flags.src ?? flags.dst) !== undefined) throw usage('--unknown carries no addresses')
  return compact({
    version,
    command: flags.local ? 'LOCAL' : 'PROXY',
    ...addresses(flags, defaults),
    transport: flags.udp ? 'DGRAM' : undefined,
    ssl: sslSpec(kind, flags),
    ...valuesOf('header', flags),
    tlvs: flags.tlv && flags.tlv.length > 0 ? flags.tlv.map(parseTlv) : undefined,
    crc32c: flags.crc32c || undefined,
    padTo: flags['pad-to'],
  })
}

function addresses(flags: HeaderFlagValues, defaults: HeaderDefaults): Loose<HeaderSpec> {
  if (flags.unknown) return { family: 'UNSPEC' }
  if (flags.local && flags.src === undefined && flags.dst === undefined) return {}
  const source = flags.src === undefined ? defaults.source : parseEndpoint(flags.src, clientPort)
  if (source === undefined) throw usage('who is the client?', 'give --src IP[:PORT], or --local or --unknown')
  const destination =
    flags.dst === undefined ? defaultDestination(source, defaults) : parseEndpoint(flags.dst, brokerPort)
  return { source, destination, family: familyOf(source, destination) }
}

function defaultDestination(source: Endpoint, defaults: HeaderDefaults): Endpoint {
  if (isPath(source)) return defaults.destination && isPath(defaults.destination) ? defaults.destination : source
  return defaults.destination ?? { address: isIp6(source.address) ? '::1' : '127.0.0.1', port: brokerPort }
}

function familyOf(source: Endpoint, destination: Endpoint): Family {
  if (isPath(source) !== isPath(destination)) throw usage('one end is a path and the other an IP address')
  if (isPath(source)) return 'UNIX'
  return isIp6(source.address) || isIp6(destination.address) ? 'INET6' : 'INET'
}

/** Node.js takes 4 ms to make ready for its first IPv6 address; most are not, nor is `203.0.113.7:1883` with its one colon. */
function isIp6(text: string): boolean {
  return text.indexOf(':') !== text.lastIndexOf(':') && isIPv6(text)
}

function isPath(endpoint: Endpoint): boolean {
  return /^[/@\0]/.test(endpoint.address)
}

/** `IP`, `IP:PORT`, `[IPv6]:PORT`, or a path: `/run/x.sock`, `@abstract`. */
export function parseEndpoint(text: string, defaultPort: number): Endpoint {
  if (text.startsWith('/')) return { address: text, port: 0 }
  if (text.startsWith('@')) return { address: `\0${text.slice(1)}`, port: 0 }
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text)
  const address = isIp6(text) ? text : (match?.[1] ?? match?.[2])
  const port = isIp6(text) || match?.[3] === undefined ? defaultPort : Number(match[3])
  const bracketsFit = match?.[1] === undefined || isIp6(match[1])
  const good =
    address !== undefined &&
    bracketsFit &&
    (/^\d+(\.\d+){3}$/.test(address) || (isIp6(address) && !address.includes('%')))
  if (!good || port > 65535) throw usage(`"${text}" is not a valid address`, 'write IP, IP:PORT, [IPv6]:PORT or a path')
  return { address, port }
}

function sslSpec(kind: ProxyKind, flags: HeaderFlagValues): SslSpec | undefined {
  const values = valuesOf('ssl', flags)
  const asked = [...Object.values(values), flags.verify, flags['client-bits']]
  const named = kind === 'v2-ssl' || kind === 'v2-ssl-cn'
  if (!named && asked.every((value) => value === undefined)) return undefined
  if (kind === 'v2-ssl-cn' && flags.cn === undefined && flags.tls !== 'none') {
    throw usage('v2-ssl-cn needs the common name', 'give --cn NAME, or use v2-ssl')
  }
  const version =
    flags.tls === 'none' ? undefined : (flags.tls ?? (named || flags.cn !== undefined ? 'TLSv1.3' : undefined))
  return compact({
    client: clientBits(flags),
    verify: flags.verify,
    ...values,
    version,
  })
}

/** What the flags of the TLVs say, by the fields of a spec. */
function valuesOf(within: 'header' | 'ssl', flags: HeaderFlagValues): Record<string, string | Uint8Array | undefined> {
  const rows = flaggedTlvs.filter((row) => row.within === within)
  return Object.fromEntries(
    rows.map(({ field, flag, shape }) => {
      const value = flags[flag.name]
      return [field, value !== undefined && shape === 'bytes' ? valueBytes(value) : value]
    }),
  )
}

function clientBits(flags: HeaderFlagValues): number | undefined {
  if (flags['client-bits'] !== undefined) return byteOf(flags['client-bits'], '--client-bits')
  return flags.tls === 'none' ? 0 : undefined
}

/** `name=text`, `0xNN=text`, `0xNN=0x...`; `aws`, `azure` and `gcp` take the id their receivers show. */
export function parseTlv(text: string): { type: number; value: Uint8Array } {
  const equals = text.indexOf('=')
  if (equals < 1)
    throw usage(`"${text}" is not a valid TLV`, 'write TYPE=VALUE: authority=broker.example, 0xe4=text, 0xe4=0x0102')
  const name = text.slice(0, equals)
  const value = text.slice(equals + 1)
  if (/^(0x[0-9a-f]+|\d+)$/i.test(name)) return { type: byteOf(name, 'the TLV type'), value: valueBytes(value) }
  const type = tlvType(name)
  if (type === undefined) {
    const near = nearest(name.replaceAll('-', '_'), tlvNames)
    throw usage(`no TLV is called "${name}"`, near ? `did you mean ${near.toLowerCase()}?` : 'write its type as 0xNN')
  }
  return { type, value: value.startsWith('0x') ? valueBytes(value) : namedValue(type, value) }
}

function namedValue(type: number, value: string): Uint8Array {
  const vendor = tlvRowOf(type)?.vendor
  if (vendor === undefined) return valueBytes(value)
  const { largest } = vendor
  if (largest !== undefined && (!/^\d+$/.test(value) || BigInt(value) > largest))
    throw usage(`"${value}" is not a valid id`, `write a number up to ${largest}`)
  return vendor.encode(value)
}

/** `0x0102` as bytes, anything else as UTF-8. */
function valueBytes(value: string): Uint8Array {
  if (!value.startsWith('0x')) return Buffer.from(value, 'utf8')
  const digits = value.slice(2)
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits))
    throw usage(`"${value}" is not a valid hexadecimal value`)
  return Buffer.from(digits, 'hex')
}

function byteOf(text: string, what: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0 || value > 255)
    throw usage(`${what}: "${text}" is not a valid byte`, 'write 0 to 255 or 0x00 to 0xff')
  return value
}

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined }

/** Without the keys whose value is undefined. */
function compact<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, one]) => one !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> }
}

function usage(message: string, ...hints: string[]): Fault {
  return new Fault('MP-HEADER-FLAGS', message, { exit: EXIT.usage, hints })
}
