import type { SentHeader } from '../config/haproxy/view.js'

/** Bytes of a version 2 header without TLVs: signature, command, family and length, then addresses. */
const fixed = 16
const addresses = { least: 12, most: 36 }
/** Type and length in front of a TLV's value. */
const tlv = 3

/** Values of `proxy-v2-options` in bytes; a CN has 64 characters at most (X.520), which UTF-8 makes 256. */
const values: Readonly<Record<string, readonly [least: number, most: number]>> = {
  crc32c: [tlv + 4, tlv + 4],
  authority: [0, tlv + 255],
  'unique-id': [tlv, tlv + 128],
  'ssl-cipher': [0, tlv + 32],
  'cert-sig': [0, tlv + 16],
  'cert-key': [0, tlv + 8],
}

/**
 * How long the whole header of a server line can become. `most` is undefined where a TLV takes a value without a bound
 * (a certificate, a header line).
 */
export function headerSize(header: SentHeader): { readonly least: number; readonly most: number | undefined } {
  if (header.version === 1) return { least: 15, most: 107 }
  let least = fixed + addresses.least
  let most: number | undefined = fixed + addresses.most
  const add = (low: number, high: number | undefined) => {
    least += low
    most = most === undefined || high === undefined ? undefined : most + high
  }
  for (const option of new Set(header.options)) {
    const [low, high] = values[option] ?? [0, 0]
    add(low, high)
  }
  if (header.ssl) add(tlv + 5, tlv + 5 + tlv + 7)
  if (header.cn) add(0, tlv + 256)
  for (const one of header.tlvs) {
    const [low, high] = formatSize(one.args[0]?.text ?? '')
    add(tlv + low, high === undefined ? undefined : tlv + high)
  }
  return { least, most }
}

/** Sample fetches whose values are short by nature, with their longest text. */
const bounded: Readonly<Record<string, number>> = {
  src: 39,
  dst: 39,
  src_port: 5,
  dst_port: 5,
  fc_src: 39,
  fc_dst: 39,
  fc_src_port: 5,
  fc_dst_port: 5,
  ssl_fc: 1,
  ssl_fc_protocol: 7,
  ssl_fc_cipher: 32,
  ssl_fc_alpn: 255,
  ssl_fc_sni: 255,
  ssl_c_verify: 4,
  ssl_c_used: 1,
  ssl_c_version: 2,
  ssl_c_sha1: 40,
  ssl_c_serial: 40,
  ssl_c_notafter: 13,
  ssl_c_notbefore: 13,
  fe_name: 64,
  be_name: 64,
  hostname: 64,
  date: 20,
  rand: 20,
  pid: 10,
  uuid: 36,
  'unique-id': 128,
}

/** Least and most bytes of a log format; most is undefined for one with a sample that we know no bound of. */
function formatSize(format: string): readonly [least: number, most: number | undefined] {
  const samples = [...format.matchAll(/%(?:\{[^}]*\})?(?:\[([^\]]*)\]|[A-Za-z]+)/g)]
  const literal = samples.reduce((rest, one) => rest - one[0].length, format.length)
  let most: number | undefined = literal
  for (const [, sample] of samples) {
    const [fetch = '', ...converters] = (sample ?? '').split(/,(?![^(]*\))/)
    const name = fetch.split('(')[0] ?? fetch
    const cn = /^ssl_c_[si]_dn\(cn\)$/i.test(fetch) ? 256 : undefined
    const size = cn ?? (Object.hasOwn(bounded, name) ? bounded[name] : undefined)
    // Converters may rewrite a value at twice its length (hex); a converter that shortens it counts as if it did not.
    most = most === undefined || size === undefined ? undefined : most + size * (converters.length > 0 ? 2 : 1)
  }
  return [literal, most]
}
