import { uint32 } from './ssl.js'
import { TLV, textOf, tlvName } from './tlv.js'
import type { ProxyHeader } from './types.js'

/** What cloud load balancers put into custom TLVs. */
export interface CloudInfo {
  /** AWS 0xEA, sub-type 1: the VPC endpoint id, `vpce-08d2bf15fac5001c9`. */
  readonly awsVpcEndpointId?: string
  /** Azure 0xEE, sub-type 1: the private endpoint's link id, 32 bits (little endian on the wire). */
  readonly azurePrivateLinkId?: number
  /** Google Cloud 0xE0: the Private Service Connect connection id, 64 bits. */
  readonly gcpPscConnectionId?: bigint
}

/** The cloud TLVs of a header; a value of another shape is not theirs and is left out. */
export function cloudInfo(header: ProxyHeader): CloudInfo {
  const info: { -readonly [K in keyof CloudInfo]: CloudInfo[K] } = {}
  for (const { type, value } of header.tlvs) {
    if (vendorOf(type, value) === 'AWS') info.awsVpcEndpointId ??= String.fromCharCode(...value.subarray(1, 256))
    if (vendorOf(type, value) === 'AZURE') info.azurePrivateLinkId ??= littleEndian(value)
    if (vendorOf(type, value) === 'GCP') {
      info.gcpPscConnectionId ??= (BigInt(uint32(value, 0)) << 32n) | BigInt(uint32(value, 4))
    }
  }
  return info
}

function littleEndian(value: Uint8Array): number {
  return uint32(Uint8Array.from(value.subarray(1, 5)).reverse(), 0)
}

/** The vendor whose custom TLV this is, by the shape of its value: the numbers are free for everyone (PP 2.2.8). */
export function vendorOf(type: number, value: Uint8Array): 'AWS' | 'AZURE' | 'GCP' | undefined {
  if (type === TLV.AWS && value[0] === 1 && /^vpce-[0-9a-z]+$/.test(textOf(value.subarray(1, 256)))) return 'AWS'
  if (type === TLV.AZURE && value[0] === 1 && value.length === 5) return 'AZURE'
  return type === TLV.GCP && value.length === 8 ? 'GCP' : undefined
}

/** `SSL`, `AWS`; `CUSTOM` where the number is a vendor's and the value is not. */
export function tlvTitle(type: number, value: Uint8Array): string {
  const vendors: readonly number[] = [TLV.AWS, TLV.AZURE, TLV.GCP]
  return vendors.includes(type) ? (vendorOf(type, value) ?? 'CUSTOM') : tlvName(type)
}
