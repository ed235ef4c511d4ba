import { uint32 } from './bytes.js'
import { aws, azure, gcp, type Vendor } from './tlv-vendors.js'
import type { HeaderSpec, SslSpec } from './types.js'

/** A flag of the commands that write a header. */
export interface TlvFlag {
  readonly name: string
  /** An example, or the kind of value. */
  readonly value: string
  readonly description: string
}

/** One kind of TLV: whoever encodes, decodes, explains, documents or asks for one asks this row. */
export interface TlvRow {
  readonly type: number
  /** `header`: among the others; `ssl`: inside the value of the SSL TLV. */
  readonly within: 'header' | 'ssl'
  /**
   * What the value holds. `ascii`: printable US-ASCII; `utf8`: text without control characters; `text`: text, of which
   * nothing is demanded; `bytes`: anything; `own`: a form of its own.
   */
  readonly shape: 'ascii' | 'utf8' | 'text' | 'bytes' | 'own'
  /** Of `doc/proxy-protocol.txt`; those without one are in HAProxy's `include/haproxy/connection-t.h` only. */
  readonly clause?: string
  /** What it tells, in a few words. */
  readonly what: string
  /** Where the value stands in a `HeaderSpec` or its `ssl`. */
  readonly field?: keyof HeaderSpec | keyof SslSpec
  /** Most bytes of the value. */
  readonly most?: number
  readonly flag?: TlvFlag
  /** A flag that adds it and takes no text of it. */
  readonly addedBy?: string
  /** A value in words, where it is no text; `undefined`: it has another shape. */
  readonly describe?: (value: Uint8Array) => string | undefined
  readonly vendor?: Vendor<string | number | bigint>
}

/** Every TLV that has a name, in the order in which HAProxy writes them. */
export const tlvTable = {
  CRC32C: {
    type: 0x03,
    within: 'header',
    shape: 'own',
    clause: '2.2.3',
    what: 'checksum of the whole header',
    field: 'crc32c',
    addedBy: 'crc32c',
    describe: (value) => (value.length === 4 ? `0x${uint32(value, 0).toString(16).padStart(8, '0')}` : undefined),
  },
  ALPN: {
    type: 0x01,
    within: 'header',
    shape: 'text',
    clause: '2.2.1',
    what: 'protocol that TLS agreed on',
    field: 'alpn',
    flag: { name: 'alpn', value: 'mqtt', description: 'ALPN TLV' },
  },
  AUTHORITY: {
    type: 0x02,
    within: 'header',
    shape: 'utf8',
    clause: '2.2.2',
    what: 'host name that the client asked for (SNI)',
    field: 'authority',
    flag: { name: 'authority', value: 'HOST', description: 'AUTHORITY TLV (the SNI)' },
  },
  UNIQUE_ID: {
    type: 0x05,
    within: 'header',
    shape: 'bytes',
    clause: '2.2.5',
    what: 'unique id',
    field: 'uniqueId',
    most: 128,
    flag: { name: 'unique-id', value: 'TEXT', description: 'UNIQUE_ID TLV; 0x... for bytes' },
  },
  SSL: {
    type: 0x20,
    within: 'header',
    shape: 'own',
    clause: '2.2.6',
    what: 'the TLS of the client',
    field: 'ssl',
    addedBy: 'client-bits',
  },
  SSL_VERSION: {
    type: 0x21,
    within: 'ssl',
    shape: 'ascii',
    clause: '2.2.6',
    what: 'TLS version',
    field: 'version',
    flag: {
      name: 'tls',
      value: 'TLSv1.3',
      description: 'SSL TLV: the TLS version of the client; "none": a client without TLS',
    },
  },
  SSL_CN: {
    type: 0x22,
    within: 'ssl',
    shape: 'utf8',
    clause: '2.2.6',
    what: 'common name of the client certificate',
    field: 'cn',
    flag: { name: 'cn', value: 'NAME', description: 'SSL TLV: common name of the client certificate' },
  },
  SSL_KEY_ALG: {
    type: 0x25,
    within: 'ssl',
    shape: 'ascii',
    clause: '2.2.6',
    what: 'algorithm of the key',
    field: 'keyAlg',
    flag: { name: 'key-alg', value: 'NAME', description: 'SSL TLV: key algorithm' },
  },
  SSL_SIG_ALG: {
    type: 0x24,
    within: 'ssl',
    shape: 'ascii',
    clause: '2.2.6',
    what: 'algorithm that signed the certificate',
    field: 'sigAlg',
    flag: { name: 'sig-alg', value: 'NAME', description: 'SSL TLV: signature algorithm' },
  },
  SSL_CIPHER: {
    type: 0x23,
    within: 'ssl',
    shape: 'ascii',
    clause: '2.2.6',
    what: 'cipher',
    field: 'cipher',
    flag: { name: 'cipher', value: 'NAME', description: 'SSL TLV: cipher' },
  },
  SSL_GROUP: {
    type: 0x26,
    within: 'ssl',
    shape: 'text',
    what: 'group of the key exchange',
    field: 'group',
    flag: { name: 'group', value: 'NAME', description: 'SSL TLV: group of the key exchange' },
  },
  SSL_SIG_SCHEME: {
    type: 0x27,
    within: 'ssl',
    shape: 'text',
    what: 'signature scheme of the handshake',
    field: 'sigScheme',
    flag: { name: 'sig-scheme', value: 'NAME', description: 'SSL TLV: signature scheme' },
  },
  SSL_CLIENT_CERT: {
    type: 0x28,
    within: 'ssl',
    shape: 'bytes',
    what: 'the client certificate, DER',
    field: 'clientCert',
    describe: (value) => `certificate (DER), ${value.length} bytes`,
  },
  NETNS: {
    type: 0x30,
    within: 'header',
    shape: 'ascii',
    clause: '2.2.7',
    what: 'network namespace',
    field: 'netns',
    flag: { name: 'netns', value: 'NAME', description: 'NETNS TLV' },
  },
  NOOP: {
    type: 0x04,
    within: 'header',
    shape: 'bytes',
    clause: '2.2.4',
    what: 'padding',
    addedBy: 'pad-to',
    describe: (value) => `padding, ${value.length} bytes`,
  },
  GCP: { type: 0xe0, within: 'header', shape: 'own', clause: '2.2.8', what: gcp.what, vendor: gcp },
  AWS: { type: 0xea, within: 'header', shape: 'own', clause: '2.2.8', what: aws.what, vendor: aws },
  AZURE: { type: 0xee, within: 'header', shape: 'own', clause: '2.2.8', what: azure.what, vendor: azure },
} as const satisfies Readonly<Record<string, TlvRow>>
