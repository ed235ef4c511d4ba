import type { Defect } from './write-plan.js'
import { whole } from './write-plan.js'

/** Ways to break a version 1 line: each rewrites its text, CRLF included. */
const make = (
  id: string,
  title: string,
  change: (line: string) => string,
  receiver: Defect['receiver'] = 'refuses',
): Defect => ({ id, title, clause: '2.1', receiver, versions: [1], apply: (header) => whole(rewrite(header, change)) })

export const defectsOfV1: readonly Defect[] = [
  make('v1-no-crlf', 'no CRLF at its end', (line) => line.slice(0, -2)),
  make('v1-lf-only', 'a lone LF at its end', (line) => `${line.slice(0, -2)}\n`),
  make('v1-cr-only', 'a lone CR at its end', (line) => `${line.slice(0, -2)}\r`),
  make('v1-lowercase', '"proxy" in lower case', (line) => line.replace('PROXY', 'proxy')),
  make(
    'v1-two-spaces',
    'two spaces before the source address',
    field(1, (text) => `${text} `),
  ),
  make('v1-tab', 'a tab instead of a space', (line) => line.replace(' ', '\t')),
  make('v1-trailing-space', 'a space before the CRLF', (line) => line.replace('\r\n', ' \r\n')),
  make(
    'v1-leading-zero',
    'a leading zero in an octet',
    field(2, () => '01.2.3.4'),
  ),
  make(
    'v1-port-leading-zero',
    'a leading zero in a port',
    // Five digits at most: one more would be a second thing that is wrong.
    field(4, (text) => `0${text.slice(0, 4)}`),
  ),
  make(
    'v1-octet-256',
    'an octet of 256',
    field(2, () => '256.2.3.4'),
  ),
  make(
    'v1-three-octets',
    'an address of three octets',
    field(2, () => '1.2.3'),
  ),
  make(
    'v1-hex-octet',
    'a hexadecimal octet',
    field(2, () => '0x1.2.3.4'),
  ),
  make(
    'v1-host-name',
    'a host name instead of an address',
    field(2, () => 'localhost'),
  ),
  make(
    'v1-port-65536',
    'a port of 65536',
    field(4, () => '65536'),
  ),
  make(
    'v1-port-negative',
    'a negative port',
    field(4, () => '-1'),
  ),
  make(
    'v1-port-text',
    'letters in a port',
    field(4, (text) => `${text}x`),
  ),
  make('v1-family-mismatch', 'addresses of the other family', (line) =>
    line.includes('TCP4') ? line.replace('TCP4', 'TCP6') : line.replace('TCP6', 'TCP4'),
  ),
  make(
    'v1-protocol-udp4',
    'the protocol UDP4',
    field(1, () => 'UDP4'),
  ),
  make(
    'v1-protocol-tcp5',
    'the protocol TCP5',
    field(1, () => 'TCP5'),
  ),
  make('v1-no-ports', 'both ports missing', (line) => `${line.split(' ').slice(0, 4).join(' ')}\r\n`),
  make('v1-no-addresses', 'both addresses missing', (line) => {
    const [proxy, protocol, , , ...ports] = line.split(' ')
    return [proxy, protocol, ...ports].join(' ')
  }),
  make('v1-extra-field', 'a seventh field', (line) => line.replace('\r\n', ' 1\r\n')),
  make('v1-empty', 'nothing after "PROXY"', () => 'PROXY\r\n'),
  make('v1-nul', 'a NUL before the CRLF', (line) => line.replace('\r\n', '\0\r\n')),
  make('v1-107-bytes', '107 bytes, the longest line', () => unknownOf(107), 'accepts'),
  make('v1-108-bytes', '108 bytes, one more than the longest line', () => unknownOf(108)),
  make('unknown-bare', 'the protocol UNKNOWN and nothing else', () => 'PROXY UNKNOWN\r\n', 'accepts'),
  make('unknown-text', 'the protocol UNKNOWN and text to ignore', () => 'PROXY UNKNOWN text to ignore\r\n', 'accepts'),
]

function rewrite(header: Uint8Array, change: (line: string) => string): Uint8Array {
  const line = Array.from(header, (byte) => String.fromCharCode(byte)).join('')
  return Uint8Array.from(change(line), (char) => char.charCodeAt(0))
}

/** Changes the n-th of the fields separated by spaces; the CRLF is not part of the last one. */
function field(index: number, change: (text: string) => string): (line: string) => string {
  return (line) =>
    `${line
      .replace('\r\n', '')
      .split(' ')
      .map((text, i) => (i === index ? change(text) : text))
      .join(' ')}\r\n`
}

/** An UNKNOWN line of that many bytes. */
function unknownOf(length: number): string {
  return `PROXY UNKNOWN ${'x'.repeat(length - 16)}\r\n`
}
