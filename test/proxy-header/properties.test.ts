import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
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
} from '../../src/proxy-header/index.js'
import { anySpec, binarySpec, lineSpec } from './arbitrary.js'
import { bytes, concat, signature } from './bytes.js'

function header(input: Uint8Array) {
  const decoded = decode(input)
  if (decoded.status !== 'header') throw new Error(JSON.stringify(decoded))
  return decoded.header
}

/** What was read of the bytes, independent of how they came. */
function told(decoder: Decoder, chunks: readonly Uint8Array[]): unknown {
  let decoded = decode(new Uint8Array(0))
  for (const chunk of chunks) {
    decoded = decoder.push(chunk)
    if (decoded.status !== 'more') break
  }
  return decoded.status === 'header' ? { length: decoded.length, source: decoded.header.source } : decoded
}

function cut(input: Uint8Array, points: readonly number[]): Uint8Array[] {
  const sorted = [0, ...points.map((point) => point % (input.length + 1)).sort((a, b) => a - b), input.length]
  return sorted.slice(1).map((end, i) => input.subarray(sorted[i], end))
}

describe('what encode writes, decode reads', () => {
  it('for version 2, every field', () => {
    fc.assert(
      fc.property(binarySpec, (spec) => {
        const read = header(encode(spec))
        expect(read.transport).toBe(spec.transport)
        expect(read.family).toBe(spec.family)
        expect(read.source?.port).toBe(spec.source?.port)
        if (spec.family !== 'INET6') expect(read.source).toEqual(spec.source)
        expect(read.alpn).toBe(spec.alpn)
        expect(read.authority).toBe(spec.authority)
        expect(read.netns).toBe(spec.netns)
        expect(read.uniqueId && [...read.uniqueId]).toEqual(spec.uniqueId && [...spec.uniqueId])
        expect(read.crc32c !== undefined).toBe(spec.crc32c === true)
        expect(read.length % (spec.padTo ?? 1)).toBe(0)
        const { ssl } = read
        for (const key of [
          'client',
          'verify',
          'version',
          'cn',
          'cipher',
          'sigAlg',
          'keyAlg',
          'group',
          'sigScheme',
        ] as const) {
          expect(ssl?.[key]).toBe(spec.ssl?.[key])
        }
        const raw = read.tlvs.filter(({ type }) => type >= 0xe0)
        expect(raw.map(({ type, value }) => [type, [...value]])).toEqual(
          (spec.tlvs ?? []).map(({ type, value }) => [type, [...value]]),
        )
      }),
    )
  })

  it('for version 1', () => {
    fc.assert(
      fc.property(lineSpec, (spec) => {
        const read = header(encode(spec))
        expect([read.version, read.family, read.source?.port]).toEqual([1, spec.family, spec.source?.port])
        if (spec.family === 'INET') expect([read.source, read.destination]).toEqual([spec.source, spec.destination])
      }),
    )
  })

  it('and writing what was read gives the same bytes again', () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        const first = encode(spec)
        const { version, command, family, transport, source, destination, tlvs } = header(first)
        if (source === undefined || destination === undefined) throw new Error('no endpoints')
        const again = encode({
          version,
          command,
          family,
          transport,
          source,
          destination,
          ...(version === 2 && { tlvs }),
        })
        expect([...again]).toEqual([...first])
      }),
    )
  })
})

describe('fragments', () => {
  it('every proper prefix of a valid header needs more, and no more than is left', () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        const whole = encode(spec)
        for (let at = 0; at < whole.length; at++) {
          const decoded = decode(whole.subarray(0, at))
          if (decoded.status !== 'more') throw new Error(`${decoded.status} at ${at}`)
          if (decoded.missing < 1 || decoded.missing > whole.length - at) throw new Error(`${decoded.missing} at ${at}`)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('any bytes in any pieces are judged as they are in one', () => {
    const nearly = fc
      .record({
        spec: anySpec,
        at: fc.nat(),
        byte: fc.integer({ min: 0, max: 255 }),
        tail: fc.uint8Array({ maxLength: 20 }),
      })
      .map(({ spec, at, byte, tail }) => {
        const out = concat(encode(spec), tail)
        out[at % out.length] = byte
        return out
      })
    const pieces = fc.array(fc.nat(), { maxLength: 8 })
    fc.assert(
      fc.property(fc.oneof(nearly, fc.uint8Array({ maxLength: 130 })), pieces, (input, points) => {
        const whole = told(new Decoder(), [input])
        expect(told(new Decoder(), cut(input, points))).toEqual(whole)
        expect(told(new Decoder(), cut(input, [...input.keys()]))).toEqual(whole)
      }),
      { numRuns: 300 },
    )
  })

  it('an error is final: no bytes behind it change it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), (input, tail) => {
        const first = decode(input)
        if (first.status === 'error') expect(decode(concat(input, tail)).status).toBe('error')
      }),
    )
  })
})

describe('any bytes', () => {
  const seeds = fc.constantFrom('', `${signature} 21 11`, `${signature} 21 00`, `${signature} 20 ff`, '50524f585920')
  const input = fc.tuple(seeds, fc.uint8Array({ maxLength: 300 })).map(([start, tail]) => concat(bytes(start), tail))

  it('are decoded, explained and recognised without a throw, and fields cover the header without gaps', () => {
    fc.assert(
      fc.property(input, (some) => {
        const { decoded, fields, rest } = explain(some)
        recognise(some)
        remarks(some)
        if (decoded.status !== 'header') return
        expect(decoded.length + rest.length).toBe(some.length)
        let at = 0
        for (const field of fields) {
          expect(field.offset).toBe(at)
          at += field.bytes.length
        }
        expect(at).toBe(decoded.length)
      }),
      { numRuns: 500 },
    )
  })

  it.each(['20', '21'])('all 256 family bytes with command %s are judged by the letter', (command) => {
    for (let family = 0; family < 256; family++) {
      const rest = new Uint8Array(216)
      const input = concat(bytes(signature), Uint8Array.of(Number.parseInt(command, 16), family, 0, 216), rest)
      const legal = family >> 4 <= 3 && (family & 15) <= 2
      const { status } = decode(input)
      expect([family, status]).toEqual([family, command === '20' || legal ? 'header' : 'error'])
    }
  })
})

describe('defects', () => {
  it.each(['v1-leading-zero', 'v1-port-leading-zero'])('%s is sound for a receiver that takes leading zeros', (id) => {
    for (const port of [1, 80, 1883, 9999, 65535]) {
      const defect = defects.find((one) => one.id === id)
      const header = encode({
        version: 1,
        command: 'PROXY',
        family: 'INET',
        transport: 'STREAM',
        source: { address: '203.0.113.7', port: 40001 },
        destination: { address: '192.0.2.1', port },
      })
      for (const swapped of [false, true]) {
        const text = Buffer.from(header).toString('latin1')
        const line = swapped ? text.replace(`40001 ${port}`, `${port} 40001`) : text
        const broken = Buffer.from(joined(defect?.apply(Buffer.from(line, 'latin1')) ?? [])).toString('latin1')
        expect(broken).toMatch(/ 0\d/)
        for (const [digits] of broken.matchAll(/\d+(?=[ \r]|$)/g)) expect(digits.length).toBeLessThanOrEqual(5)
        const lenient = broken.replaceAll(/(?<=[ .])0+(?=\d)/g, '')
        expect([broken, decode(Buffer.from(lenient, 'latin1')).status]).toEqual([broken, 'header'])
      }
    }
  })

  const good = {
    1: encode({
      version: 1,
      source: { address: '203.0.113.7', port: 5 },
      destination: { address: '127.0.0.1', port: 6 },
    }),
    2: encode({
      version: 2,
      source: { address: '203.0.113.7', port: 5 },
      destination: { address: '127.0.0.1', port: 6 },
    }),
  }
  const rows = defects.flatMap((defect) => defect.versions.map((version) => ({ defect, version, id: defect.id })))

  it.each(rows)('$id in version $version does to a strict receiver what it says', ({ defect, version }) => {
    const before = [...good[version]]
    const broken = joined(malform(good[version], [defect.id]))
    expect([...good[version]]).toEqual(before)
    const { status } = decode(broken)
    if (defect.id === 'twice') {
      expect(decode(broken)).toMatchObject({ status: 'header', length: good[version].length })
      expect([...broken.subarray(good[version].length)]).toEqual(before)
    } else if (defect.receiver === 'refuses') expect(status).not.toBe('header')
    else expect(status).toBe('header')
  })

  it('split-at-N writes N bytes first', () => {
    const plan = malform(good[2], ['split-at-20'])
    expect(plan.map(({ bytes }) => bytes.length)).toEqual([20, 8])
    expect(plan[1]?.pauseMs).toBeGreaterThan(0)
  })

  it('changes of bytes come before changes of writing, whatever the order of the names', () => {
    const plan = malform(good[2], ['byte-by-byte', 'version-3'])
    expect(plan.length).toBe(28)
    expect(joined(plan)[12]).toBe(0x31)
  })

  it('names the nearest for one that does not exist, and the version that one is for', () => {
    expect(() => malform(good[2], ['verson-3'])).toThrow(/no defect is called "verson-3"/)
    expect(() => malform(good[2], ['v1-tab'])).toThrow(/version 1 headers/)
  })
})
