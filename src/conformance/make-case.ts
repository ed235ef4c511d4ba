import { encode, type HeaderSpec, joined, malform, type WritePlan } from '../proxy-header/index.js'
import type { ConformanceCase, Outcome } from './types.js'

/** The client every case speaks of (TEST-NET-3) and where it connected to (TEST-NET-1); nobody has these addresses. */
export const client = { address: '203.0.113.7', port: 40001 }
const server = { address: '192.0.2.1', port: 1883 }
export const client6 = { address: '2001:db8::7', port: 40006 }
export const server6 = { address: '2001:db8::1', port: 1883 }

export const good1 = encode({ version: 1, source: client, destination: server })
export const good2 = encode({ version: 2, source: client, destination: server })

type Rest = Partial<Omit<ConformanceCase, 'id' | 'title' | 'requirement' | 'clause' | 'plan'>>
type Sent = Uint8Array | WritePlan | string

/** The receiver has to go on with the connection. */
export function accepted(id: string, title: string, clause: string, requirement: string, sent: Sent, rest: Rest = {}) {
  return one(id, title, clause, requirement, sent, ['accepts'], { believes: client, ...rest })
}

/** The receiver has to end the connection. */
export function refused(id: string, title: string, clause: string, requirement: string, sent: Sent, rest: Rest = {}) {
  return one(id, title, clause, requirement, sent, ['refuses'], rest)
}

/** The receiver is free to do either; `best` is what is recommended. */
export function either(id: string, title: string, clause: string, requirement: string, sent: Sent, rest: Rest = {}) {
  return one(id, title, clause, requirement, sent, ['accepts', 'refuses'], { level: 'may', ...rest })
}

function one(
  id: string,
  title: string,
  clause: string,
  requirement: string,
  sent: Sent,
  legal: readonly Outcome[],
  rest: Rest,
): ConformanceCase {
  const base: ConformanceCase = {
    id,
    title,
    level: 'must',
    requirement,
    clause,
    version: id.startsWith('pp1') ? 1 : 2,
    plan: planOf(sent),
    connect: 'after',
    connectPauseMs: 5,
    legal,
    best: rest.legal ?? legal,
    believes: undefined,
    username: undefined,
  }
  return { ...base, ...rest }
}

function planOf(sent: Sent): WritePlan {
  if (typeof sent === 'string') return [{ bytes: ascii(sent), pauseMs: 0 }]
  return sent instanceof Uint8Array ? [{ bytes: sent, pauseMs: 0 }] : sent
}

/** A named defect of a good header of its version. */
export function broken(defect: string, header: Uint8Array = defect.startsWith('v1') ? good1 : good2): Uint8Array {
  return joined(malform(header, [defect]))
}

/** A version 2 header of the usual client with more in it. */
export function v2(more: Partial<HeaderSpec> = {}): Uint8Array {
  return encode({ version: 2, source: client, destination: server, ...more })
}

/** The fixed part of version 2 with any command and family byte, and what follows it. */
export function v2Raw(command: number, family: number, rest: Uint8Array): Uint8Array {
  const out = new Uint8Array(16 + rest.length)
  out.set(good2.subarray(0, 12))
  out[12] = command
  out[13] = family
  out[14] = rest.length >> 8
  out[15] = rest.length & 0xff
  out.set(rest, 16)
  return out
}

/** The addresses of the good version 2 header: 12 bytes. */
export const addresses = new Uint8Array(good2.subarray(16, 28))

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0))
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return joined(parts.map((bytes) => ({ bytes, pauseMs: 0 })))
}
