import { describe, expect, it } from 'vitest'
import { parseHaproxy } from '../../src/config/haproxy/parse.js'
import { viewHaproxy } from '../../src/config/haproxy/view.js'
import { capacityOf, usualPorts } from '../../src/path/capacity.js'
import { readPaths } from '../../src/path/index.js'

function capacity(text: string) {
  const haproxy = viewHaproxy([parseHaproxy(text, 'h.cfg').document])
  return capacityOf(haproxy, readPaths({ haproxies: [haproxy], brokers: [] }).topology.hops)
}

const room = (...servers: readonly string[]) =>
  capacity(`listen m\n bind :1883\n${servers.map((one) => ` server ${one}\n`).join('')}`).frontends[0]?.room
    ?.connections

describe('source ports towards servers', () => {
  it.each([
    ['one address', ['a 127.0.0.1:1884'], usualPorts],
    ['the same one twice', ['a 127.0.0.1:1884', 'b 127.0.0.1:1884'], usualPorts],
    ['the same one in two spellings', ['a [::1]:1884', 'b [0:0:0:0:0:0:0:1]:1884'], usualPorts],
    ['two ports of it', ['a 127.0.0.1:1884', 'b 127.0.0.1:1885'], 2 * usualPorts],
    ['two sources', ['a 127.0.0.1:1884 source 127.0.0.1', 'b 127.0.0.1:1884 source 127.0.0.2'], 2 * usualPorts],
    ['a source of any address', ['a 127.0.0.1:1884 source 0.0.0.0', 'b 127.0.0.1:1884'], usualPorts],
    ['a range', ['a 127.0.0.1:1884 source 127.0.0.1:40000-40002'], 3],
    ['one port', ['a 127.0.0.1:1884 source 127.0.0.1:40000'], 1],
    ['a queue in front of one', ['a 127.0.0.1:1884 maxconn 500', 'b 127.0.0.1:1885'], 500 + usualPorts],
    ['a maxconn over the ports', ['a 127.0.0.1:1884 maxconn 50000'], usualPorts],
    ['a queue in front of each', ['a 127.0.0.1:1884 maxconn 500'], undefined],
    ['a disabled one', ['a 127.0.0.1:1884', 'b 127.0.0.1:1885 disabled'], usualPorts],
    ['one that stands by', ['a 127.0.0.1:1884', 'b 127.0.0.1:1885 backup'], usualPorts],
    ['a unix socket', ['a unix@/run/m.sock'], undefined],
    ["the client's address", ['a 127.0.0.1:1884 source 0.0.0.0 usesrc clientip'], undefined],
    ['a name that is resolved', ['a broker:1884 resolvers dns'], undefined],
  ])('%s', (_, servers, connections) => {
    expect(room(...servers)).toBe(connections)
  })

  it('a source of the backend holds for servers without one', () => {
    const text =
      'listen m\n bind :1883\n source 127.0.0.9:1000-1099\n server a 127.0.0.1:1884\n server b 127.0.0.1:1885 source 127.0.0.1\n'
    expect(capacity(text).frontends[0]?.room?.connections).toBe(100 + usualPorts)
  })
})

describe('what a frontend takes', () => {
  it.each([
    ['nothing written', '', '', undefined],
    ['the global one', ' maxconn 5000\n', '', 5000],
    ['its own', '', ' maxconn 300\n', 300],
    ['the least', ' maxconn 200\n', ' maxconn 300\n', 200],
    ['no limit of its own', ' maxconn 200\n', ' maxconn 0\n', 200],
  ])('%s', (_, global, own, takes) => {
    const text = `global\n${global}listen m\n bind :1883\n${own} server a 127.0.0.1:1884\n`
    expect(capacity(text).frontends[0]?.takes?.value).toBe(takes)
  })

  it('the sum of its binds, where each has one', () => {
    const text = (second: string) =>
      `listen m\n bind :1883 maxconn 100\n bind :1885${second}\n server a 127.0.0.1:1884\n`
    expect(capacity(text(' maxconn 50')).frontends[0]?.takes?.value).toBe(150)
    expect(capacity(text('')).frontends[0]?.takes).toBeUndefined()
  })
})

it('descriptors are counted as HAProxy counts them', () => {
  // Measured on 3.2.26 with two threads: 10017 for one bind, 10018 with a check beside it, 10019 for three binds.
  const text = (more: string) =>
    `global\n maxconn 5000\n nbthread 2\nlisten m\n bind :1883\n server a 127.0.0.1:1884\n${more}`
  expect(capacity(text('')).descriptors.wanted).toBe(10_017)
  expect(capacity(text(' server b 127.0.0.1:1884 check\n')).descriptors.wanted).toBe(10_018)
  expect(capacity(text(' bind :1885\n bind :1886\n')).descriptors.wanted).toBe(10_019)
  expect(capacity('listen m\n bind :1883\n').descriptors.wanted).toBeUndefined()
})
