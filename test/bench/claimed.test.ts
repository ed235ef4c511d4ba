import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claimedSources } from '../../src/bench/claimed.js'
import { wholeLoad } from '../../src/bench/shard.js'

describe('claimed sources', () => {
  it('take every host of a network, then the same with other ports', () => {
    const source = claimedSources('192.0.2.77/30', wholeLoad)
    expect([0, 1, 2, 3].map(source)).toEqual([
      { address: '192.0.2.77', port: 1024 },
      { address: '192.0.2.78', port: 1024 },
      { address: '192.0.2.77', port: 1025 },
      { address: '192.0.2.78', port: 1025 },
    ])
    expect(claimedSources('203.0.113.9', wholeLoad)(0)).toEqual({ address: '203.0.113.9', port: 1024 })
  })

  it('lie in the network, and no two of any shards are the same', () => {
    const networks = fc.constantFrom('10.0.0.0/8', '198.18.7.9/22', '2001:db8::/64', '2001:db8:1::abcd/120', '::1/112')
    fc.assert(
      fc.property(networks, fc.integer({ min: 1, max: 5 }), (network, count) => {
        const [address = '', prefix] = network.split('/')
        const list = new BlockList()
        const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
        list.addSubnet(address, Number(prefix), family)
        const seen = new Set<string>()
        for (let index = 1; index <= count; index++) {
          const source = claimedSources(network, { index, count })
          for (let n = 0; n < 300; n++) {
            const { address, port } = source(n)
            expect(list.check(address, family)).toBe(true)
            seen.add(`${address} ${port}`)
          }
        }
        expect(seen.size).toBe(300 * count)
      }),
      { numRuns: 20 },
    )
  })

  it('are refused for a network with fewer addresses than shards', () => {
    expect(() => claimedSources('192.0.2.0/31', { index: 3, count: 3 })).toThrow(/2 addresses, too few for 3 shards/)
    expect(() => claimedSources('192.0.2.1', { index: 1, count: 2 })).toThrow(/1 addresses/)
  })
})
