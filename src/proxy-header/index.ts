/** The PROXY protocol codec: versions 1 and 2, incremental, strict, without dependencies. */
export { type CloudInfo, cloudInfo } from './cloud.js'
export { crc32c } from './crc32c.js'
export { decode } from './decode.js'
export { Decoder } from './decoder.js'
export { encode } from './encode.js'
export { TLV, type TlvName, tlvName, tlvType } from './tlv.js'
export type * from './types.js'
