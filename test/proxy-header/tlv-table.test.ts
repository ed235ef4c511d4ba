import { describe, expect, it } from 'vitest'
import { decode } from '../../src/proxy-header/decode.js'
import { describeHeader, encode, explain, type HeaderSpec } from '../../src/proxy-header/index.js'
import { isTextTlv, TLV, tlvName, tlvNames, tlvRow, tlvTitle, tlvType } from '../../src/proxy-header/tlv.js'

const address = { address: '192.0.2.1', port: 4242 }
const rows = tlvNames.map(tlvRow).flatMap((row) => (row.field === undefined ? [] : [{ ...row, field: row.field }]))
const within = (place: 'header' | 'ssl') => rows.filter((row) => row.within === place)
const plain = (value: unknown) => (value instanceof Uint8Array ? [...value] : value)

/** A value for the field of a row: its own name, or a few bytes. */
function spelled(name: string, shape: string): unknown {
  if (shape === 'own') return name === 'crc32c' ? true : fields('ssl')
  return shape === 'bytes' ? Uint8Array.of(1, 2, 3) : name
}

function fields(place: 'header' | 'ssl'): Record<string, unknown> {
  return Object.fromEntries(within(place).map(({ field, shape }) => [field, spelled(field, shape)]))
}

const everything = { version: 2, source: address, destination: address, ...fields('header') } as HeaderSpec

describe('the table of TLVs', () => {
  it('holds every type once, under one name', () => {
    const types = tlvNames.map((name) => TLV[name])
    expect(new Set(types).size).toBe(types.length)
    for (const name of tlvNames) {
      expect(tlvName(TLV[name])).toBe(name)
      expect(tlvType(name.toLowerCase().replaceAll('_', '-'))).toBe(TLV[name])
    }
  })

  it('is what the encoder writes: every field of every row, in the order of the table', () => {
    const decoded = decode(encode(everything))
    if (decoded.status !== 'header') throw new Error(decoded.status)
    expect(decoded.header.tlvs.map(({ type }) => type)).toEqual(within('header').map(({ type }) => type))
    expect(decoded.header.ssl?.tlvs.map(({ type }) => type)).toEqual(within('ssl').map(({ type }) => type))
    // And back, by the same names.
    const back: object = decoded.header
    for (const { field, shape } of within('header').filter((row) => row.shape !== 'own')) {
      expect(plain(Reflect.get(back, field)), field).toEqual(plain(spelled(field, shape)))
    }
    for (const { field, shape } of within('ssl')) {
      expect(plain(Reflect.get(decoded.header.ssl ?? {}, field)), field).toEqual(plain(spelled(field, shape)))
    }
    expect(describeHeader(decoded.header)).toContain('CN=cn')
  })

  it('is what explain reads: a text in quotes, another value in words', () => {
    const shown = explain(encode(everything)).fields
    for (const { field, shape, type } of [...within('header'), ...within('ssl')].filter((row) => row.shape !== 'own')) {
      const title = tlvName(type).replace(/^SSL_/, '')
      const line = shown.find(({ name }) => name === title || name === `TLV ${title}`)
      expect(line?.value, title).toMatch(shape === 'bytes' ? /./ : new RegExp(`^"${field}"$`))
      expect(isTextTlv(type)).toBe(shape !== 'bytes')
    }
  })

  it.each(tlvNames.filter((name) => tlvRow(name).vendor !== undefined))(
    '%s is told by its shape, not by its number',
    (name) => {
      const { vendor } = tlvRow(name)
      const id = vendor?.largest === undefined ? 'vpce-0123abc' : String(vendor.largest)
      const value = vendor?.encode(id) ?? new Uint8Array()
      expect(String(vendor?.id(value))).toBe(id)
      expect(tlvTitle(TLV[name], value)).toBe(name)
      expect(tlvTitle(TLV[name], Uint8Array.of(9, 9))).toBe('CUSTOM')
    },
  )
})
