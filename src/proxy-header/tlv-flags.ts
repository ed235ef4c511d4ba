import { type TlvFlag, tlvTable } from './tlv-table.js'

type Rows = (typeof tlvTable)[keyof typeof tlvTable]
type Flagged = Extract<Rows, { readonly flag: TlvFlag }>

/** Names of the flags that say what stands in a TLV: `cn`, `alpn`. */
export type TlvFlagName = Flagged['flag']['name']

/** The rows that have a flag. */
export const flaggedTlvs: readonly Flagged[] = Object.values(tlvTable).filter((row) => 'flag' in row)
