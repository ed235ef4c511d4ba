import { describe, expect, it } from 'vitest'
import { decode } from '../../src/proxy-header/decode.js'
import { encode } from '../../src/proxy-header/encode.js'

const ends = { source: { address: '192.0.2.7', port: 40_000 }, destination: { address: '192.0.2.1', port: 1883 } }

/** As a caller without types writes it. */
function fromJavaScript(text: string): Uint8Array {
  return encode(JSON.parse(text))
}

describe('encode', () => {
  it('writes version 2 where none is named, and UNSPEC without addresses', () => {
    expect(decode(encode(ends))).toMatchObject({ header: { version: 2, command: 'PROXY', source: ends.source } })
    expect(decode(encode())).toMatchObject({ header: { version: 2, family: 'UNSPEC' } })
  })

  it.each([
    ['{"version":3}', /version 3 is not one of 1, 2/],
    ['{"version":"2"}', /version "2"/],
    ['{"family":"TCP4"}', /family "TCP4" is not one of UNSPEC, INET/],
    ['{"transport":"TCP"}', /transport "TCP"/],
    ['{"version":1,"transport":"TCP"}', /transport "TCP"/],
    ['{"command":"PROXYY"}', /command "PROXYY"/],
    ['{"sorce":{"address":"192.0.2.7","port":1}}', /no "sorce"/],
    ['{"cn":"alice"}', /no "cn"/],
    ['{"source":"192.0.2.7:1","destination":"192.0.2.1:2"}', /source is "192.0.2.7:1"/],
    ['{"source":{"address":"192.0.2.7"},"destination":{"address":"192.0.2.1","port":2}}', /source is/],
    ['{"source":{"address":"192.0.2.7","port":1}}', /needs both/],
    ['{"alpn":7}', /7 is not a text/],
    ['{"ssl":"TLSv1.3"}', /ssl is "TLSv1.3"/],
    ['{"ssl":{"cn":5}}', /5 is not a text/],
    ['{"uniqueId":"abc"}', /uniqueId is "abc"/],
    ['{"tlvs":"x"}', /tlvs is "x"/],
    ['{"tlvs":[{"type":5,"value":"x"}]}', /value of a TLV is "x"/],
  ])('refuses %s in words', (text, message) => {
    expect(() => fromJavaScript(text)).toThrow(message)
    expect(() => fromJavaScript(text)).toThrow(expect.objectContaining({ code: 'MP-HDR-SPEC', exit: 2 }))
  })
})
