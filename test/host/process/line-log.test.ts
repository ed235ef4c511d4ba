import { describe, expect, it } from 'vitest'
import { LineLog } from '../../../src/host/process/line-log.js'

describe('LineLog', () => {
  it('joins a line that comes in pieces, and keeps two streams apart', () => {
    const log = new LineLog()
    const out = log.reader()
    const err = log.reader()
    out(Buffer.from('New cli'))
    err(Buffer.from('warning\r\n'))
    out(Buffer.from('ent connected\nnext'))
    expect(log.lines()).toEqual(['warning', 'New client connected'])
    log.end()
    expect(log.lines()).toEqual(['warning', 'New client connected', 'next'])
  })

  it('keeps a character whole that is cut by a chunk', () => {
    const log = new LineLog()
    const out = log.reader()
    const bytes = Buffer.from('Zoë\n')
    out(bytes.subarray(0, 3))
    out(bytes.subarray(3))
    expect(log.lines()).toEqual(['Zoë'])
  })

  it('finds a line that is already there, waits for one that is not, and gives up when the program ends', async () => {
    const log = new LineLog()
    const out = log.reader()
    out(Buffer.from('first\n'))
    expect(await log.waitFor((line) => line === 'first', 0)).toBe('first')
    const second = log.waitFor((line) => line === 'second', 10_000)
    out(Buffer.from('second\n'))
    expect(await second).toBe('second')
    expect(await log.waitFor((line) => line === 'first', 0, 1)).toBeUndefined()
    const never = log.waitFor((line) => line === 'third', 60_000)
    log.end()
    expect(await never).toBeUndefined()
  })
})
