/**
 * UTF-8 Encoded Strings as MQTT wants them [MQTT-1.5.4-1, MQTT-1.5.4-2]: well formed, no surrogates, no U+0000, and
 * none of the characters that a receiver may refuse (controls, non-characters), which Mosquitto refuses too.
 */
export function isMqttText(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start
  while (at < end) {
    const first = bytes[at] ?? 0
    if (first < 0x80) {
      if (first < 0x20 || first === 0x7f) return false
      at += 1
      continue
    }
    const length = sequenceLength(first)
    if (length === 0 || at + length > end) return false
    let point = first & (0x7f >> length)
    for (let offset = 1; offset < length; offset += 1) {
      const next = bytes[at + offset] ?? 0
      if ((next & 0xc0) !== 0x80) return false
      point = (point << 6) | (next & 0x3f)
    }
    if (!isAllowed(point, length)) return false
    at += length
  }
  return true
}

/** Bytes of the sequence that begins with `first`; 0 where none may. C0, C1 and above F4 never occur. */
function sequenceLength(first: number): number {
  if (first >= 0xc2 && first <= 0xdf) return 2
  if (first >= 0xe0 && first <= 0xef) return 3
  if (first >= 0xf0 && first <= 0xf4) return 4
  return 0
}

function isAllowed(point: number, length: number): boolean {
  if (length === 3 && point < 0x800) return false
  if (length === 4 && (point < 0x10000 || point > 0x10ffff)) return false
  if (point >= 0xd800 && point <= 0xdfff) return false
  if (point >= 0xfdd0 && point <= 0xfdef) return false
  if ((point & 0xfffe) === 0xfffe) return false
  return point > 0x9f
}
