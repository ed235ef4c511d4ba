import { describe, expect, it } from 'vitest'
import { decode } from '../../src/proxy-header/index.js'

const ascii = (text: string) => Buffer.from(text, 'latin1')
const hex = (text: string) => Buffer.from(text.replace(/\s+/g, ''), 'hex')
const signature = '0d0a0d0a000d0a515549540a'

/** Captured from HAProxy 2.6 with send-proxy-v2-ssl-cn behind a TLS 1.3 listener with client certificates. */
const captured = hex(
  `${signature}
  21 11 002a                        version 2 PROXY, TCP over IPv4, 42 bytes follow
  7f000001 7f000001 baf0 61aa       127.0.0.1:47856 to 127.0.0.1:25002
  20 001b 07 00000000               SSL: all client bits, verified
  21 0007 544c5376312e33            TLSv1.3
  22 0009 73656e736f722d3137        sensor-17`.replace(/ {2,}[A-Za-z].*$/gm, ''),
)

function header(bytes: Uint8Array) {
  const decoded = decode(bytes)
  if (decoded.status !== 'header') throw new Error(JSON.stringify(decoded))
  return decoded.header
}

function error(bytes: Uint8Array) {
  const decoded = decode(bytes)
  return decoded.status === 'error' ? `${decoded.error.code}@${decoded.error.offset}` : decoded.status
}

describe('decode', () => {
  it('reads what HAProxy 2.6 sends with send-proxy-v2-ssl-cn', () => {
    expect(captured.length).toBe(58)
    const { version, command, family, transport, source, destination, ssl, length } = header(captured)
    expect({ version, command, family, transport, length }).toEqual({
      version: 2,
      command: 'PROXY',
      family: 'INET',
      transport: 'STREAM',
      length: 58,
    })
    expect(source).toEqual({ address: '127.0.0.1', port: 47856 })
    expect(destination).toEqual({ address: '127.0.0.1', port: 25002 })
    expect([ssl?.ssl, ssl?.certConn, ssl?.certSess, ssl?.verify]).toEqual([true, true, true, 0])
    expect([ssl?.version, ssl?.cn, ssl?.cipher]).toEqual(['TLSv1.3', 'sensor-17', undefined])
  })

  it('refuses a wrong first byte at once', () => {
    expect(error(ascii('G'))).toBe('MP-HDR-SIGNATURE@0')
    expect(error(ascii('PO'))).toBe('MP-HDR-SIGNATURE@1')
  })
})
