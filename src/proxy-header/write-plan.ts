import type { Version } from './types.js'

/** Bytes to write one after the other on a fresh connection, each at once, `pauseMs` after the one before. */
export type WritePlan = readonly { readonly bytes: Uint8Array; readonly pauseMs: number }[]

/** A named way to break a good header. */
export interface Defect {
  readonly id: string
  /** What is wrong, to follow "a header with ...": a few words. */
  readonly title: string
  /** What the specification says of it: refuse, accept, or the receiver's choice. */
  readonly receiver: 'refuses' | 'accepts' | 'may choose'
  /** The clause of `doc/proxy-protocol.txt`. */
  readonly clause: string
  readonly versions: readonly Version[]
  /** It changes how the bytes are written, not the bytes. */
  readonly timing?: true
  /** @param header a good header of one of `versions` */
  apply(header: Uint8Array): WritePlan
}

export function whole(bytes: Uint8Array): WritePlan {
  return [{ bytes, pauseMs: 0 }]
}

/** A copy of a part; `slice` of a Node.js `Buffer` would share its memory. */
export function copy(bytes: Uint8Array, from = 0, end = bytes.length): Uint8Array {
  return new Uint8Array(bytes.subarray(from, end))
}

/** The plan with `bytes` in its last write, right behind what that writes. */
export function followedBy(plan: WritePlan, bytes: Uint8Array): WritePlan {
  const last = plan.at(-1)
  if (last === undefined) return whole(bytes)
  const both = new Uint8Array(last.bytes.length + bytes.length)
  both.set(last.bytes)
  both.set(bytes, last.bytes.length)
  return [...plan.slice(0, -1), { bytes: both, pauseMs: last.pauseMs }]
}
