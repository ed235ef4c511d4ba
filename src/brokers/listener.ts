import type { Sourced } from '../config/sourced.js'
import type { Span } from '../config/span.js'
import type { ConfigEndpoint } from '../kernel/address.js'
import type { TextEdit } from '../kernel/result.js'

/** What a file of any broker says about who may connect, in one shape: its readers need to know no broker. */
export interface Listener {
  /** A key of the registry. */
  readonly broker: string
  /** `Mosquitto`. */
  readonly brokerName: string
  readonly file: string
  readonly endpoint: ConfigEndpoint
  /** The line that makes it; the first line of the file when nobody wrote one. */
  readonly span: Span
  /** False: a default of the broker that no line names. */
  readonly written: boolean
  /** What the listener itself speaks after a possible header. */
  readonly transport: 'tcp' | 'tls' | 'ws' | 'wss'
  readonly header: HeaderReader
  /** Demands on what the header says: the demanding line. */
  readonly requireTls: Span | undefined
  readonly requireCertificate: Span | undefined
  readonly cnAsUsername: Span | undefined
  /** How the broker calls that option; absent where it has none. */
  readonly cnOption?: string
  /**
   * What becomes of a CN in the header: `asked`, the username where `cnAsUsername` asks for it and only of a verified
   * certificate; `believed`, the username, whatever the header says of the verification; `never`, nothing.
   */
  readonly cn: 'asked' | 'believed' | 'never'
  /** A client whose header has no CN, where a CN is to be the username. */
  readonly withoutCn: 'refused' | 'keeps its own name'
  /** The line that lets certificates of the listener's *own* TLS log in; nothing in a header does. */
  readonly certificateLogin: Span | undefined
  /** What the listener's own TLS asks clients for. */
  readonly ownCertificate: 'none' | 'optional' | 'required'
  /**
   * Whom a certificate of its own TLS makes the client: its CN is the username, or something else of it is. Absent: the
   * client names itself.
   */
  readonly ownName?: 'cn' | 'other'
  readonly login: LoginDemand
  readonly limits: ListenerLimits
  /** What contradicts itself on this listener, whatever HAProxy does. */
  readonly faults: readonly ListenerFault[]
  readonly edits: ListenerEdits
}

/** Which PROXY headers a listener reads. */
interface HeaderReader {
  /** Versions it reads; empty: it reads no header. */
  readonly accepts: readonly (1 | 2)[]
  /** A value that the broker refuses at start. */
  readonly invalid: boolean
  /** The line that decides. */
  readonly span: Span | undefined
  /** What becomes of a v2 LOCAL header. */
  readonly local: 'serves' | 'closes'
  /** What becomes of a v1 UNKNOWN header. */
  readonly unknown: 'serves' | 'closes'
  /** Bytes of a whole v2 header that are still accepted; undefined: no limit known. */
  readonly largest: number | undefined
  /** Whether the listener can read a header in front of its own TLS. */
  readonly withTls: boolean
}

/** How clients of a listener log in, as far as its files say. */
interface LoginDemand {
  readonly anonymous: Sourced<boolean>
  /** A password file, internal users, an authentication in the file. */
  readonly users: Span | undefined
  /** Plugins or other systems decide: nothing can be said. */
  readonly elsewhere: Span | undefined
  /** A user with a known password that may come from loopback only, and what decides where it comes from. */
  readonly guest: Guest | undefined
}

/** The address that the header claims, or the one that the connection really comes from. */
export type Guest = 'by header' | 'by socket'

/** What a tester has to keep to. */
export interface ListenerLimits {
  /** Connections at one time. */
  readonly connections: Sourced<number> | undefined
  /** Seconds. */
  readonly keepalive: Sourced<number> | undefined
  /** Bytes of a packet. */
  readonly packet: Sourced<number> | undefined
}

export const noLimits: ListenerLimits = { connections: undefined, keepalive: undefined, packet: undefined }

/** How a remedy is written in the broker's own dialect. */
export interface Edit {
  readonly text: string
  readonly edits: readonly TextEdit[]
}

/** `undefined`: this broker (or this listener) cannot do it. */
export interface ListenerEdits {
  enableHeader(version: 1 | 2): Edit | undefined
  disableHeader(): Edit | undefined
  setPort(port: number): Edit | undefined
  /** Binds it to the loopback address; its port stays. */
  setLoopback(): Edit | undefined
}

/** What is wrong with a listener by itself, for any client. */
export type ListenerFaultKind =
  /** The broker does not start, or every connection to it fails. */
  | 'cannot-be'
  | 'v1-ignores-tls'
  | 'identity-ignored'
  | 'own-identity-not-asked'
  | 'require-tls-ignored'
  | 'cn-is-no-login'
  | 'no-login'

/** A fault of a listener that its own file shows, with the line to blame and, where there is one, the remedy. */
export interface ListenerFault {
  readonly kind: ListenerFaultKind
  readonly at: Span
  readonly message: string
  readonly related?: readonly { readonly span: Span; readonly message: string }[]
  readonly remedy?: {
    readonly text: string
    readonly edits?: readonly TextEdit[]
    /** The edits let somebody in who is refused now. */
    readonly opensAccess?: true
  }
}
