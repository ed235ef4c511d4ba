import type { ConnectOutcome, ConnectStage } from '../kernel/connect-outcome.js'
import type { HeaderSpec } from '../proxy-header/types.js'
import type { VerdictKind } from './verdict-kinds.js'

/** What one connection of a probe tries. */
export interface ProbeAttempt {
  readonly id: AttemptId
  /** To follow "sent": a few words. */
  readonly title: string
  readonly layer: Carrier
  readonly mqtt: '3.1.1' | '5.0'
  /** Written raw in front of everything, in one write with the CONNECT on plain TCP. */
  readonly header?: HeaderSpec
  /** After TCP (and TLS) nothing at all is sent: what does the other side do by itself? */
  readonly silent?: true
  /** Offer the client certificate that was given. */
  readonly certificate?: true
  /** Only read along in a TLS 1.2 handshake: is a client certificate asked for? */
  readonly handshake?: true
  /** Offer TLS 1.0 and 1.1 only. */
  readonly oldTls?: true
  readonly alpn?: readonly string[]
  /** After an accepted CONNECT: read the broker's version, disconnect, and see how the connection ends. */
  readonly session?: true
}

/** What MQTT goes over. */
export type Carrier = 'tcp' | 'tls' | 'ws' | 'wss'

/** What is tried in the same way on each carrier: with which header, if any, and what that claims. */
export type Form =
  | 'plain'
  | 'plain-5'
  | 'v1'
  | 'v2'
  | 'v2-local'
  | 'v2-ssl-off'
  | 'v2-cert'
  | 'v2-cn'
  /** A header that claims an address of loopback, or of a private network, where another was refused. */
  | 'loopback'
  | 'private'

type Over = Exclude<Carrier, 'tcp'>

export type AttemptId =
  | Form
  | Over
  | `${Over}-5`
  | `${Exclude<Form, 'plain' | 'plain-5'>}-${Over}`
  | 'silence'
  | 'tls-no-alpn'
  | 'tls-silence'
  | 'tls-cert'
  | 'tls-old'
  | 'tls-asks'
  | 'tls-bare'
  | 'session'
  | 'again-5'

/** What came of one attempt. */
export interface Observation {
  readonly attempt: AttemptId
  readonly outcome:
    | ConnectOutcome
    /** A silent connection that stayed open. */
    | 'open'
    /** Only watched: the server asked for a client certificate, or did not. */
    | 'asked'
    | 'not-asked'
  readonly stage: ConnectStage
  readonly connack: number | undefined
  readonly properties: Readonly<Record<string, unknown>> | undefined
  /** Milliseconds from the first SYN to the outcome. */
  readonly ms: number
  readonly detail: string | undefined
  /** The first bytes that came back, at most 256, when they were not a CONNACK. */
  readonly received: Uint8Array | undefined
  readonly tls: TlsSeen | undefined
  /** The header that went out, hex. */
  readonly header: string | undefined
  readonly session: SessionSeen | undefined
}

export interface TlsSeen {
  readonly version: string
  readonly cipher: string
  readonly certificate:
    | {
        readonly subject: string
        readonly issuer: string
        readonly names: readonly string[]
        /** Milliseconds since 1970. */
        readonly notAfter: number
      }
    | undefined
  /** Why the chain is not trusted, in OpenSSL's words; `undefined`: it is. */
  readonly untrusted: string | undefined
  /** Why the certificate does not fit the name we connected to. */
  readonly wrongName: string | undefined
}

export interface SessionSeen {
  /** `$SYS/broker/version`, when the broker lets us read it. */
  readonly version: string | undefined
  /**
   * After DISCONNECT and their FIN, whether a further byte of ours was still taken (a relay keeps its reading half open
   * when the broker has gone) or refused at once (the broker itself has closed). `undefined`: could not be seen.
   */
  readonly halfOpen: boolean | undefined
  /** Milliseconds until an idle session was cut; `undefined`: not asked, or not cut. */
  readonly cutAfterMs: number | undefined
}

/** What listens there, and why we think so. */
export interface ProbeVerdict {
  readonly kind: VerdictKind
  /** One line for people. */
  readonly text: string
  readonly proxy: ProxySeen
  /**
   * A relay (HAProxy, another proxy) stands in front of the broker. False: none was seen, though one that closes both
   * ways at once, as nginx does, cannot be. `undefined`: could not be tried.
   */
  readonly relay: boolean | undefined
  readonly tls: TlsSeen | undefined
  readonly clientCertificate: 'required' | 'not required' | 'unknown' | undefined
  readonly mqtt: readonly ('3.1.1' | '5.0')[]
  /** What the broker says of itself, which may be wrong: its version, CONNACK properties. */
  readonly says: { readonly version: string | undefined; readonly properties: Readonly<Record<string, unknown>> }
  readonly evidence: readonly string[]
}

export interface ProxySeen {
  readonly required: boolean
  readonly versions: readonly (1 | 2)[]
  /** Whether LOCAL, the header of health checks, is accepted; `undefined` where no header is. */
  readonly local: boolean | undefined
}
