import { describe, expect, it } from 'vitest'
import { encode, explain, headerDocument, recognise, remarks } from '../../src/proxy-header/index.js'
import { ascii, bytes, concat, signature } from './bytes.js'

const source = { address: '203.0.113.7', port: 56324 }
const destination = { address: '127.0.0.1', port: 1883 }

function fields(input: Uint8Array): string[] {
  return explain(input).fields.map(
    ({ offset, depth, name, value }) => `${offset} ${'>'.repeat(depth)}${name}: ${value}`,
  )
}

describe('explain', () => {
  it('names every field of a header with SSL', () => {
    const header = encode({
      version: 2,
      source,
      destination,
      ssl: { version: 'TLSv1.3', cn: 'sensor-17' },
      crc32c: true,
    })
    const told = fields(header)
    expect(told.slice(0, 8)).toEqual([
      '0 signature: ok',
      '12 version/command: 2 / PROXY',
      '13 family/transport: TCP over IPv4',
      '14 length: 49',
      '16 source address: 203.0.113.7',
      '20 destination address: 127.0.0.1',
      '24 source port: 56324',
      '26 destination port: 1883',
    ])
    expect(told[8]).toMatch(/^28 TLV CRC32C: 0x[0-9a-f]{8}$/)
    expect(told.slice(9)).toEqual([
      '35 TLV SSL: 27 bytes',
      '38 >client: ssl + cert_conn + cert_sess',
      '39 >verify: 0 (verified)',
      '43 >VERSION: "TLSv1.3"',
      '53 >CN: "sensor-17"',
    ])
  })

  it('shows a broken header up to where it breaks', () => {
    expect(fields(bytes(`${signature} 21 11 0010 cb007107 7f000001 dc04 075b 20 00 1b`)).at(-1)).toBe(
      '28 TLV SSL: says 27 bytes, 1 are left',
    )
    expect(fields(bytes(`${signature} 21 11 000c cb00`)).at(-1)).toBe('16 source address: cut off')
  })

  it('shows what LOCAL makes the receiver skip', () => {
    expect(fields(bytes(`${signature} 20 00 0008 20 0005 00 00000000`)).at(-1)).toContain('(ignored: LOCAL)')
  })

  it('names the parts of a version 1 line', () => {
    expect(fields(ascii('PROXY TCP4 203.0.113.7 127.0.0.1 56324 1883\r\n'))).toEqual([
      '0 protocol name: PROXY',
      '6 protocol: TCP4',
      '11 source address: 203.0.113.7',
      '23 destination address: 127.0.0.1',
      '33 source port: 56324',
      '39 destination port: 1883',
      '43 CRLF: ok',
    ])
    expect(fields(ascii('PROXY UNKNOWN some \x1b[31m text\r\n'))[2]).toBe('14 text: some \\x1b[31m text (ignored)')
  })

  it('never prints what a terminal would obey', () => {
    const evil = encode({ version: 2, source, destination, authority: '\x1b]0;title\x07', ssl: { cn: 'a\nb' } })
    for (const { value } of explain(evil).fields) expect(value).not.toMatch(/[\x00-\x1f\x7f]/)
  })
})

describe('recognise', () => {
  const connect5 = bytes(`10 17 | CONNECT, 23 bytes
    0004 4d515454 05 02 003c    | MQTT 5, clean start, keepalive 60
    05 11 00000e10              | session expiry interval
    0006 636c692d7635           | client id cli-v5`)
  const hello = concat(
    bytes('16 0301 0049 01 000045 0303'),
    new Uint8Array(32),
    bytes('00 0002 1301 01 00 001a 000a 0004 0002 001d 0000 000e 000c 00 0009'),
    ascii('localhost'),
  )

  it.each([
    [
      concat(bytes('10 13 0004 4d515454 04 02 003c 0007'), ascii('cli-311')),
      'an MQTT 3.1.1 CONNECT (client id "cli-311")',
    ],
    [connect5, 'an MQTT 5.0 CONNECT (client id "cli-v5")'],
    [
      concat(bytes('10 11 0006'), ascii('MQIsdp'), bytes('03 02 003c 0003'), ascii('old')),
      'an MQTT 3.1 CONNECT (client id "old")',
    ],
    [bytes('10 13 0004 4d515454 04'), 'an MQTT 3.1.1 CONNECT'],
    [hello, 'a TLS ClientHello (server name "localhost")'],
    [bytes('16 0301 0005 01'), 'a TLS ClientHello'],
    [bytes('15 0303 0002 0228'), 'a TLS alert'],
    [ascii('GET /mqtt HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n'), 'a WebSocket handshake (HTTP)'],
    [ascii('GET / HTTP/1.1\r\n'), 'an HTTP request'],
    [ascii('HTTP/1.1 400 Bad Request\r\n'), 'an HTTP response'],
    [ascii('SSH-2.0-OpenSSH_9.2\r\n'), 'an SSH banner'],
    [bytes('20 02 00 00'), 'an MQTT CONNACK (sent by a broker)'],
  ])('%# knows its own', (input, text) => {
    expect(recognise(input)).toBe(text)
  })

  it('says nothing of what it does not know', () => {
    expect(recognise(bytes('de ad be ef'))).toBeUndefined()
    expect(recognise(new Uint8Array(0))).toBeUndefined()
  })
})

describe('remarks', () => {
  const said = (input: Uint8Array) =>
    remarks(input)
      .map(({ message }) => message)
      .join('; ')

  it('are none for what HAProxy sends', () => {
    expect(
      remarks(encode({ version: 2, source, destination, ssl: { version: 'TLSv1.3', cn: 'x' }, crc32c: true })),
    ).toEqual([])
    expect(remarks(encode({ version: 1, source, destination }))).toEqual([])
    expect(remarks(bytes(`${signature} 20 00 0000`))).toEqual([])
  })

  it('are made of what is legal but odd', () => {
    expect(said(ascii('PROXY UNKNOWN x\r\n'))).toMatch(
      /^UNKNOWN: some receivers refuse it.*; 2 bytes after UNKNOWN are ignored$/,
    )
    expect(said(encode({ version: 2, source, destination, ssl: { client: 1 } }))).toMatch(/TLS version is missing/)
    expect(said(encode({ version: 2, source, destination, ssl: { client: 1, version: 'TLSv1.3', cn: 'x' } }))).toMatch(
      /a common name, but no client certificate/,
    )
    expect(said(encode({ version: 2, source, destination, ssl: { cn: 'a\nb', version: 'TLSv1.3' } }))).toMatch(
      /control characters/,
    )
    expect(said(encode({ version: 2, source, destination, tlvs: [{ type: 0x42, value: ascii('') }] }))).toMatch(
      /not registered/,
    )
    expect(said(bytes(`${signature} 21 00 0000`))).toMatch(/without addresses/)
  })
})

it('headerDocument is plain data: what --json prints', () => {
  const header = encode({ version: 2, source, destination, ssl: { version: 'TLSv1.3', cn: 'sensor-17' } })
  const { decoded } = explain(header)
  if (decoded.status !== 'header') throw new Error('no header')
  expect(JSON.parse(JSON.stringify(headerDocument(decoded.header)))).toMatchObject({
    version: 2,
    command: 'PROXY',
    family: 'TCP4',
    src: { ip: '203.0.113.7', port: 56324 },
    dst: { ip: '127.0.0.1', port: 1883 },
    length: 58,
    tlvs: [
      {
        type: 32,
        name: 'SSL',
        offset: 28,
        client: { ssl: true, certConn: true, certSess: true },
        verify: 0,
        tlvs: [
          { type: 0x21, name: 'SSL_VERSION', value: 'TLSv1.3' },
          { type: 0x22, name: 'SSL_CN', value: 'sensor-17' },
        ],
      },
    ],
  })
})
