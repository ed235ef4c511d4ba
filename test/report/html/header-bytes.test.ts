import { describe, expect, it } from 'vitest'
import { encode } from '../../../src/proxy-header/encode.js'
import { headerFigure } from '../../../src/report/html/header-bytes.js'
import { all, only, readHtml, texts } from '../read-html.js'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const source = { address: '203.0.113.7', port: 4711 }
const destination = { address: '127.0.0.1', port: 1884 }
const v2 = encode({ version: 2, source, destination, ssl: { cn: 'c'.repeat(40) } })
const figureOf = (text: string) => readHtml(headerFigure(text))

describe('headerFigure', () => {
  it('shows every byte once, in order, at its offset', () => {
    const figure = figureOf(hex(encode({ version: 2, source, destination })))
    const shown = texts(figure, 'code').join(' ').split(' ')
    expect(shown.join('')).toBe(hex(encode({ version: 2, source, destination })))
    const cells = all(figure, 'li').map((cell) => [only(cell, '.off').text, only(cell, 'code').text.split(' ').length])
    let at = 0
    for (const [offset, length] of cells) {
      expect(offset).toBe(at.toString(16).padStart(4, '0'))
      at += Number(length)
    }
    expect(at).toBe(28)
  })

  it('counts the bytes of a long field that are not drawn', () => {
    const cell = all(figureOf(hex(v2)), 'li').find((one) => only(one, 'b').text === 'CN')
    if (cell === undefined) throw new Error('no CN')
    const [drawn = '', more] = only(cell, 'code').text.split(' +')
    expect(drawn.split(' ')).toHaveLength(24)
    expect(more).toBe('19')
    const short = all(figureOf(hex(v2)), 'li').filter((one) => only(one, 'code').text.includes('+'))
    expect(short).toHaveLength(1)
  })

  it('gives addresses, TLVs and what is inside them a look of their own', () => {
    const kinds = all(figureOf(hex(v2)), 'li').map((cell) => [only(cell, 'b').text, cell.attributes.class])
    expect(Object.fromEntries(kinds)).toMatchObject({
      signature: 'fix',
      length: 'fix',
      'source address': 'adr',
      'destination port': 'adr',
      'TLV SSL': 'tlv',
      CN: 'sub',
    })
    const transport = kinds.find(([name]) => name === 'family/transport')
    expect(transport?.[1]).toBe('fix')
  })

  it('shows what follows the header beside it', () => {
    const figure = figureOf(`${hex(encode({ version: 1, source, destination }))}1000`)
    const last = all(figure, 'li').at(-1)
    expect(last?.attributes.class).toBe('raw')
    expect(last?.text).toBe('002cafter the header10 002 bytes')
  })

  it('says why something is no header, and what is not there yet', () => {
    const broken = figureOf(hex(new TextEncoder().encode('PROXY NONSENSE\r\n')))
    expect(only(broken, 'figcaption').text).toMatch(/no header: .+ \(.+\)$/)
    const part = figureOf(hex(v2.subarray(0, 10)))
    expect(only(part, 'figcaption').text).toBe('PROXY header on the wire 10 bytesincomplete')
    const [cell] = all(part, 'li')
    expect(cell?.text).toBe('0000signature0d 0a 0d 0a 00 0d 0a 51 55 49cut off')
  })

  it('says that a recording was cut, and is nothing without bytes', () => {
    expect(only(figureOf(`${hex(v2)}…`), '.soft').text).toBe(`${v2.length} bytes, cut short here`)
    expect(headerFigure('')).toBe('')
    expect(headerFigure('zz')).toBe('')
  })
})
