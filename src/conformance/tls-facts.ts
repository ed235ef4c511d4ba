import { crc32c, decode, encode, joined, type SslSpec, TLV, type WritePlan } from '../proxy-header/index.js'
import { good2 } from './make-case.js'
import type { ConformanceCase } from './types.js'

/** Bytes 14 and 15 of a version 2 header say how many bytes follow the first 16; PP 2.2. */
const lengthAt = 14
const longest = 0xffff

/** The good version 2 header with those TLS facts of the client in it. */
export function goodWithTls(facts: SslSpec): Uint8Array {
  return joined(planWithTls([{ bytes: good2, pauseMs: 0 }], tlvOf(facts)) ?? [])
}

/**
 * The cases for a receiver that serves only clients of TLS or with a certificate: every whole version 2 header with
 * addresses carries `facts` in an SSL TLV at its end, pauses stay where they were. A case that has an SSL TLV of its
 * own says what it said, and such a receiver may refuse it for that. Broken headers, LOCAL and UNSPEC are left alone.
 */
export function casesWithTls(cases: readonly ConformanceCase[], facts: SslSpec): readonly ConformanceCase[] {
  const tlv = tlvOf(facts)
  return cases.map((one) => {
    const decoded = decode(joined(one.plan))
    if (decoded.status !== 'header' || decoded.header.version !== 2) return one
    const { header } = decoded
    if (header.command === 'LOCAL' || header.source === undefined) return one
    if (header.tlvs.some(({ type }) => type === TLV.SSL)) return refusable(one)
    const plan = planWithTls(one.plan, tlv)
    return plan ? { ...one, plan } : refusable(one)
  })
}

/** The case with a refusal as legal as its other outcomes: the receiver may ask for more than this header says. */
function refusable(one: ConformanceCase): ConformanceCase {
  if (one.legal.includes('refuses')) return one
  return { ...one, legal: [...one.legal, 'refuses'], best: [...one.best, 'refuses'] }
}

function tlvOf(facts: SslSpec): Uint8Array {
  return encode({ version: 2, command: 'LOCAL', ssl: facts }).subarray(16)
}

/** The plan with `tlv` at the end of its header, its length and checksum put right; `undefined`: no room for it. */
function planWithTls(plan: WritePlan, tlv: Uint8Array): WritePlan | undefined {
  const bytes = joined(plan)
  const decoded = decode(bytes)
  if (decoded.status !== 'header' || decoded.length - 16 + tlv.length > longest) return undefined
  const { length, header } = decoded
  const out = new Uint8Array(bytes.length + tlv.length)
  out.set(bytes.subarray(0, length))
  out.set(tlv, length)
  out.set(bytes.subarray(length), length + tlv.length)
  const view = new DataView(out.buffer)
  view.setUint16(lengthAt, length - 16 + tlv.length)
  const sum = header.tlvs.find(({ type }) => type === TLV.CRC32C)
  if (sum) view.setUint32(sum.offset + 3, crc32c(out.subarray(0, length + tlv.length), sum.offset + 3))
  let before = 0
  let from = 0
  return plan.map((piece) => {
    before += piece.bytes.length
    const to = before < length ? before : before + tlv.length
    const bytes = out.slice(from, to)
    from = to
    return { ...piece, bytes }
  })
}
