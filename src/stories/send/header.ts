import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import type { Target } from '../../kernel/target.js'
import {
  decode,
  describeHeader,
  encode,
  hexOf,
  joined,
  malform,
  type ProxyHeader,
  type WritePlan,
} from '../../proxy-header/index.js'
import { type HeaderDefaults, type HeaderFlagValues, headerSpec, type ProxyKind } from '../header/spec.js'

export interface SendHeaderRequest {
  readonly kind: ProxyKind
  readonly flags: HeaderFlagValues
  readonly malform: readonly string[]
  /** Offsets at which the header is cut into writes of their own. */
  readonly split: readonly number[]
  /** Milliseconds between the pieces; without pieces between the header and what follows. */
  readonly delayMs: number | undefined
}

/** A header as it goes out. */
export interface OutgoingHeader {
  readonly plan: WritePlan
  readonly bytes: Uint8Array
  readonly hex: string
  /** As a receiver would read it; `undefined` when it is broken on purpose. */
  readonly header: ProxyHeader | undefined
  readonly description: string
}

/** An address of the documentation range (RFC 5737, RFC 3849): nobody takes it for a real client. */
const madeUp = { 4: '203.0.113.7', 6: '2001:db8::7' } as const

/** Long enough for a receiver to read one piece before the next comes. */
const gapMs = 20

/** @throws Fault MP-HEADER-FLAGS, MP-DEFECT, MP-SPLIT (exit 2) */
export function outgoingHeader(request: SendHeaderRequest, target: Target): OutgoingHeader | undefined {
  if (request.kind === 'none') return undefined
  const good = encode(headerSpec(request.kind, request.flags, defaultsFor(target)))
  const broken = malform(good, request.malform)
  const pieces = request.split.length === 0 ? broken : cut(joined(broken), request.split, request.delayMs ?? gapMs)
  const apart = request.split.length === 0 ? (request.delayMs ?? 0) : 0
  const plan = apart === 0 ? pieces : [...pieces, { bytes: new Uint8Array(0), pauseMs: apart }]
  const bytes = joined(plan)
  const decoded = decode(bytes)
  const header = decoded.status === 'header' ? decoded.header : undefined
  const description = header ? describeHeader(header) : `PROXY ${request.kind}, broken: ${request.malform.join(', ')}`
  return { plan, bytes, hex: hexOf(bytes), header, description }
}

function defaultsFor(target: Target): HeaderDefaults {
  const six = target.host.includes(':')
  const literal = six || /^[\d.]+$/.test(target.host)
  return {
    source: { address: madeUp[six ? 6 : 4], port: 56324 },
    ...(literal && { destination: { address: target.host.replace(/%.*$/, ''), port: target.port } }),
  }
}

function cut(bytes: Uint8Array, offsets: readonly number[], pauseMs: number): WritePlan {
  const sorted = [...new Set(offsets)].sort((a, b) => a - b)
  const wrong = sorted.find((at) => at <= 0 || at >= bytes.length)
  if (wrong !== undefined) {
    throw new Fault('MP-SPLIT', `--split ${wrong}: the header has ${bytes.length} bytes`, {
      exit: EXIT.usage,
      hints: [`write offsets from 1 to ${bytes.length - 1}`],
    })
  }
  return [0, ...sorted].map((from, index) => ({
    bytes: bytes.slice(from, sorted[index] ?? bytes.length),
    pauseMs: index === 0 ? 0 : pauseMs,
  }))
}
