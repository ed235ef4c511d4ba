import { TLV } from './tlv.js'
import { aws, azure, gcp } from './tlv-vendors.js'
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
    if (type === TLV.AWS && aws.is(value)) info.awsVpcEndpointId ??= aws.id(value)
    if (type === TLV.AZURE && azure.is(value)) info.azurePrivateLinkId ??= azure.id(value)
    if (type === TLV.GCP && gcp.is(value)) info.gcpPscConnectionId ??= gcp.id(value)
  }
  return info
}
