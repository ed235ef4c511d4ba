import type { ClientTransport, Enforcement, HeaderKind, ScenarioShape } from '../brokers/write.js'

export type { ClientTransport, Enforcement, HeaderKind, ScenarioShape }

/**
 * What a scenario is: meaning, not text. HAProxy's file, the broker's file, the certificates, the checks, the
 * documentation and the lint guards all derive from a row of the table in `table.ts`.
 */

export type ScenarioId =
  | 'tcp'
  | 'tls'
  | 'mtls'
  | 'proxy'
  | 'proxy-tls'
  | 'proxy-mtls'
  | 'proxy-mtls-cn'
  | 'proxy-v1'
  | 'chain'
  | 'sticky'
  | 'ip-acl'

/** What HAProxy ends: nothing, TLS, or TLS with a required client certificate. */
export type ClientLeg = 'as-is' | 'tls' | 'mtls'
/** A version of MQTT, as `-V` takes it. */
export type MqttVersion = '3.1.1' | '5.0'
/** 4 or 6, for loopback addresses of that family. */
export type IpFamily = 4 | 6

/**
 * A row of the table of scenarios: what the client speaks, which header is sent, what the broker enforces and learns,
 * and the required
 * results.
 */
export interface Scenario {
  readonly id: ScenarioId
  /** 1..7 as in the Mosquitto document; the VerneMQ document's have none. */
  readonly number: number | undefined
  readonly title: string
  /** One sentence for a person who does not know the subject. */
  readonly summary: string
  readonly document: 'mosquitto' | 'vernemq'
  /** The heading in that document. */
  readonly heading: string
  readonly topology: ScenarioShape
  readonly client: ClientLeg
  readonly header: HeaderKind
  readonly enforces: Enforcement
  readonly learns: Learns
  readonly transports: readonly ClientTransport[]
  readonly outcomes: readonly OutcomeRow[]
  /** Lint rules (codes) that protect this scenario. */
  readonly guards: readonly string[]
  readonly errata: readonly Erratum[]
}

/** What the broker learns of the client. */
export interface Learns {
  readonly address: 'client' | 'haproxy'
  readonly tls: boolean
  readonly certificate: boolean
  readonly username: boolean
}

/** Where the source document is wrong or incomplete, what works, and the proof. */
export interface Erratum {
  readonly document: 'mosquitto' | 'vernemq'
  /** Lines of the document, as printed. */
  readonly lines: string
  /** In our own words. */
  readonly says: string
  readonly works: string
  readonly proof: string
}

/** One expectation of a scenario: what a client does, and the required result. Executed by `check`. */
export interface OutcomeRow {
  /** Unique within the scenario; the case id is `scenario/id`. */
  readonly id: string
  readonly title: string
  readonly level: 'must' | 'should'
  readonly requirement: { readonly text: string; readonly ref: string }
  readonly attempt: Attempt
  readonly expect: Expected
}

/** Which certificate a client shows; all but `valid` and `none` are wrong in that way. */
export type ClientCertificate =
  | 'valid'
  | 'none'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-ca'
  | 'no-cn'
  | 'server-auth-only'
  | 'revoked'

/** What `check` does for one row. */
export type Attempt =
  /** Both programs accept their files. */
  | { readonly kind: 'configs' }
  | ConnectAttempt
  | PublishAttempt
  | ReturnAttempt
  | SpreadAttempt
  | TakeoverAttempt
  | HealthAttempt
  | IdleAttempt
  | RouteAttempt

/** Publish and subscribe `bytes` at `qos` over good connections and compare. */
export interface PublishAttempt {
  readonly kind: 'publish'
  readonly qos: 0 | 1 | 2
  /** Payload length. */
  readonly bytes: number
  readonly mqtt: MqttVersion
  /** Default `two`: one client publishes, another subscribes. `one` does both, where two might land on different brokers. */
  readonly clients?: 'one' | 'two'
}

/**
 * Sticky: connect, note the broker, disconnect, `times` more: always the same broker. By `client-id` the same client id
 * comes from changing source ports (and addresses where the host allows it); by `source` the client ids change.
 */
interface ReturnAttempt {
  readonly kind: 'return'
  readonly by: 'client-id' | 'source'
  readonly times: number
  readonly mqtt: MqttVersion
}

/** Sticky by client id: `clients` different client ids, one after the other, reach both brokers. */
interface SpreadAttempt {
  readonly kind: 'spread'
  readonly clients: number
  readonly mqtt: MqttVersion
}

/** Sticky: the broker that holds the client is stopped; the same client id is accepted by the other one within `withinMs`. */
interface TakeoverAttempt {
  readonly kind: 'takeover'
  readonly withinMs: number
  readonly mqtt: MqttVersion
}

/** HAProxy's own verdict on servers with health checks, waited for. For files that say themselves what they are. */
export interface HealthAttempt {
  readonly kind: 'health'
  readonly servers: readonly { readonly backend: string; readonly server: string }[]
  /** These are all servers that clients can come to. */
  readonly all: boolean
  /** By then every check has come to a verdict. */
  readonly withinMs: number
}

/** A session with this keepalive says nothing for some seconds of it, and is alive. */
interface IdleAttempt {
  readonly kind: 'idle'
  readonly keepalive: number
  readonly seconds: number
  readonly mqtt: MqttVersion
}

/** A client that a rule of HAProxy names by what it says of itself lands in the backend of that rule. */
interface RouteAttempt {
  readonly kind: 'route'
  readonly backend: string
  /** The backend leads to a listener: the client is accepted there. */
  readonly served: boolean
  readonly mqtt: MqttVersion
  readonly username?: string
  readonly clientId?: string
  /** SNI. */
  readonly serverName?: string
}

/** A client connects once and sends a CONNECT. */
export interface ConnectAttempt {
  readonly kind: 'connect'
  /** Through HAProxy's (edge) frontend, straight to the inner HAProxy (chain, ip-acl), or straight to the broker, as an intruder would. */
  readonly to: 'frontend' | 'inner' | 'broker'
  /** `denied` binds our end to an address of the deny list (ip-acl). Default: an address that is allowed. */
  readonly from?: 'denied'
  readonly mqtt: MqttVersion
  /** Default: as the frontend needs. `off` speaks plain MQTT whatever the port expects. */
  readonly tls?: 'off'
  /** Default `server-ca`; `other-ca` trusts another, so the client must refuse the server. */
  readonly trust?: 'server-ca' | 'other-ca'
  /** Default `valid` where the leg needs one, else none. */
  readonly certificate?: ClientCertificate
  readonly username?: string
  /** A header the attempt sends itself (straight to the broker, or forged through the frontend). */
  readonly header?: ForgedHeader
}

/** A header sent by our own client instead of HAProxy. Its source is `forgedSource` unless said otherwise. */
export interface ForgedHeader {
  readonly kind: Exclude<HeaderKind, 'none'>
  /** SSL TLV client bits; default as a good client of that kind would have. */
  readonly client?: number
  readonly verify?: number
  readonly cn?: string
  /** `denied`: the source is an address of the deny list (ip-acl). */
  readonly source?: 'denied'
}

/** The required result of an attempt. */
export type Expected =
  | { readonly outcome: 'accepted'; readonly saw?: ExpectedSight }
  /** Refused in one of these ways: by TLS, by the connection being closed without CONNACK, by a CONNACK code > 0. */
  | { readonly outcome: 'refused'; readonly by: readonly ('tls' | 'close' | 'connack')[] }
  /** Accepted by design, and dangerous: reported with the precaution (the port must not be reachable). */
  | { readonly outcome: 'danger'; readonly precaution: string; readonly saw?: ExpectedSight }

/** What the broker must have believed. */
export interface ExpectedSight {
  readonly address: 'client' | 'haproxy' | 'forged'
  readonly tls?: boolean
  readonly username?: string | null
}
