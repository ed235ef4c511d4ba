/** A run of bytes and what it means. Fields follow each other without gaps or overlaps. */
export interface Field {
  readonly offset: number
  readonly bytes: Uint8Array
  /** 0: the header itself, 1: inside a TLV. */
  readonly depth: 0 | 1
  readonly name: string
  readonly value: string
}
