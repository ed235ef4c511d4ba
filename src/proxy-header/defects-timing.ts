import type { Defect, WritePlan } from './write-plan.js'
import { copy, whole } from './write-plan.js'

/** Long enough for the receiver to read one write before the next comes; loopback takes well under a millisecond. */
const gapMs = 20

const make = (
  id: string,
  title: string,
  receiver: Defect['receiver'],
  apply: (header: Uint8Array) => WritePlan,
): Defect => ({ id, title, clause: '2', receiver, versions: [1, 2], timing: true, apply })

const cutting = (id: string, title: string, change: (header: Uint8Array) => Uint8Array): Defect => ({
  id,
  title,
  clause: '2',
  receiver: 'refuses',
  versions: [1, 2],
  apply: (header) => whole(change(header)),
})

/** Of both versions: the bytes are right, but come in pieces, late, in part or twice. */
export const defectsOfTiming: readonly Defect[] = [
  make('byte-by-byte', 'each byte in a write of its own', 'may choose', (header) =>
    Array.from(header, (_, i) => ({ bytes: copy(header, i, i + 1), pauseMs: i === 0 ? 0 : 2 })),
  ),
  make('slow', 'half a second between its two halves', 'may choose', (header) => cut(header, header.length >> 1, 500)),
  make('late', 'two seconds of silence before it', 'accepts', (header) => [{ bytes: header, pauseMs: 2000 }]),
  cutting('half', 'only its first half ever sent', (header) => copy(header, 0, header.length >> 1)),
  cutting('none', 'no bytes at all', (header) => copy(header, 0, 0)),
  {
    id: 'twice',
    title: 'the same header a second time behind it',
    clause: '2',
    receiver: 'refuses',
    versions: [1, 2],
    apply: twice,
  },
]

/** The first `at` bytes, then the rest. */
export function splitAt(at: number): Defect {
  return make(`split-at-${at}`, `a pause after ${at} bytes`, 'may choose', (header) => cut(header, at, gapMs))
}

function cut(header: Uint8Array, at: number, pauseMs: number): WritePlan {
  if (at <= 0 || at >= header.length) return whole(header)
  return [
    { bytes: copy(header, 0, at), pauseMs: 0 },
    { bytes: copy(header, at), pauseMs },
  ]
}

function twice(header: Uint8Array): WritePlan {
  const out = new Uint8Array(header.length * 2)
  out.set(header)
  out.set(header, header.length)
  return whole(out)
}
