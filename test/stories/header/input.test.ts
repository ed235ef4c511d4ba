import { describe, expect, it } from 'vitest'
import { encodeHeader, formatBytes } from '../../../src/stories/header/encode.js'
import { bytesOfBase64, bytesOfHex, bytesOfTyped, detectForm } from '../../../src/stories/header/input.js'

const header = encodeHeader({ kind: 'v2', flags: { src: '203.0.113.7:56324', cn: 'sensor-17' }, malform: [] })
const hex = Buffer.from(header).toString('hex')
const pairs = hex.match(/../g) ?? []

function rows<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, i * size + size))
}

const xxd = rows(pairs, 16)
  .map(
    (row, i) =>
      `${(i * 16).toString(16).padStart(8, '0')}: ${rows(row, 2)
        .map((two) => two.join(''))
        .join(' ')}  some text`,
  )
  .join('\n')
const hexdump = rows(pairs, 16)
  .map(
    (row, i) =>
      `${(i * 16).toString(16).padStart(8, '0')}  ${row.slice(0, 8).join(' ')}  ${row.slice(8).join(' ')}  |..QUIT|`,
  )
  .join('\n')

describe('hexadecimal text', () => {
  it.each([
    ['plain', hex],
    ['in upper case', hex.toUpperCase()],
    [
      'with spaces and lines',
      rows(pairs, 10)
        .map((row) => row.join(' '))
        .join('\r\n'),
    ],
    ['with colons', pairs.join(':')],
    ['with 0x and commas', pairs.map((pair) => `0x${pair}`).join(', ')],
    ['with \\x', pairs.map((pair) => `\\x${pair}`).join('')],
    ['as one 0x number', `0x${hex}`],
    ['from xxd', xxd],
    ['from hexdump -C', hexdump],
    ['as a C array', formatBytes(header, 'c')],
    ['as a JavaScript array', formatBytes(header, 'js')],
    ['as the JSON of header encode', formatBytes(header, 'json')],
  ])('%s gives its bytes and is recognised', (_, text) => {
    expect(Buffer.from(bytesOfHex(text) ?? []).toString('hex')).toBe(hex)
    expect(detectForm(Buffer.from(text))).toBe('hex')
  })

  it('is none when a digit is missing or something else stands in it', () => {
    expect(bytesOfHex('0d0')).toBeUndefined()
    expect(bytesOfHex('0d0a zz')).toBeUndefined()
    expect(bytesOfHex('')).toBeUndefined()
  })
})

describe('detectForm', () => {
  it.each([
    ['pcap', Buffer.from('d4c3b2a1020004', 'hex')],
    ['pcap', Buffer.from('0a0d0d0a1c000000', 'hex')],
    ['raw', header],
    ['raw', Buffer.from('PROXY UNKNOWN\r\n')],
    ['raw', Buffer.from('100c00044d515454', 'hex')],
    ['raw', Buffer.from('GET / HTTP/1.1\r\n')],
    ['base64', Buffer.from(Buffer.from(header).toString('base64'))],
    ['base64', Buffer.from(Buffer.from('PROXY UNKNOWN\r\n').toString('base64'))],
  ])('says %s', (form, bytes) => {
    expect(detectForm(bytes)).toBe(form)
  })
})

it('reads base64 over several lines, and refuses what is none', () => {
  const text = Buffer.from(header).toString('base64')
  expect(Buffer.from(bytesOfBase64(`${text.slice(0, 20)}\n${text.slice(20)}\n`) ?? []).toString('hex')).toBe(hex)
  expect(bytesOfBase64('no base64!')).toBeUndefined()
})

it('takes escapes in a typed line for their bytes', () => {
  expect(bytesOfTyped('PROXY UNKNOWN\\r\\n')).toEqual(Buffer.from('PROXY UNKNOWN\r\n'))
  expect(bytesOfTyped('\\x41\\0')).toEqual(Buffer.from('A\0'))
})
