import type { SocketAddress } from '../kernel/socket-address.js'
import type { Protocol, Qos } from '../mqtt-wire/packet-types.js'
import type { Version } from '../proxy-header/types.js'
import { type Access, openAccess } from './access/access.js'

/** Broker-wide behaviour; the defaults are Mosquitto 2.1's, except for what bounds memory. A limit of 0 means none. */
export interface BrokerLimits {
  /** Receive maximum we announce, and messages in flight to a client that names none; 1..65535 or 0. */
  readonly maxInflight: number
  readonly maxInflightBytes: number
  readonly maxQueuedMessages: number
  /** Payload kept for one client that does not take it, bytes; Mosquitto's default is none. */
  readonly maxQueuedBytes: number
  /**
   * Bytes that wait for one client to read them, each packet counted with what it costs to keep. Above it nothing more
   * is read from the client, QoS 0 is dropped, and the rest is queued.
   */
  readonly maxWaitingBytes: number
  /** Bytes that wait for all clients together, queues included. */
  readonly maxTotalBytes: number
  /** Seconds a client may leave more than `maxWaitingBytes` unread before its connection ends. */
  readonly readTimeout: number
  /** Topic filters of one SUBSCRIBE, and filters whose retained messages are still on their way. */
  readonly maxFilters: number
  /** Topic filters that nobody may subscribe to, so that a client can be tried: SUBACK 0x80. */
  readonly refusedFilters: readonly string[]
  /**
   * Where MQTT 5.0 and Mosquitto 2.1 differ. `standard`: one message for overlapping subscriptions with the identifiers of
   * all [MQTT-3.3.4-4], DISCONNECT 0x93 above the receive maximum [MQTT-3.3.4-9], and a delayed will goes out when its
   * session ends [MQTT-3.1.3-9]. `mosquitto`: a message each, PUBREC 0x97, and the delay is waited for.
   */
  readonly manner: 'standard' | 'mosquitto'
  /** Milliseconds for a TLS or WebSocket handshake. */
  readonly handshakeTimeoutMs: number
  /** Largest packet we take, bytes. */
  readonly maxPacketSize: number
  /**
   * Whether the first byte of a packet counts against the client's maximum packet size, as it should [MQTT-3.1.2-24];
   * Mosquitto leaves it out.
   */
  readonly countFirstByte: boolean
  /** Largest payload we take, bytes. */
  readonly messageSizeLimit: number
  /** Seconds; longer keepalives are cut (5.0) or refused (3.x). */
  readonly maxKeepalive: number
  readonly retainAvailable: boolean
  readonly checkRetainSource: boolean
  /** Queue QoS 0 messages for absent clients too. */
  readonly queueQos0: boolean
  readonly allowDuplicates: boolean
  readonly upgradeOutgoingQos: boolean
  /** Seconds after which an absent client's session ends whatever it asked for. */
  readonly sessionExpiryCap: number | undefined
  readonly maxClients: number | undefined
  readonly maxConnections: number | undefined
  /** What every client id has to begin with. */
  readonly clientIdPrefix: string | undefined
  /** Log connections and their ends. */
  readonly connectionMessages: boolean
  /** Seconds between updates of $SYS; 0: no $SYS at all. */
  readonly sysInterval: number
}

export const defaultLimits: BrokerLimits = {
  maxInflight: 20,
  maxInflightBytes: 0,
  maxQueuedMessages: 1000,
  maxQueuedBytes: 67_108_864,
  maxWaitingBytes: 1_048_576,
  maxTotalBytes: 268_435_456,
  readTimeout: 60,
  maxFilters: 1000,
  refusedFilters: [],
  manner: 'mosquitto',
  handshakeTimeoutMs: 10_000,
  maxPacketSize: 2_000_000,
  countFirstByte: true,
  messageSizeLimit: 0,
  maxKeepalive: 0,
  retainAvailable: true,
  checkRetainSource: true,
  queueQos0: false,
  allowDuplicates: true,
  upgradeOutgoingQos: false,
  sessionExpiryCap: undefined,
  maxClients: undefined,
  maxConnections: undefined,
  clientIdPrefix: undefined,
  connectionMessages: true,
  sysInterval: 10,
}

/** How one listener treats its clients. */
export interface ListenerOptions {
  readonly at: SocketAddress
  readonly transport: 'tcp' | 'websocket'
  readonly header: HeaderPolicy
  readonly tls: TlsOptions | undefined
  readonly versions: readonly Protocol[]
  readonly maxQos: Qos
  /** Topic aliases a client may use; 0: none. */
  readonly maxTopicAlias: number
  /** Topic aliases we use towards a client, if it allows as many. */
  readonly maxTopicAliasOut: number
  readonly maxConnections: number | undefined
  readonly mountPoint: string
  readonly allowZeroLengthId: boolean
  readonly autoIdPrefix: string
  readonly usernameAsClientId: boolean
  readonly access: Access
  /** Origins a browser may come from; empty: any. */
  readonly origins: readonly string[]
}

/** Which header must come before MQTT, and what it must say. */
export interface HeaderPolicy {
  /** `optional` trusts every sender of a header: any client can claim any identity. */
  readonly mode: 'required' | 'optional' | 'off'
  readonly accept: readonly Version[]
  /** Milliseconds for the whole header to arrive. */
  readonly timeoutMs: number
  /** The SSL bit (0x01) of the SSL TLV; its presence alone says nothing. */
  readonly requireTls: boolean
  /** The CERT_SESS bit (0x04), the SSL bit, and verify 0. */
  readonly requireCertificate: boolean
  readonly cnAsUsername: boolean
  /** Without a CN the client's own username counts, as in VerneMQ; else it is refused. */
  readonly cnOptional: boolean
  /** Networks (CIDR) of client addresses as the header names them. */
  readonly allow: readonly string[]
  readonly deny: readonly string[]
  /**
   * `standard`: LOCAL, UNKNOWN and UNSPEC are accepted with the real endpoints (PP 2.1, 2.2). `mosquitto`: as
   * Mosquitto 2.1 does, which closes LOCAL, refuses UNSPEC and more than 500 bytes, and takes short UNIX addresses.
   */
  readonly manner: 'standard' | 'mosquitto'
}

export const noHeader: HeaderPolicy = {
  mode: 'off',
  accept: [1, 2],
  timeoutMs: 10_000,
  requireTls: false,
  requireCertificate: false,
  cnAsUsername: false,
  cnOptional: false,
  allow: [],
  deny: [],
  manner: 'standard',
}

/** TLS of a listener of the embedded broker. */
export interface TlsOptions {
  /** PEM texts. */
  readonly cert: string
  readonly key: string
  readonly ca: string | undefined
  readonly crl: string | undefined
  readonly requireCertificate: boolean
  readonly ciphers: string | undefined
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
  readonly maxVersion: 'TLSv1.2' | 'TLSv1.3'
  readonly username: 'none' | 'cn' | 'subject'
  /** Expired and not yet valid client certificates pass. */
  readonly ignoreDates: boolean
}

/** Where a listener listens: host and port, or the path of a unix socket. */
export type ListenerAt = ListenerOptions['at']

/** A listener with the broker's defaults (Mosquitto's): plain MQTT without a header, open to all clients. */
export function openListener(at: ListenerAt): ListenerOptions {
  return {
    at,
    transport: 'tcp',
    header: noHeader,
    tls: undefined,
    versions: [3, 4, 5],
    maxQos: 2,
    maxTopicAlias: 10,
    maxTopicAliasOut: 10,
    maxConnections: undefined,
    mountPoint: '',
    allowZeroLengthId: true,
    autoIdPrefix: 'auto-',
    usernameAsClientId: false,
    access: openAccess(),
    origins: [],
  }
}

/** TLS of a listener of which only its certificate is said. */
export const usualTls: Omit<TlsOptions, 'cert' | 'key'> = {
  ca: undefined,
  crl: undefined,
  requireCertificate: false,
  ciphers: undefined,
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.3',
  username: 'none',
  ignoreDates: false,
}
