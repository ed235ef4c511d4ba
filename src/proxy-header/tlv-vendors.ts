import { textOf, uint32 } from './bytes.js'

/** The custom TLV of a cloud's load balancer. Its number is free for everyone (PP 2.2.8): the shape of the value tells. */
export interface Vendor<Id extends string | number | bigint> {
  readonly is: (value: Uint8Array) => boolean
  /** Of a value of that shape. */
  readonly id: (value: Uint8Array) => Id
  /** What the id is, in words. */
  readonly what: string
  /** The largest id that is a number. */
  readonly largest?: bigint
  /** The value of an id as receivers show it. */
  readonly encode: (id: string) => Uint8Array
}

/** Sub-type 1: the VPC endpoint id, `vpce-08d2bf15fac5001c9`. */
export const aws: Vendor<string> = {
  is: (value) => value[0] === 1 && /^vpce-[0-9a-z]+$/.test(textOf(value.subarray(1, 256))),
  id: (value) => textOf(value.subarray(1, 256)),
  what: 'AWS VPC endpoint',
  encode: (id) => Buffer.concat([Uint8Array.of(1), Buffer.from(id)]),
}

/** Sub-type 1: the link id of the private endpoint, 32 bits, little endian. */
export const azure: Vendor<number> = {
  is: (value) => value[0] === 1 && value.length === 5,
  id: (value) => uint32(Uint8Array.from(value.subarray(1, 5)).reverse(), 0),
  what: 'Azure private link id',
  largest: 0xffffffffn,
  encode: (id) => {
    const out = Buffer.of(1, 0, 0, 0, 0)
    out.writeUInt32LE(Number(id), 1)
    return out
  },
}

/** The Private Service Connect connection id, 64 bits. */
export const gcp: Vendor<bigint> = {
  is: (value) => value.length === 8,
  id: (value) => (BigInt(uint32(value, 0)) << 32n) | BigInt(uint32(value, 4)),
  what: 'Google PSC connection id',
  largest: 0xffffffffffffffffn,
  encode: (id) => {
    const out = Buffer.alloc(8)
    out.writeBigUInt64BE(BigInt(id))
    return out
  },
}
