import { describe, expect, it } from 'vitest'
import { readErlangBinary } from '../../src/capture/erlang-binary.js'
import { readLiteral } from '../../src/capture/literals.js'
import { packetOf, readDumps } from '../../src/capture/text-dump.js'
import { decodeInput } from '../../src/stories/header/decode.js'

const header = Buffer.from('0d0a0d0a000d0a515549540a2111000ccb0071077f000001dbf8075b', 'hex')
const decode = (input: string) => decodeInput({ input, from: 'auto', strict: false })

/** An IPv4 packet with a TCP segment, by RFC 791 and RFC 9293, written independently of the reader. */
function packet(payload: Uint8Array): Buffer {
  const ip = Buffer.from('450000000001000040060000c0000201c0000202', 'hex')
  ip.writeUInt16BE(40 + payload.length, 2)
  const tcp = Buffer.from('80e8075b00000001000000015018ffff00000000', 'hex')
  return Buffer.concat([ip, tcp, payload])
}

const ethernet = Buffer.from('0202020202020202020202020800', 'hex')
const cooked = Buffer.from('00000001000602020202020200000800', 'hex')

/** As `tcpdump -X`: groups of two bytes, and the text beside them. */
function tcpdump(bytes: Buffer): string {
  return rows(bytes, (at, row) => {
    const groups = row.toString('hex').replace(/(....)(?=.)/g, '$1 ')
    return `\t0x${at.toString(16).padStart(4, '0')}:  ${groups.padEnd(39)}  ${text(row)}`
  })
}

/** As Wireshark's "copy as hex dump". */
function wireshark(bytes: Buffer): string {
  return rows(bytes, (at, row) => {
    const hex = row.toString('hex').replace(/(..)(?=.)/g, '$1 ')
    return `${at.toString(16).padStart(4, '0')}   ${hex.padEnd(47)}   ${text(row)}`
  })
}

function rows(bytes: Buffer, one: (at: number, row: Buffer) => string): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += 16) lines.push(one(at, bytes.subarray(at, at + 16)))
  return `${lines.join('\n')}\n`
}

function text(row: Buffer): string {
  return row.toString('latin1').replace(/[^\x20-\x7e]/g, '.')
}

const segment = '12:00:00.1 IP 192.0.2.1.33000 > 192.0.2.2.1883: Flags [P.], seq 1:29, ack 1, length 28\n'

describe('packets in a text dump', () => {
  it.each([
    ['tcpdump -X', segment + tcpdump(packet(header))],
    ['tcpdump -X without its first line', tcpdump(packet(header))],
    ['tcpdump -XX', segment + tcpdump(Buffer.concat([ethernet, packet(header)]))],
    ['tcpdump -i any -XX', segment + tcpdump(Buffer.concat([cooked, packet(header)]))],
    ['Wireshark hex dump', wireshark(Buffer.concat([ethernet, packet(header)]))],
    ['Wireshark hex stream', Buffer.concat([ethernet, packet(header)]).toString('hex')],
  ])('%s: the headers around it are passed over', async (_, dump) => {
    const { readings } = await decode(dump)
    expect(readings.map(({ error }) => error)).toEqual([undefined])
    const decoded = readings[0]?.explained.decoded
    expect(decoded?.status === 'header' ? decoded.header.source : decoded).toMatchObject({
      address: '203.0.113.7',
      port: 56312,
    })
    expect(readings[0]?.flow).toBe('192.0.2.1:33000 → 192.0.2.2:1883')
  })

  it('takes each packet of a text, and text beside the bytes for text', () => {
    const letters = Buffer.from('abcdefabcdefabcdef0123456789')
    expect(readDumps(tcpdump(letters) + segment + tcpdump(packet(header)))).toEqual([letters, packet(header)])
    expect(readDumps(wireshark(letters))).toEqual([letters])
    expect(packetOf(header)).toBeUndefined()
  })
})

describe('bytes written in a program', () => {
  const list = [...header].join(',')
  const escaped = [...header].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
  it.each([
    ['Erlang', `<<${list}>>`],
    ['Erlang in a log line', `reason: {invalid_proxy_info,<<${list}>>}, offender`],
    ['Elixir', `<<13, 10, 13, 10, 0, 13, 10, "QUIT\\n", 0x21, 0x11, ${[...header.subarray(14)].join(', ')}>>`],
    ['Python', `b'${escaped}'`],
    ['C, in two strings', `"${escaped.slice(0, 40)}" \\\n"${escaped.slice(40)}"`],
    [
      'C array',
      `unsigned char pkt[28] = {\n${[...header].map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', ')} /* ..QUIT */\n};`,
    ],
    ['JavaScript', `Buffer.from([${list}])`],
  ])('%s', async (_, written) => {
    const { readings } = await decode(written)
    expect(readings[0]?.error).toBeUndefined()
    expect(readings[0]?.explained.decoded).toMatchObject({ status: 'header', length: 28 })
  })

  it('tells a binary that was cut, and takes nothing else for bytes', () => {
    expect(readErlangBinary('<<13,10,...>>')).toEqual({ bytes: Uint8Array.of(13, 10), cut: true })
    expect(readErlangBinary('payload: <<22,3,1,')).toEqual({ bytes: Uint8Array.of(22, 3, 1), cut: true })
    expect(readErlangBinary('<<13,10>>')?.cut).toBe(false)
    for (const text of ['<<300>>', '<<X:8>>', '<0.1.0>', '<<>>']) expect(readErlangBinary(text)).toBeUndefined()
    expect(readLiteral('0d0a0d0a')).toBeUndefined()
  })
})
