#!/usr/bin/env node
/**
 * A longer fuzz run of the header codec: `node scripts/fuzz-header.mjs [--seed N] [--runs N]`. Prints the seed; the
 * first property that does not hold ends the process with exit code 1 and the input that shows it.
 */
import {
  Decoder,
  decode,
  defects,
  encode,
  explain,
  joined,
  malform,
  recognise,
  remarks,
} from '../dist/proxy-header/index.js'
import { argumentsOf, isCount } from './arguments.mjs'

const { values } = argumentsOf('node scripts/fuzz-header.mjs [--seed N] [--runs N]', {
  options: { seed: { type: 'string' }, runs: { type: 'string', default: '200000' } },
  wrong: ({ values }) => (Object.values(values).every((text) => isCount(text)) ? undefined : 'N is a number'),
})
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed)
const runs = Number(values.runs)
console.log(`seed ${seed}, ${runs} runs (again: node scripts/fuzz-header.mjs --seed ${seed} --runs ${runs})`)

/** Mulberry32: small, seeded, good enough to choose bytes. */
let state = seed >>> 0
function random() {
  state = (state + 0x6d2b79f5) >>> 0
  let t = state
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}
const below = (n) => Math.floor(random() * n)
const bytes = (n) => Uint8Array.from({ length: n }, () => below(256))
const pick = (list) => list[below(list.length)]
const ip4 = () => `${below(256)}.${below(256)}.${below(256)}.${below(256)}`
const ip6 = () => Array.from({ length: 8 }, () => (below(3) ? 0 : below(65536)).toString(16)).join(':')

function spec() {
  const address = below(2) ? ip4 : ip6
  const ends = {
    source: { address: address(), port: below(65536) },
    destination: { address: address(), port: below(65536) },
  }
  if (below(3) === 0) return { version: 1, ...ends }
  return {
    version: 2,
    ...ends,
    transport: pick(['STREAM', 'DGRAM']),
    ...(below(2) && { alpn: 'mqtt' }),
    ...(below(2) && { authority: 'x'.repeat(below(80)) }),
    ...(below(2) && { uniqueId: bytes(below(129)) }),
    ...(below(2) && {
      ssl: { client: below(256), verify: below(2 ** 32), version: 'TLSv1.3', cn: 'é'.repeat(below(20)) },
    }),
    ...(below(2) && {
      tlvs: Array.from({ length: below(6) }, () => ({ type: 0xe0 + below(32), value: bytes(below(200)) })),
    }),
    ...(below(2) && { crc32c: true }),
    ...(below(3) === 0 && { padTo: 1 + below(200) }),
  }
}

/** A good header, or one with bytes changed, cut, doubled, or broken in a named way. */
function input() {
  const good = encode(spec())
  switch (below(6)) {
    case 0:
      return { good: true, header: good, sent: joined([{ bytes: good }, { bytes: bytes(below(40)) }]) }
    case 1:
      return { good: false, sent: bytes(below(200)) }
    case 2: {
      const sent = new Uint8Array(good)
      for (let i = 0; i <= below(4); i++) sent[below(sent.length)] = below(256)
      return { good: false, sent }
    }
    case 3: {
      const at = below(good.length)
      return {
        good: false,
        sent: joined([{ bytes: good.subarray(0, at) }, { bytes: bytes(below(30)) }, { bytes: good.subarray(at) }]),
      }
    }
    case 4:
      return { good: false, cut: true, header: good, sent: good.subarray(0, below(good.length)) }
    default: {
      const version = good[0] === 0x50 ? 1 : 2
      const fitting = defects.filter((defect) => defect.versions.includes(version))
      return { good: false, sent: joined(malform(good, [pick(fitting).id])) }
    }
  }
}

const told = (decoded, header = decoded.header) =>
  JSON.stringify(
    decoded.status === 'header'
      ? [
          decoded.length,
          header.command,
          header.family,
          header.transport,
          header.source,
          header.destination,
          header.ssl?.cn,
          header.tlvs.length,
        ]
      : decoded,
  )

function inPieces(sent) {
  const decoder = new Decoder()
  let decoded = decode(new Uint8Array(0))
  for (let at = 0; at < sent.length; ) {
    const size = 1 + below(below(2) ? 3 : 60)
    decoded = decoder.push(sent.subarray(at, at + size))
    at += size
    if (decoded.status !== 'more') break
  }
  return decoded
}

function check({ good, cut, header, sent }) {
  const decoded = decode(sent)
  if (good && (decoded.status !== 'header' || decoded.length !== header.length)) return 'a good header is not read'
  if (cut && decoded.status !== 'more') return 'a cut header is not "more"'
  if (cut && decoded.missing > header.length - sent.length) return 'more is missing than was cut off'
  if (told(inPieces(sent)) !== told(decoded)) return 'pieces are judged otherwise than the whole'
  const { fields } = explain(sent)
  let at = 0
  for (const field of fields) {
    if (field.offset !== at) return 'the explanation has a gap'
    at += field.bytes.length
  }
  if (decoded.status === 'header' && at !== decoded.length) return 'the explanation does not cover the header'
  recognise(sent)
  remarks(sent)
  if (decoded.status === 'error' && (decoded.error.offset < 0 || decoded.error.offset > sent.length))
    return 'an offset outside the input'
  return undefined
}

const counts = { header: 0, more: 0, error: 0 }
for (let run = 0; run < runs; run++) {
  const one = input()
  let wrong
  try {
    wrong = check(one)
    counts[decode(one.sent).status]++
  } catch (error) {
    wrong = `it threw: ${error.stack}`
  }
  if (wrong === undefined) continue
  console.error(`run ${run}: ${wrong}\ninput ${Buffer.from(one.sent).toString('hex')}`)
  process.exit(1)
}
console.log(`every property held: ${counts.header} headers, ${counts.more} incomplete, ${counts.error} refused`)
