import { describe, expect, it } from 'vitest'
import { mosquittoArguments } from '../../../src/stories/broker/arguments.js'

describe('mosquittoArguments', () => {
  it('takes what Mosquitto’s own suites start it with', () => {
    expect(mosquittoArguments(['-v', '-p', '1888'])).toEqual({
      config: undefined,
      ports: [1888],
      volume: 'all',
      testConfig: false,
    })
    expect(mosquittoArguments(['-v', '-c', 'a.conf', '-p', '1888', '--test-config'])).toEqual({
      config: 'a.conf',
      ports: [1888],
      volume: 'all',
      testConfig: true,
    })
    expect(mosquittoArguments(['-c', 'a.conf', '-c', 'b.conf'])?.config).toBe('b.conf')
    expect(mosquittoArguments(['-q', '-c', 'a.conf', '-v'])?.volume).toBe('none')
    expect(mosquittoArguments(['-c', 'a.conf'])?.volume).toBe('as-configured')
  })

  it('leaves everything else to the command', () => {
    for (const args of [
      [],
      ['-p', '0'],
      ['-v'],
      ['-v', '-p'],
      ['-v', '-p', 'x'],
      ['-c'],
      ['-c', 'a.conf', '--json'],
      ['--help'],
    ]) {
      expect(mosquittoArguments(args)).toBeUndefined()
    }
  })
})
