import { describe, expect, it } from 'vitest'
import { Decoder, decode, encode } from '../../src/proxy-header/index.js'
import { ascii, bytes, concat, signature } from './bytes.js'

const source = { address: '203.0.113.7', port: 56324 }
const destination = { address: '127.0.0.1', port: 1883 }
const rich = encode({
  version: 2,
  source,
  destination,
  alpn: 'mqtt',
  crc32c: true,
  uniqueId: ascii('id'),
  ssl: { version: 'TLSv1.3', cn: 'sensor-17' },
  padTo: 64,
})
const line = encode({ version: 1, source, destination })

describe.each([
  ['version 2 with TLVs', rich],
  ['version 1', line],
  ['UNKNOWN with text', ascii('PROXY UNKNOWN some \r text\r\n')],
])('a header of %s', (_, header) => {
  it('comes out the same however it is cut in two', () => {
    const input = concat(header, ascii('rest'))
    for (let at = 0; at <= input.length; at++) {
      const decoder = new Decoder()
      const first = decoder.push(input.subarray(0, at))
      expect(first.status).toBe(at < header.length ? 'more' : 'header')
      const restOfFirst = decoder.rest
      const last = decoder.push(input.subarray(at))
      expect(last).toMatchObject({ status: 'header', length: header.length })
      const rest = concat(at > header.length ? restOfFirst : new Uint8Array(0), decoder.rest)
      expect(Buffer.from(rest).toString()).toBe('rest')
    }
  })

  it('comes out of single bytes, and each answer says how many are missing at least', () => {
    const decoder = new Decoder()
    for (const [i, byte] of header.entries()) {
      const decoded = decoder.push(Uint8Array.of(byte))
      if (i === header.length - 1) expect(decoded).toMatchObject({ status: 'header', length: header.length })
      else if (decoded.status === 'more') expect(decoded.missing).toBeLessThanOrEqual(header.length - 1 - i)
      else throw new Error(`${decoded.status} after ${i + 1} bytes`)
    }
  })
})

describe('Decoder', () => {
  it('keeps what it has read when the sender reuses its buffer', () => {
    const decoder = new Decoder()
    const shared = new Uint8Array(rich.length)
    let decoded = decoder.push(shared.subarray(0, 0))
    for (let at = 0; at < rich.length; at += 20) {
      const part = rich.subarray(at, at + 20)
      shared.set(part)
      decoded = decoder.push(shared.subarray(0, part.length))
      shared.fill(0xee)
    }
    expect(decoded.status === 'header' && decoded.header.ssl?.cn).toBe('sensor-17')
  })

  it('refuses a broken TLV as soon as its head is there, long before the announced end', () => {
    const decoder = new Decoder()
    const head = bytes(`${signature} 21 11 ffff cb007107 7f000001 dc04 075b 04 0001 00`)
    expect(decoder.push(head)).toEqual({ status: 'more', missing: 65535 - 16 })
    expect(decoder.push(bytes('05')).status).toBe('more')
    expect(decoder.push(bytes('0081'))).toMatchObject({
      status: 'error',
      error: { code: 'MP-HDR-UNIQUE-ID', offset: 32 },
    })
  })

  it('stays at its answer', () => {
    const decoder = new Decoder()
    decoder.push(line)
    expect(decoder.push(ascii('GET'))).toMatchObject({ status: 'header', length: line.length })
    expect(Buffer.from(decoder.rest).toString()).toBe('GET')
    const refusing = new Decoder()
    refusing.push(ascii('G'))
    expect(refusing.push(line)).toMatchObject({ status: 'error', error: { offset: 0 } })
  })

  it('never holds more than the header, however much is announced or sent', () => {
    const decoder = new Decoder()
    decoder.push(bytes(`${signature} 20 00 ffff`))
    const held = () =>
      JSON.stringify(Object.values(decoder).map((value) => (value instanceof Uint8Array ? value.length : 0)))
    expect(Math.max(...(JSON.parse(held()) as number[]))).toBeLessThanOrEqual(64)
    for (let i = 0; i < 64; i++) decoder.push(new Uint8Array(1000))
    expect(Math.max(...(JSON.parse(held()) as number[]))).toBeLessThanOrEqual(65551)
    const textual = new Decoder()
    textual.push(ascii('PROXY UNKNOWN '))
    expect(textual.push(new Uint8Array(1 << 20))).toMatchObject({ status: 'error', error: { code: 'MP-HDR-V1-LINE' } })
  })

  it('obeys the accepted versions', () => {
    expect(new Decoder({ accept: [2] }).push(ascii('P'))).toMatchObject({ error: { code: 'MP-HDR-NOT-ACCEPTED' } })
  })

  it('reads a header of 64 KiB made of 21842 TLVs byte by byte without looking back', () => {
    const tlvs = Array.from({ length: 21841 }, () => ({ type: 0xe4, value: new Uint8Array(0) }))
    const header = encode({ version: 2, source, destination, tlvs })
    const decoder = new Decoder()
    let decoded = decode(new Uint8Array(0))
    for (let at = 0; at < header.length; at++) decoded = decoder.push(header.subarray(at, at + 1))
    expect(decoded).toMatchObject({ status: 'header', length: header.length })
  })
})
