import { crc32c, decode, encode, joined, type SslSpec, TLV, type WritePlan } from '../proxy-header/index.js'
import { good2 } from './make-case.js'
import type { ConformanceCase } from './types.js'

/** Bytes 14 and 15 of a version 2 header say how many bytes follow the first 16, the addresses first; PP 2.2. */
const lengthAt = 14
const tlvsOfIp4 = 28
const longest = 0xffff

/** The good version 2 header with those TLS facts of the client in it. */
export function goodWithTls(facts: SslSpec): Uint8Array {
  return joined(planWithTls([{ bytes: good2, pauseMs: 0 }], tlvOf(facts)) ?? [])
}

/**
 * The cases for a receiver that serves only clients of TLS or with a certificate: every whole version 2 header with
 * addresses carries `facts` in an SSL TLV at its end, pauses stay where they were. A case that has an SSL TLV of its
 * own says what it said, and such a receiver may refuse it for that. Broken headers carry the facts where they can, so
 * that a refusal is for the break; LOCAL and UNSPEC are left alone.
 */
export function casesWithTls(cases: readonly ConformanceCase[], facts: SslSpec): readonly ConformanceCase[] {
  const tlv = tlvOf(facts)
  return cases.map((one) => {
    const decoded = decode(joined(one.plan))
    if (decoded.status === 'error') return { ...one, plan: brokenWithTls(one, tlv) ?? one.plan }
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

/**
 * A broken version 2 header in one write with `tlv` right behind its IPv4 addresses, so that a break further on stays
 * the last thing in it; `undefined` where its length is what is wrong, where it says of TLS what it says, or where the
 * break would be another one then.
 */
function brokenWithTls({ version, plan }: ConformanceCase, tlv: Uint8Array): WritePlan | undefined {
  const [only, ...more] = plan
  if (version !== 2 || only === undefined || more.length > 0 || only.bytes.length < tlvsOfIp4) return undefined
  const { bytes } = only
  const length = bytes.length - 16
  const says = new DataView(bytes.buffer, bytes.byteOffset).getUint16(lengthAt)
  if (says !== length || bytes[tlvsOfIp4] === TLV.SSL || length + tlv.length > longest) return undefined
  const out = new Uint8Array(bytes.length + tlv.length)
  out.set(bytes.subarray(0, tlvsOfIp4))
  out.set(tlv, tlvsOfIp4)
  out.set(bytes.subarray(tlvsOfIp4), tlvsOfIp4 + tlv.length)
  new DataView(out.buffer).setUint16(lengthAt, length + tlv.length)
  return errorOf(out) === errorOf(bytes) ? [{ ...only, bytes: out }] : undefined
}

function errorOf(bytes: Uint8Array): string | undefined {
  const decoded = decode(bytes)
  return decoded.status === 'error' ? decoded.error.code : undefined
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
