/**
 * The practical limit: minimal loops for exactly the benched inputs, eager strings, only the checks that they need
 * themselves. Not a codec.
 */
const octet = Array.from({ length: 256 }, (_, i) => String(i))

export function handDecodeV2(b) {
  if (b[0] !== 13 || b[12] !== 0x21 || b[13] !== 0x11) return undefined
  const end = 16 + ((b[14] << 8) | b[15])
  if (end > b.length) return undefined
  const result = {
    src: `${octet[b[16]]}.${octet[b[17]]}.${octet[b[18]]}.${octet[b[19]]}`,
    dst: `${octet[b[20]]}.${octet[b[21]]}.${octet[b[22]]}.${octet[b[23]]}`,
    sport: (b[24] << 8) | b[25],
    dport: (b[26] << 8) | b[27],
    version: undefined,
    cn: undefined,
    length: end,
  }
  let at = 28
  while (at + 3 <= end) {
    const next = at + 3 + ((b[at + 1] << 8) | b[at + 2])
    if (next > end) return undefined
    if (b[at] === 0x20) {
      let sub = at + 8
      while (sub + 3 <= next) {
        const stop = sub + 3 + ((b[sub + 1] << 8) | b[sub + 2])
        if (stop > next) return undefined
        if (b[sub] === 0x21) result.version = text(b, sub + 3, stop)
        else if (b[sub] === 0x22) result.cn = text(b, sub + 3, stop)
        sub = stop
      }
    }
    at = next
  }
  return result
}

function text(b, at, end) {
  let out = ''
  for (let i = at; i < end; i++) out += String.fromCharCode(b[i])
  return out
}

let cursor = 0

function octetAt(b) {
  let value = b[cursor++] - 48
  for (let code = b[cursor++]; code >= 48; code = b[cursor++]) value = value * 10 + code - 48
  return value
}

function quadAt(b) {
  const w = octetAt(b)
  const x = octetAt(b)
  const y = octetAt(b)
  const z = octetAt(b)
  return (w | x | y | z) > 255 ? undefined : `${octet[w]}.${octet[x]}.${octet[y]}.${octet[z]}`
}

export function handDecodeV1(b) {
  if (b[0] !== 80 || b[6] !== 84 || b[9] !== 52) return undefined
  cursor = 11
  const src = quadAt(b)
  const dst = quadAt(b)
  const sport = octetAt(b)
  const dport = octetAt(b)
  if (b[cursor] !== 10 || sport > 65535 || dport > 65535) return undefined
  return { src, dst, sport, dport, length: cursor + 1 }
}

const signature = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10]

export function handEncodeV2({ source, destination, ssl }) {
  const tail = ssl ? 14 + ssl.version.length + ssl.cn.length : 0
  const out = Buffer.allocUnsafe(28 + tail)
  for (let i = 0; i < 12; i++) out[i] = signature[i]
  out[12] = 0x21
  out[13] = 0x11
  out[14] = (12 + tail) >> 8
  out[15] = (12 + tail) & 255
  quad(source.address, out, 16)
  quad(destination.address, out, 20)
  out[24] = source.port >> 8
  out[25] = source.port & 255
  out[26] = destination.port >> 8
  out[27] = destination.port & 255
  if (ssl) {
    out[28] = 0x20
    out[29] = (tail - 3) >> 8
    out[30] = (tail - 3) & 255
    out[31] = 7
    out[32] = out[33] = out[34] = out[35] = 0
    put(out, 36, 0x21, ssl.version)
    put(out, 39 + ssl.version.length, 0x22, ssl.cn)
  }
  return out
}

function quad(text, out, at) {
  let value = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 46) {
      out[at++] = value
      value = 0
    } else value = value * 10 + code - 48
  }
  out[at] = value
}

function put(out, at, type, value) {
  out[at] = type
  out[at + 1] = value.length >> 8
  out[at + 2] = value.length & 255
  for (let i = 0; i < value.length; i++) out[at + 3 + i] = value.charCodeAt(i)
}

export function handEncodeV1({ source, destination }) {
  const line = `PROXY TCP4 ${source.address} ${destination.address} ${source.port} ${destination.port}\r\n`
  const out = Buffer.allocUnsafe(line.length)
  for (let i = 0; i < line.length; i++) out[i] = line.charCodeAt(i)
  return out
}
