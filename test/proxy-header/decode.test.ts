import { describe, expect, it } from 'vitest'
import { cloudInfo, decode } from '../../src/proxy-header/index.js'
import { ascii, bytes, concat, signature } from './bytes.js'

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

/** A v2 header from its command, its family byte and what follows, with the right length. */
function v2(command: string, family: string, rest = ''): Uint8Array {
  const tail = bytes(rest)
  return concat(bytes(`${signature} ${command} ${family}`), Uint8Array.of(tail.length >> 8, tail.length & 255), tail)
}

const ip4 = 'cb007107 7f000001 dc04 075b'

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

describe('decode of version 2', () => {
  it('reads what HAProxy 2.6 sends with send-proxy-v2-ssl-cn', () => {
    const { version, command, family, transport, source, destination, ssl, length } = header(captured)
    expect([version, command, family, transport, length]).toEqual([2, 'PROXY', 'INET', 'STREAM', 58])
    expect(source).toEqual({ address: '127.0.0.1', port: 47856 })
    expect(destination).toEqual({ address: '127.0.0.1', port: 25002 })
    expect([ssl?.ssl, ssl?.certConn, ssl?.certSess, ssl?.verify]).toEqual([true, true, true, 0])
    expect([ssl?.version, ssl?.cn, ssl?.cipher]).toEqual(['TLSv1.3', 'sensor-17', undefined])
  })

  it("reads HAProxy's health checks and uses the real endpoints", () => {
    const check = header(bytes('0d0a0d0a000d0a515549540a20000000'))
    expect([check.command, check.source, check.destination, check.length]).toEqual(['LOCAL', undefined, undefined, 16])
    const withSsl = header(v2('20', '00', '20 0005 00 00000000'))
    expect([withSsl.ssl, withSsl.tlvs, withSsl.length]).toEqual([undefined, [], 24])
  })

  it('skips whatever follows LOCAL, an unspecified family and broken TLVs included', () => {
    expect(outcome(v2('20', 'ff', 'ff ffff 00'))).toBe('header 20')
    expect(header(v2('20', '11', `${ip4} 03 0004 00000000`)).source).toBeUndefined()
  })

  it('never takes an identity from LOCAL', () => {
    const forged = header(v2('20', '11', `${ip4} 20 000d 07 00000000 22 0005 61646d696e`))
    expect(forged.ssl).toBeUndefined()
  })

  it('stops at the header and leaves what follows alone', () => {
    expect(outcome(concat(captured, ascii('\x10anything'), captured))).toBe('header 58')
  })

  it.each([
    ['the signature', '0d0a0d0a000d0a515549540b', 'MP-HDR-SIGNATURE at 11'],
    ['version 1', `${signature} 11`, 'MP-HDR-VERSION at 12'],
    ['version 3', `${signature} 31`, 'MP-HDR-VERSION at 12'],
    ['command 2', `${signature} 22`, 'MP-HDR-COMMAND at 12'],
    ['command 15', `${signature} 2f`, 'MP-HDR-COMMAND at 12'],
    ['family 4', `${signature} 21 41`, 'MP-HDR-FAMILY at 13'],
    ['transport 3', `${signature} 21 13`, 'MP-HDR-TRANSPORT at 13'],
    ['a length too short for IPv4', `${signature} 21 11 000b`, 'MP-HDR-LENGTH at 14'],
    ['a length too short for IPv6', `${signature} 21 21 0023`, 'MP-HDR-LENGTH at 14'],
    ['a length too short for UNIX', `${signature} 21 31 00d7`, 'MP-HDR-LENGTH at 14'],
    ['a TLV longer than the header', `${signature} 21 11 0010 ${ip4} 04 0002`, 'MP-HDR-TLV at 28'],
    ['two bytes left over', `${signature} 21 11 000e ${ip4}`, 'MP-HDR-TLV at 28'],
    ['an SSL TLV of 4 bytes', `${signature} 21 11 0013 ${ip4} 20 0004`, 'MP-HDR-SSL at 28'],
    ['a CRC32C of 3 bytes', `${signature} 21 11 0012 ${ip4} 03 0003`, 'MP-HDR-CRC32C-LENGTH at 28'],
    ['a unique id of 129 bytes', `${signature} 21 11 0090 ${ip4} 05 0081`, 'MP-HDR-UNIQUE-ID at 28'],
    [
      'an SSL sub-TLV longer than the SSL TLV',
      `${signature} 21 11 0018 ${ip4} 20 0009 01 00000000 21 0002`,
      'MP-HDR-SSL-TLV at 36',
    ],
  ])('refuses %s as soon as it is there, before the header is whole', (_, input, expected) => {
    expect(outcome(bytes(input))).toBe(expected)
  })

  it('takes TLVs of unknown types and keeps them raw', () => {
    const { tlvs } = header(v2('21', '11', `${ip4} e4 0002 aabb ff 0000`))
    expect(tlvs.map(({ type, value, offset }) => [type, Buffer.from(value).toString('hex'), offset])).toEqual([
      [0xe4, 'aabb', 28],
      [0xff, '', 33],
    ])
  })

  it('verifies CRC32C over the header alone, as an AWS load balancer sent it', () => {
    const fromAws = v2(
      '21',
      '11',
      `ac1f0771 ac1f0a1f c8f2 0050  | 172.31.7.113:51442 to 172.31.10.31:80
       03 0004 e8d6892d             | CRC32C
       ea 0017 01 ${Buffer.from('vpce-08d2bf15fac5001c9').toString('hex')}
       04 0024 ${'00'.repeat(36)}   | padding`,
    )
    const read = header(concat(fromAws, ascii('payload')))
    expect([read.crc32c, read.length]).toEqual([0xe8d6892d, 100])
    for (let at = 16; at < 28; at++) {
      const changed = Uint8Array.from(fromAws, (byte, i) => (i === at ? byte ^ 1 : byte))
      expect(outcome(changed)).toBe('MP-HDR-CRC32C at 31')
    }
  })

  it('refuses a second CRC32C: there is one field to be taken as zero', () => {
    expect(outcome(v2('21', '11', `${ip4} 03 0004 00000000 03 0004 00000000`))).toBe('MP-HDR-CRC32C-TWICE at 35')
  })

  it('accepts a unique id of 128 bytes and an empty one', () => {
    expect(header(v2('21', '11', `${ip4} 05 0080 ${'61'.repeat(128)}`)).uniqueId?.length).toBe(128)
    expect(header(v2('21', '11', `${ip4} 05 0000`)).uniqueId?.length).toBe(0)
  })

  it('reads UNIX paths up to their NUL and abstract names whole', () => {
    const path = `2f746d702f73${'00'.repeat(102)}`
    const abstract = `006d710074${'00'.repeat(103)}`
    const full = '61'.repeat(108)
    expect(header(v2('21', '31', path + abstract))).toMatchObject({
      family: 'UNIX',
      source: { address: '/tmp/s', port: 0 },
      destination: { address: '\0mq\0t', port: 0 },
    })
    expect(header(v2('21', '32', full + full)).source?.address).toBe('a'.repeat(108))
  })

  it.each(['00', '01', '02', '10', '20', '30'])(
    'accepts PROXY with family byte %s and gives no endpoints',
    (family) => {
      const { source, destination, tlvs } = header(v2('21', family, 'ff ff ff ff ff'))
      expect([source, destination, tlvs]).toEqual([undefined, undefined, []])
    },
  )

  it('reads TLVs that follow UNSPEC at once', () => {
    expect(header(v2('21', '00', '02 0004 686f7374')).authority).toBe('host')
  })

  it('writes IPv6 as RFC 5952 has it', () => {
    const address = (first: string) => header(v2('21', '21', `${first} ${'00'.repeat(16)} 0001 0002`)).source?.address
    expect(address('20010db8 00000000 00010000 00000001')).toBe('2001:db8::1:0:0:1')
    expect(address('20010db8 00000001 00010001 00010001')).toBe('2001:db8:0:1:1:1:1:1')
    expect(address('00000000 00000000 0000ffff cb007107')).toBe('::ffff:203.0.113.7')
    expect(address('00'.repeat(16))).toBe('::')
    expect(address('00000000 00000000 00000000 00000001')).toBe('::1')
    expect(address('FE800000 00000000 00000000 00000000')).toBe('fe80::')
  })

  it('decodes every sub-TLV of SSL and takes the first of two', () => {
    const sub = (type: string, text: string) => `${type} 000${text.length} ${Buffer.from(text).toString('hex')}`
    const subs = ['21', '22', '23', '24', '25', '26', '27', '28'].map((type) => sub(type, `v${type}`)).join('')
    const value = bytes(`05 00000012 ${subs} ${sub('22', 'other')}`)
    const { ssl } = header(
      v2('21', '11', `${ip4} 20 00${value.length.toString(16)} ${Buffer.from(value).toString('hex')}`),
    )
    expect([ssl?.client, ssl?.ssl, ssl?.certConn, ssl?.certSess, ssl?.verify]).toEqual([5, true, false, true, 18])
    expect([ssl?.version, ssl?.cn, ssl?.cipher, ssl?.sigAlg, ssl?.keyAlg, ssl?.group, ssl?.sigScheme]).toEqual([
      'v21',
      'v22',
      'v23',
      'v24',
      'v25',
      'v26',
      'v27',
    ])
    expect(Buffer.from(ssl?.clientCert ?? []).toString()).toBe('v28')
    expect(ssl?.tlvs.length).toBe(9)
  })

  it('reads verify as unsigned 32 bits', () => {
    expect(header(v2('21', '11', `${ip4} 20 0005 01 ffffffff`)).ssl?.verify).toBe(4294967295)
  })

  it('reads the ids that AWS, Azure and Google put into custom TLVs', () => {
    const cloud = `ea 0017 01 ${Buffer.from('vpce-08d2bf15fac5001c9').toString('hex')}
      ee 0005 01 0d000000
      e0 0008 0000000000bc614e`
    expect(cloudInfo(header(v2('21', '11', `${ip4} ${cloud}`)))).toEqual({
      awsVpcEndpointId: 'vpce-08d2bf15fac5001c9',
      azurePrivateLinkId: 13,
      gcpPscConnectionId: 12345678n,
    })
  })
})

describe('decode of version 1', () => {
  it('reads TCP4 and TCP6 lines', () => {
    expect(header(ascii('PROXY TCP4 203.0.113.7 127.0.0.1 56324 1883\r\n'))).toMatchObject({
      version: 1,
      command: 'PROXY',
      family: 'INET',
      transport: 'STREAM',
      source: { address: '203.0.113.7', port: 56324 },
      destination: { address: '127.0.0.1', port: 1883 },
      length: 45,
    })
    expect(header(ascii('PROXY TCP6 2001:0DB8::A ::ffff:127.0.0.2 0 65535\r\n'))).toMatchObject({
      family: 'INET6',
      source: { address: '2001:db8::a', port: 0 },
      destination: { address: '::ffff:127.0.0.2', port: 65535 },
    })
  })

  it('takes the longest lines of each kind', () => {
    const six = Array(8).fill('ffff').join(':')
    const octets = '255.255.255.255'
    expect(outcome(ascii(`PROXY TCP4 ${octets} ${octets} 65535 65535\r\n`))).toBe('header 56')
    expect(outcome(ascii(`PROXY TCP6 ${six} ${six} 65535 65535\r\n`))).toBe('header 104')
    expect(outcome(ascii(`PROXY UNKNOWN ${six} ${six} 65535 65535\r\n`))).toBe('header 107')
  })

  it('ignores anything between UNKNOWN and CRLF', () => {
    expect(outcome(ascii('PROXY UNKNOWN\r\n'))).toBe('header 15')
    expect(outcome(ascii('PROXY UNKNOWN \r\n'))).toBe('header 16')
    expect(outcome(ascii('PROXY UNKNOWN \r\xff\0\nx\r\nrest'))).toBe('header 21')
    expect(header(ascii('PROXY UNKNOWN 1.2.3.4 5.6.7.8 1 2\r\n')).source).toBeUndefined()
  })

  it.each([
    ['PROXY TCP4 01.2.3.4 1.1.1.1 1 2\r\n', 'MP-HDR-V1-ADDRESS at 12'],
    ['PROXY TCP4 1.2.3.256 1.1.1.1 1 2\r\n', 'MP-HDR-V1-ADDRESS at 19'],
    ['PROXY TCP4 1.2.3 1.1.1.1 1 2\r\n', 'MP-HDR-V1-ADDRESS at 16'],
    ['PROXY TCP4 1.2.3.4.5 1.1.1.1 1 2\r\n', 'MP-HDR-V1-ADDRESS at 18'],
    ['PROXY TCP4 1.2.3.4 ::1 1 2\r\n', 'MP-HDR-V1-ADDRESS at 19'],
    ['PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n', 'MP-HDR-V1-ADDRESS at 12'],
    ['PROXY TCP6 1::2::3 :: 1 2\r\n', 'MP-HDR-V1-ADDRESS at 16'],
    ['PROXY TCP6 12345:: :: 1 2\r\n', 'MP-HDR-V1-ADDRESS at 15'],
    ['PROXY TCP6 1:2:3:4:5:6:7 :: 1 2\r\n', 'MP-HDR-V1-ADDRESS at 24'],
    ['PROXY TCP6 1:2:3:4:5:6:7:8:9 :: 1 2\r\n', 'MP-HDR-V1-ADDRESS at 26'],
    ['PROXY TCP6 fe80::1%lo :: 1 2\r\n', 'MP-HDR-V1-ADDRESS at 18'],
    ['PROXY TCP6 [::1] :: 1 2\r\n', 'MP-HDR-V1-ADDRESS at 11'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 01 2\r\n', 'MP-HDR-V1-PORT at 28'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 65536 2\r\n', 'MP-HDR-V1-PORT at 31'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 -1 2\r\n', 'MP-HDR-V1-PORT at 27'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1 2x\r\n', 'MP-HDR-V1-PORT at 30'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1 2 \r\n', 'MP-HDR-V1-PORT at 30'],
    ['PROXY TCP4 1.2.3.4  5.6.7.8 1 2\r\n', 'MP-HDR-V1-ADDRESS at 19'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n', 'MP-HDR-V1-PORT at 28'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n', 'MP-HDR-V1-CRLF at 30'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1 2\rx', 'MP-HDR-V1-CRLF at 31'],
    ['PROXY UNKNOWN\n', 'MP-HDR-V1-PROTOCOL at 13'],
    ['PROXY UNKNOWNX\r\n', 'MP-HDR-V1-PROTOCOL at 13'],
    ['PROXY UNKNOWN\rx', 'MP-HDR-V1-CRLF at 14'],
    ['PROXY UDP4 ', 'MP-HDR-V1-PROTOCOL at 7'],
    ['PROXY TCP5 ', 'MP-HDR-V1-PROTOCOL at 9'],
    ['PROXY tcp4 ', 'MP-HDR-V1-PROTOCOL at 6'],
    ['PROXY TCP4\r\n', 'MP-HDR-V1-PROTOCOL at 10'],
    ['PROXY\r\n', 'MP-HDR-V1-SPACE at 5'],
    ['PROXY  TCP4', 'MP-HDR-V1-PROTOCOL at 6'],
    ['proxy TCP4', 'MP-HDR-SIGNATURE at 0'],
    ['POST / HTTP/1.1\r\n', 'MP-HDR-SIGNATURE at 1'],
    [`PROXY UNKNOWN ${'x'.repeat(92)}\r\n`, 'MP-HDR-V1-LINE at 107'],
    [`PROXY UNKNOWN ${'x'.repeat(92)}`, 'MP-HDR-V1-LINE at 107'],
  ])('refuses %j', (line, expected) => {
    expect(outcome(ascii(line))).toBe(expected)
  })
})

describe('what is missing', () => {
  it.each([
    ['', 15],
    ['P', 14],
    ['PROXY ', 9],
    ['PROXY U', 8],
    ['PROXY T', 15],
    ['PROXY TCP4', 22],
    ['PROXY TCP4 ', 21],
    ['PROXY TCP4 1.', 19],
    ['PROXY TCP6 ', 11],
    ['PROXY TCP6 1:', 10],
    ['PROXY TCP6 1:2:3:4:5:6:7:8', 9],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1 2', 2],
    ['PROXY UNKNOWN\r', 1],
    ['PROXY UNKNOWN abc', 2],
  ])('is the least that completes %j', (line, missing) => {
    expect(outcome(ascii(line))).toBe(`more ${missing}`)
  })

  it('counts the addresses of version 2 as soon as the family is known', () => {
    expect(outcome(bytes('0d'))).toBe('more 15')
    expect(outcome(bytes(`${signature} 21 21`))).toBe('more 38')
    expect(outcome(bytes(`${signature} 20 21`))).toBe('more 2')
    expect(outcome(bytes(`${signature} 21 11 02`))).toBe('more 513')
    expect(outcome(bytes(`${signature} 21 11 0200`))).toBe('more 512')
  })
})

describe('accept', () => {
  it('refuses the other version at its first byte', () => {
    const refusedCode = (input: Uint8Array, version: 1 | 2) => {
      const decoded = decode(input, { accept: [version] })
      return decoded.status === 'error' ? decoded.error.code : decoded.status
    }
    expect(refusedCode(ascii('P'), 2)).toBe('MP-HDR-NOT-ACCEPTED')
    expect(refusedCode(captured, 1)).toBe('MP-HDR-NOT-ACCEPTED')
    expect(refusedCode(captured, 2)).toBe('header')
    expect(refusedCode(ascii('POST'), 2)).toBe('MP-HDR-SIGNATURE')
  })
})
