import { describe, expect, it } from 'vitest'
import { parseHaproxy } from '../../src/config/haproxy/parse.js'
import { viewHaproxy } from '../../src/config/haproxy/view.js'
import { headerSize } from '../../src/path/header-size.js'

function sizeOf(words: string) {
  const { document } = parseHaproxy(`backend b\n server s 10.0.0.1:1884 ${words}\n`, 'h.cfg')
  const server = viewHaproxy([document]).proxies[0]?.servers[0]
  if (server === undefined) throw new Error('no server')
  const { least, most } = headerSize(server.header)
  return [least, most]
}

/**
 * PROXY protocol 2.1: a header of version 1 has at most 107 bytes, "PROXY UNKNOWN\r\n" has 15. Version 2: 16 bytes, then
 * 12 of IPv4 or 36 of IPv6, then TLVs of 3 bytes and their value.
 */
describe('how long a header can become', () => {
  it.each([
    ['send-proxy', 15, 107],
    ['send-proxy-v2', 28, 52],
    ['send-proxy-v2 proxy-v2-options crc32c', 35, 59],
    ['send-proxy-v2 proxy-v2-options crc32c,crc32c', 35, 59],
    // 128 bytes at most (2.2.5); the TLV is there with an empty value too.
    ['send-proxy-v2 proxy-v2-options unique-id', 31, 183],
    ['send-proxy-v2 proxy-v2-options authority', 28, 310],
    ['send-proxy-v2 proxy-v2-options ssl-cipher', 28 + 8, 52 + 18 + 35],
    // Client byte and verify, and the version as text: "TLSv1.3".
    ['send-proxy-v2-ssl', 36, 70],
    ['send-proxy-v2 proxy-v2-options ssl', 36, 70],
    ['send-proxy-v2-ssl-cn', 36, 329],
  ])('%s: %i to %i bytes', (words, least, most) => {
    expect(sizeOf(words)).toEqual([least, most])
  })
})

describe('a TLV with a log format', () => {
  const tlv = (format: string) => {
    const [least, most] = sizeOf(`send-proxy-v2 set-proxy-v2-tlv-fmt(0xE0) ${format}`)
    return [(least ?? 0) - 31, most === undefined ? undefined : most - 55]
  }

  it.each<[string, number, number | undefined]>([
    ['abc', 3, 3],
    ['%[src]', 0, 39],
    ['%[dst_port]', 0, 5],
    ['a%[src]b%[src_port]', 2, 46],
    ['%[src,hex]', 0, 78],
    ['%[ssl_fc_sni]', 0, 255],
    ['%[ssl_c_s_dn(cn)]', 0, 256],
    ['%[ssl_c_i_dn(CN)]', 0, 256],
    ['%[ssl_c_s_dn(cn),lower]', 0, 512],
    ['%[ssl_c_s_dn]', 0, undefined],
    ['%[ssl_c_s_dn(ou)]', 0, undefined],
    ['%[ssl_c_der]', 0, undefined],
    ['%[src]%[ssl_c_der]%[src]', 0, undefined],
    ['%[rand(100)]', 0, 20],
    ['%[date(0,s)]', 0, 20],
    ['%[toString]', 0, undefined],
    ['%ci', 0, undefined],
    ['x%{+Q}[src]', 1, 40],
    ['%{+Q}ci', 0, undefined],
    ['100%', 4, 4],
  ])('%s: %i to %s bytes', (format, least, most) => {
    expect(tlv(format)).toEqual([least, most])
  })

  it('several add up', () => {
    const [least, most] = sizeOf('send-proxy-v2 set-proxy-v2-tlv-fmt(0xE0) abc set-proxy-v2-tlv-fmt(0xE1) %[src]')
    expect([least, most]).toEqual([28 + 6 + 3, 52 + 6 + 42])
  })
})
