import { describe, expect, it } from 'vitest'
import { decode, describeHeader } from '../../../src/proxy-header/index.js'
import { encodedDocument, encodeHeader } from '../../../src/stories/header/encode.js'
import { headerSpec, parseEndpoint, parseTlv } from '../../../src/stories/header/spec.js'

type Kind = Parameters<typeof encodeHeader>[0]['kind']

function described(kind: Kind, flags: Parameters<typeof headerSpec>[1]): string {
  const decoded = decode(encodeHeader({ kind, flags, malform: [] }))
  return decoded.status === 'header' ? describeHeader(decoded.header) : JSON.stringify(decoded)
}

describe('the header flags', () => {
  it.each([
    ['v2', { src: '203.0.113.7' }, 'PROXY v2 · PROXY · TCP4 · 203.0.113.7:56324 → 127.0.0.1:1883'],
    ['v1', { src: '203.0.113.7:1', dst: '192.0.2.1:2' }, 'PROXY v1 · TCP4 · 203.0.113.7:1 → 192.0.2.1:2'],
    ['v2', { src: '2001:db8::7' }, 'PROXY v2 · PROXY · TCP6 · [2001:db8::7]:56324 → [::1]:1883'],
    ['v2', { src: '[2001:db8::7]:9', udp: true }, 'PROXY v2 · PROXY · UDP6 · [2001:db8::7]:9 → [::1]:1883'],
    ['v2', { src: '/run/a', dst: '/run/b' }, 'PROXY v2 · PROXY · UNIX · "/run/a" → "/run/b"'],
    ['v2', { local: true }, 'PROXY v2 · LOCAL · the real endpoints count'],
    ['v2', { unknown: true }, 'PROXY v2 · PROXY · UNSPEC'],
    ['v1', { unknown: true }, 'PROXY v1 · UNKNOWN'],
    [
      'v2-ssl',
      { src: '203.0.113.7' },
      'PROXY v2 · PROXY · TCP4 · 203.0.113.7:56324 → 127.0.0.1:1883 · TLSv1.3 · no cert',
    ],
    [
      'v2-ssl',
      { src: '203.0.113.7', tls: 'none' },
      'PROXY v2 · PROXY · TCP4 · 203.0.113.7:56324 → 127.0.0.1:1883 · no TLS',
    ],
    [
      'v2-ssl-cn',
      { src: '203.0.113.7', cn: 'sensor-17', verify: 21 },
      'PROXY v2 · PROXY · TCP4 · 203.0.113.7:56324 → 127.0.0.1:1883 · TLSv1.3 · cert not verified (21) · CN=sensor-17',
    ],
  ] as const)('%s %j', (kind, flags, text) => {
    expect(described(kind, flags)).toBe(text)
  })

  it.each([
    ['v1', { local: true, src: '1.2.3.4' }, /version 1 has no LOCAL/],
    ['v2', {}, /who is the client/],
    ['v2', { src: '1.2.3' }, /"1.2.3" is not a valid address/],
    ['v2', { src: '1.2.3.4:70000' }, /not a valid address/],
    ['v2', { src: '1.2.3.4', dst: '/run/x' }, /path/],
    ['v2', { unknown: true, src: '1.2.3.4' }, /--unknown/],
    ['v2-ssl-cn', { src: '1.2.3.4' }, /common name/],
    ['v1', { src: '1.2.3.4', alpn: 'mqtt' }, /cannot carry alpn/],
    ['v2', { src: '1.2.3.4', tlv: ['athority=x'] }, /no TLV is called "athority"/],
    ['v2', { src: '1.2.3.4', tlv: ['0x100=x'] }, /not a valid byte/],
    ['v2', { src: '1.2.3.4', 'unique-id': 'x'.repeat(129) }, /129 bytes/],
    ['v2', { src: '1.2.3.4', tlv: [`0xe4=${'x'.repeat(65536)}`] }, /at most 65535/],
  ] as const)('%s %j is refused with exit 2', (kind, flags, message) => {
    let thrown: unknown
    try {
      encodeHeader({ kind, flags, malform: [] })
    } catch (error) {
      thrown = error
    }
    expect(thrown).toMatchObject({ exit: 2, message: expect.stringMatching(message) })
  })

  it('fall back on given endpoints', () => {
    const source = { address: '127.0.0.2', port: 7 }
    expect(headerSpec('v2', {}, { source })).toMatchObject({
      source,
      destination: { address: '127.0.0.1', port: 1883 },
    })
  })
})

it('parseEndpoint takes addresses with and without a port, and paths', () => {
  expect(parseEndpoint('::1', 5)).toEqual({ address: '::1', port: 5 })
  expect(parseEndpoint('[::1]:9', 5)).toEqual({ address: '::1', port: 9 })
  expect(parseEndpoint('@name', 5)).toEqual({ address: '\0name', port: 0 })
})

it.each([
  ['authority=broker.example', 2, '62726f6b65722e6578616d706c65'],
  ['0xE4=0x0102', 0xe4, '0102'],
  ['228=text', 228, '74657874'],
  ['ssl-cn=x', 0x22, '78'],
  ['aws=vpce-1', 0xea, '01767063652d31'],
  ['azure=13', 0xee, '010d000000'],
  ['gcp=258', 0xe0, '0000000000000102'],
])('parseTlv reads %s', (text, type, hex) => {
  const tlv = parseTlv(text)
  expect([tlv.type, Buffer.from(tlv.value).toString('hex')]).toEqual([type, hex])
})

describe('header encode', () => {
  it('refuses defects that cannot be seen in bytes', () => {
    expect(() => encodeHeader({ kind: 'v2', flags: { src: '1.2.3.4' }, malform: ['slow'] })).toThrow(
      /how bytes are sent/,
    )
  })

  it('tells in its document what a broken header is', () => {
    const bytes = encodeHeader({ kind: 'v2', flags: { src: '1.2.3.4' }, malform: ['version-3'] })
    expect(encodedDocument(bytes)).toMatchObject({
      ok: true,
      length: 28,
      header: { error: { code: 'MP-HDR-VERSION' } },
    })
  })
})
