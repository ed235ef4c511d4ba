import { TLV } from '../proxy-header/index.js'
import { accepted, ascii, broken, client, either, v2 } from './make-case.js'
import type { ConformanceCase } from './types.js'

const sub = 'sub-TLVs are read where they are known and skipped otherwise'
const bounds = 'the SSL TLV holds 5 bytes and whole sub-TLVs; a receiver that skips it need not notice'
const name = 'the common name is UTF-8 text; a receiver that uses it as user name must use all of it or none'
const ssl = (value: Uint8Array) => v2({ tlvs: [{ type: TLV.SSL, value }] })
const withCn = (cn: string) => v2({ ssl: { version: 'TLSv1.3', cn } })
const rawCn = (bytes: Uint8Array) => {
  const value = new Uint8Array(8 + bytes.length)
  value.set([0x07, 0, 0, 0, 0, TLV.SSL_CN, 0, bytes.length])
  value.set(bytes, 8)
  return ssl(value)
}

/** The SSL TLV, PP 2.2.6. A receiver that demands TLS or a certificate may refuse clients without: ask it without that. */
export const casesSsl: readonly ConformanceCase[] = [
  accepted(
    'pp2/ssl/plain',
    'client bits 0, as HAProxy sends them for clients without TLS',
    '2.2.6',
    sub,
    v2({ ssl: {} }),
  ),
  accepted('pp2/ssl/version', 'a TLS client', '2.2.6', sub, v2({ ssl: { version: 'TLSv1.3' } })),
  accepted('pp2/ssl/cn', 'a TLS client with a certificate', '2.2.6', sub, withCn('sensor-17'), {
    username: 'sensor-17',
  }),
  accepted(
    'pp2/ssl/resumed',
    'a resumed session: certificate earlier, not now',
    '2.2.6',
    sub,
    v2({ ssl: { client: 0x05, version: 'TLSv1.2', cn: 'sensor-17' } }),
    { username: 'sensor-17' },
  ),
  accepted(
    'pp2/ssl/all',
    'every registered sub-TLV',
    '2.2.6',
    sub,
    v2({
      ssl: {
        version: 'TLSv1.3',
        cn: 'sensor-17',
        cipher: 'TLS_AES_256_GCM_SHA384',
        sigAlg: 'RSA-SHA256',
        keyAlg: 'EC256',
      },
    }),
    { username: 'sensor-17' },
  ),
  accepted(
    'pp2/ssl/newer',
    'the newer sub-TLVs 0x26 and 0x27',
    '2.2.6',
    sub,
    v2({ ssl: { version: 'TLSv1.3', group: 'X25519', sigScheme: 'ed25519' } }),
  ),
  accepted(
    'pp2/ssl/certificate',
    'a whole client certificate, 0x28',
    '2.2.6',
    sub,
    v2({ ssl: { version: 'TLSv1.3', clientCert: new Uint8Array(256).fill(0x30) } }),
  ),
  accepted(
    'pp2/ssl/unknown-sub',
    'a sub-TLV nobody has registered, 0x2F',
    '2.2.6',
    sub,
    ssl(Uint8Array.of(1, 0, 0, 0, 0, 0x2f, 0, 1, 0x61)),
  ),
  accepted(
    'pp2/ssl/with-others',
    'SSL among other TLVs',
    '2.2.6',
    sub,
    v2({
      ssl: { version: 'TLSv1.3', cn: 'sensor-17' },
      alpn: 'mqtt',
      authority: 'broker.example',
      uniqueId: ascii('7'),
      crc32c: true,
    }),
    { username: 'sensor-17' },
  ),
  accepted('pp2/ssl/cn-utf8', 'a common name in UTF-8', '2.2.6', name, withCn('Zähler-17'), { username: 'Zähler-17' }),
  accepted('pp2/ssl/cn-255', 'a common name of 255 bytes', '2.2.6', name, withCn('c'.repeat(255)), {
    username: 'c'.repeat(255),
  }),
  either('pp2/ssl/cn-empty', 'an empty common name', '2.2.6', name, withCn(''), { believes: client }),
  either('pp2/ssl/cn-nul', 'a common name with a NUL', '2.2.6', name, rawCn(ascii('ali\0ce')), {
    believes: client,
    username: 'ali\0ce',
  }),
  either('pp2/ssl/cn-newline', 'a common name with a line feed', '2.2.6', name, rawCn(ascii('alice\nNew client')), {
    believes: client,
    username: 'alice\nNew client',
  }),
  either(
    'pp2/ssl/cn-not-utf8',
    'a common name that is no UTF-8',
    '2.2.6',
    name,
    rawCn(Uint8Array.of(0x61, 0xff, 0xfe)),
    { believes: client },
  ),
  either(
    'pp2/ssl/verify',
    'a certificate that was not verified',
    '2.2.6',
    'verify is zero only for a verified certificate; the receiver decides',
    v2({ ssl: { client: 7, verify: 21, version: 'TLSv1.3', cn: 'sensor-17' } }),
    { believes: client },
  ),
  either('pp2/ssl/too-short', 'an SSL TLV of 4 bytes', '2.2.6', bounds, broken('ssl-too-short'), {
    best: ['refuses'],
    believes: client,
  }),
  either('pp2/ssl/empty', 'an SSL TLV without a value', '2.2.6', bounds, broken('ssl-empty'), {
    best: ['refuses'],
    believes: client,
  }),
  either('pp2/ssl/overrun', 'a sub-TLV longer than the SSL TLV', '2.2.6', bounds, broken('ssl-overrun'), {
    best: ['refuses'],
    believes: client,
  }),
  either('pp2/ssl/cut', 'one byte left over in the SSL TLV', '2.2.6', bounds, broken('ssl-cut'), {
    best: ['refuses'],
    believes: client,
  }),
]
