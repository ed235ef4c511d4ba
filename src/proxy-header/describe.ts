import { quoted } from '../kernel/printable.js'
import { textOf } from './bytes.js'
import { isTextTlv, TLV, tlvTitle } from './tlv.js'
import type { Endpoint, ProxyHeader, SslInfo, Tlv } from './types.js'

/** `203.0.113.7:56324`, `[2001:db8::1]:1883`, a path. */
export function formatEndpoint({ address, port }: Endpoint): string {
  if (!/^[\d.]+$|:/.test(address)) return quoted(address)
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** `TCP4`, `UDP6`, `UNIX`, `UNSPEC`: HAProxy's short words for family and transport. */
export function familyWord({ family, transport }: Pick<ProxyHeader, 'family' | 'transport'>): string {
  if (family === 'UNSPEC') return 'UNSPEC'
  if (transport === 'UNSPEC') return `${family}/UNSPEC`
  if (family === 'UNIX') return transport === 'STREAM' ? 'UNIX' : 'UNIX/DGRAM'
  return `${transport === 'STREAM' ? 'TCP' : 'UDP'}${family === 'INET' ? 4 : 6}`
}

/** One line: `PROXY v2 · PROXY · TCP4 · 203.0.113.7:56324 → 127.0.0.1:1883 · TLSv1.3 · cert ok · CN=sensor-17`. */
export function describeHeader(header: ProxyHeader): string {
  const { source, destination, ssl } = header
  const parts = [`PROXY v${header.version}`, header.version === 1 ? '' : header.command]
  if (header.command === 'LOCAL') parts.push('the real endpoints count')
  else parts.push(header.version === 1 && header.family === 'UNSPEC' ? 'UNKNOWN' : familyWord(header))
  if (source && destination) parts.push(`${formatEndpoint(source)} → ${formatEndpoint(destination)}`)
  if (ssl) parts.push(...describeSsl(ssl))
  if (header.alpn !== undefined) parts.push(`ALPN ${quoted(header.alpn)}`)
  if (header.authority !== undefined) parts.push(`SNI ${quoted(header.authority)}`)
  return parts.filter((part) => part !== '').join(' · ')
}

function describeSsl(ssl: SslInfo): string[] {
  const parts = [ssl.ssl ? (ssl.version ?? 'TLS') : 'no TLS']
  if (ssl.certConn || ssl.certSess) parts.push(ssl.verify === 0 ? 'cert ok' : `cert not verified (${ssl.verify})`)
  else if (ssl.ssl) parts.push('no cert')
  if (ssl.cn !== undefined) parts.push(`CN=${/^[\w .@:/+-]+$/.test(ssl.cn) ? ssl.cn : quoted(ssl.cn)}`)
  return parts
}

/** A header in JSON. */
export interface HeaderDocument {
  readonly version: ProxyHeader['version']
  readonly command: ProxyHeader['command']
  /** Address family and transport in one word: `TCP4`. */
  readonly family: string
  readonly src: AddressDocument | undefined
  readonly dst: AddressDocument | undefined
  readonly tlvs: readonly TlvDocument[]
  /** Bytes of the whole header. */
  readonly length: number
}

/** @public A command returns it. */
/** An end of a connection, as documents for machines write it. */
export interface AddressDocument {
  /** An IP address, or the path of a unix socket. */
  readonly ip: string
  readonly port: number
}

/** @public A command returns it. */
/** A TLV, as documents for machines write it. */
export interface TlvDocument {
  readonly type: number
  readonly name: string
  /** Where it begins in the header. */
  readonly offset: number
  /** Bytes of its value. */
  readonly length: number
  readonly hex: string
  /** The value as text, where the type is one of text. */
  readonly value?: string
  /** Of the SSL TLV: its client bits. */
  readonly client?: {
    readonly bits: number
    readonly ssl: boolean
    readonly certConn: boolean
    readonly certSess: boolean
  }
  /** Of the SSL TLV: 0 where a certificate was verified. */
  readonly verify?: number
  readonly tlvs?: readonly TlvDocument[]
}

/** A header as plain data for JSON: numbers, texts and hex. */
export function headerDocument(header: ProxyHeader): HeaderDocument {
  const { source, destination } = header
  return {
    version: header.version,
    command: header.command,
    family: familyWord(header),
    src: source && { ip: source.address, port: source.port },
    dst: destination && { ip: destination.address, port: destination.port },
    tlvs: header.tlvs.map((tlv) => tlvDocument(tlv, header.ssl)),
    length: header.length,
  }
}

function tlvDocument(tlv: Tlv, ssl: SslInfo | undefined): TlvDocument {
  const { type, value, offset } = tlv
  const base = { type, name: tlvTitle(type, value), offset, length: value.length, hex: hexOf(value) }
  if (type === TLV.SSL && ssl) {
    const client = { bits: ssl.client, ssl: ssl.ssl, certConn: ssl.certConn, certSess: ssl.certSess }
    return { ...base, client, verify: ssl.verify, tlvs: ssl.tlvs.map((sub) => tlvDocument(sub, undefined)) }
  }
  return isTextTlv(type) ? { ...base, value: textOf(value) } : base
}

/** Lower-case hex without separators. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
