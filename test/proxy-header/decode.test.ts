import { describe, expect, it } from 'vitest'
import { decode } from '../../src/proxy-header/index.js'
import { ascii, bytes, signature } from './bytes.js'

/** Captured from HAProxy 2.6 with send-proxy-v2-ssl-cn behind a TLS 1.3 listener with client certificates. */
const captured = bytes(`${signature}
  21                                  | version 2, PROXY
  11                                  | TCP over IPv4
  002a                                | 42 bytes follow
  7f000001 7f000001 baf0 61aa         | 127.0.0.1:47856 to 127.0.0.1:25002
  20 001b                             | SSL, 27 bytes
  07                                  | ssl, cert_conn, cert_sess
  00000000                            | verified
  21 0007 54 4c 53 76 31 2e 33        | VERSION TLSv1.3
  22 0009 73 65 6e 73 6f 72 2d 31 37  | CN sensor-17`)

function header(input: Uint8Array) {
  const decoded = decode(input)
  if (decoded.status !== 'header') throw new Error(JSON.stringify(decoded))
  return decoded.header
}

function outcome(input: Uint8Array): string {
  const decoded = decode(input)
  if (decoded.status === 'more') return `more ${decoded.missing}`
  return decoded.status === 'error' ? `${decoded.error.code} at ${decoded.error.offset}` : `header ${decoded.length}`
}

describe('decode', () => {
  it('reads what HAProxy 2.6 sends with send-proxy-v2-ssl-cn', () => {
    const { version, command, family, transport, source, destination, ssl, length } = header(captured)
    expect([version, command, family, transport, length]).toEqual([2, 'PROXY', 'INET', 'STREAM', 58])
    expect(source).toEqual({ address: '127.0.0.1', port: 47856 })
    expect(destination).toEqual({ address: '127.0.0.1', port: 25002 })
    expect([ssl?.ssl, ssl?.certConn, ssl?.certSess, ssl?.verify]).toEqual([true, true, true, 0])
    expect([ssl?.version, ssl?.cn, ssl?.cipher]).toEqual(['TLSv1.3', 'sensor-17', undefined])
  })

  it('refuses a wrong first byte at once', () => {
    expect(outcome(ascii('G'))).toBe('MP-HDR-SIGNATURE at 0')
    expect(outcome(ascii('PO'))).toBe('MP-HDR-SIGNATURE at 1')
  })
})
