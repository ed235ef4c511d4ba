import { describe, expect, it } from 'vitest'
import { boundElsewhere, parseHaproxyMessage } from '../../../src/host/haproxy/messages.js'

describe('parseHaproxyMessage', () => {
  it('finds file and line of a parse error', () => {
    const line = "[ALERT]    (5891) : config : parsing [/tmp/a b/f.cfg:9] : unknown keyword 'bnd' in 'frontend' section"
    expect(parseHaproxyMessage(line)).toEqual({
      severity: 'ALERT',
      text: "config : parsing [/tmp/a b/f.cfg:9] : unknown keyword 'bnd' in 'frontend' section",
      at: { file: '/tmp/a b/f.cfg', line: 9 },
    })
  })

  it('leaves traffic lines alone', () => {
    expect(
      parseHaproxyMessage('127.0.0.1:48014 [21/Nov/2026:05:00:00.000] f b/s 1/0/4 4 -- 1/1/0/0/0 0/0'),
    ).toBeUndefined()
  })
})

describe('boundElsewhere', () => {
  it('finds the address of a taken port', () => {
    const line = '[ALERT]    (7) : Starting frontend f: cannot bind socket (Address already in use) [127.0.0.1:1883]'
    expect(boundElsewhere(['x', line])).toBe('127.0.0.1:1883')
    expect(boundElsewhere(['x'])).toBeUndefined()
  })
})
