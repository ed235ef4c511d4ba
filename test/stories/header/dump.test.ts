import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { explain } from '../../../src/proxy-header/index.js'
import { coloured, plain } from '../../../src/report/style.js'
import { widest, wrapText } from '../../../src/report/wrap.js'
import { dumpText } from '../../../src/stories/header/dump.js'
import { encodeHeader } from '../../../src/stories/header/encode.js'

const flags = { src: '203.0.113.7', cn: 'sensor-17', alpn: 'mqtt', authority: 'broker.example' }
const header = encodeHeader({ kind: 'v2', flags, malform: [] })
const uncoloured = (text: string) => text.replaceAll(/\u001b\[\d+m/g, '')
const dump = (style: typeof plain) => dumpText(explain(header), { all: true, style })
const isRow = (line: string) => /^[\da-f]{4} {2,}[\da-f]{2}\b/.test(line)

describe('a decoded header at the width of a terminal', () => {
  it.each([60, 80, 100, 200])('of %i columns keeps rows of bytes whole and breaks what is text', (columns) => {
    const width = Math.min(columns, widest)
    const rows = dump(plain).split('\n').filter(isRow)
    const lines = wrapText(dump(coloured(new Chalk({ level: 1 }))), width)
      .split('\n')
      .map(uncoloured)
    expect(rows.filter((row) => / {4}[\da-f]{2}/.test(row.slice(4, 10))).length).toBeGreaterThan(2)
    expect(lines.filter(isRow)).toEqual(rows)
    expect(lines.filter((line) => !isRow(line) && line.length > width)).toEqual([])
    expect(lines.filter((line) => !isRow(line)).join('')).toContain('CN=sensor-17')
  })

  it('reads the same in colour as without', () => {
    const text = dump(coloured(new Chalk({ level: 1 })))
    expect(text).toContain('\u001b[2m0000\u001b[22m')
    expect(uncoloured(text)).toBe(dump(plain))
  })
})
