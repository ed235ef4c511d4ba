/** The PROXY protocol header as values. Clauses (`PP 2.2.3`) are those of HAProxy's `doc/proxy-protocol.txt`. */

export type Version = 1 | 2
/** `LOCAL`: the sender speaks for itself, as in health checks; `PROXY`: for the client whose address follows. */
export type Command = 'LOCAL' | 'PROXY'
/** v1 `UNKNOWN` and v2 family 0 are `UNSPEC`. */
export type Family = 'UNSPEC' | 'INET' | 'INET6' | 'UNIX'
/** The transport of the relayed connection: `STREAM` is TCP, `DGRAM` is UDP. */
export type HeaderTransport = 'UNSPEC' | 'STREAM' | 'DGRAM'

/** An address with a port (0..65535); for `UNIX` the path is the address and the port is 0. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

/** One TLV as it stands on the wire: its type and value, and where it begins (bytes from the start of the header). */
export interface Tlv {
  readonly type: number
  readonly value: Uint8Array
  readonly offset: number
}

/** PP2_TYPE_SSL (0x20), decoded; PP 2.2.6. Names in HAProxy's words. */
export interface SslInfo {
  /** Client bits as sent. */
  readonly client: number
  /** PP2_CLIENT_SSL 0x01: the client really connected over TLS. The TLV alone does not say so. */
  readonly ssl: boolean
  /** PP2_CLIENT_CERT_CONN 0x02: a certificate was given on this connection. */
  readonly certConn: boolean
  /** PP2_CLIENT_CERT_SESS 0x04: a certificate was given at least once in this TLS session. */
  readonly certSess: boolean
  /** 0: the certificate was verified; else the verifier's error code, unsigned 32 bits. */
  readonly verify: number
  readonly version: string | undefined
  readonly cn: string | undefined
  readonly cipher: string | undefined
  readonly sigAlg: string | undefined
  readonly keyAlg: string | undefined
  readonly group: string | undefined
  readonly sigScheme: string | undefined
  /** DER. */
  readonly clientCert: Uint8Array | undefined
  readonly tlvs: readonly Tlv[]
}

/** A decoded header. Text is made when it is asked for, so a header nobody looks at costs nothing. */
export interface ProxyHeader {
  readonly version: Version
  readonly command: Command
  readonly family: Family
  readonly transport: HeaderTransport
  /** `undefined` where the receiver must use the real endpoints (LOCAL, UNSPEC, UNKNOWN). */
  readonly source: Endpoint | undefined
  readonly destination: Endpoint | undefined
  readonly tlvs: readonly Tlv[]
  readonly ssl: SslInfo | undefined
  readonly alpn: string | undefined
  readonly authority: string | undefined
  readonly uniqueId: Uint8Array | undefined
  readonly netns: string | undefined
  /** Whether a CRC32C TLV was there; when it was, it has been verified. */
  readonly crc32c: number | undefined
  /** Bytes of the whole header on the wire. */
  readonly length: number
}

/** Why bytes are not a header: a stable code, where, and the clause that forbids it. */
export interface HeaderError {
  readonly code: `MP-HDR-${string}`
  /** Bytes from the start. */
  readonly offset: number
  readonly clause: string
  readonly message: string
}

/** What `decode` found at the beginning of some bytes: a header, the beginning of one, or an error. */
export type Decoded =
  /** Valid so far; `missing` is the least number of further bytes that can complete it. */
  | { readonly status: 'more'; readonly missing: number }
  | { readonly status: 'header'; readonly header: ProxyHeader; readonly length: number }
  | { readonly status: 'error'; readonly error: HeaderError }

/** What `decode` accepts. */
export interface DecodeOptions {
  /** Versions that are legal here; others are refused as soon as they are recognised. Default: both. */
  readonly accept?: readonly Version[]
}

/** What `encode` takes. Missing parts are left out of the header. */
export interface HeaderSpec {
  /** Default 2. */
  readonly version?: Version
  /** Default `PROXY`. */
  readonly command?: Command
  /** Default: from the addresses (`INET`/`INET6`), `UNSPEC` without them. */
  readonly family?: Family
  /** Default `STREAM`. */
  readonly transport?: HeaderTransport
  readonly source?: Endpoint
  readonly destination?: Endpoint
  readonly alpn?: string
  readonly authority?: string
  readonly uniqueId?: Uint8Array
  readonly netns?: string
  readonly ssl?: SslSpec
  /** Further TLVs, in this order, after the known ones. */
  readonly tlvs?: readonly { readonly type: number; readonly value: Uint8Array }[]
  /** Add a CRC32C TLV with the right checksum. */
  readonly crc32c?: boolean
  /** Pad with a NOOP TLV so that the whole header is a multiple of this many bytes (1..1024). */
  readonly padTo?: number
}

/** The SSL TLV for `encode`. What is missing is left out of it. */
export interface SslSpec {
  /** Client bits. Default: `ssl` 0x01 when `version` is given, all three when `cn` is given, else 0. */
  readonly client?: number
  /** Default 0. */
  readonly verify?: number
  readonly version?: string
  readonly cn?: string
  readonly cipher?: string
  readonly sigAlg?: string
  readonly keyAlg?: string
  readonly group?: string
  readonly sigScheme?: string
  readonly clientCert?: Uint8Array
}
