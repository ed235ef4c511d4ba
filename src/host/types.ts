import type { Duplex } from 'node:stream'
import type { RunnableKind } from '../brokers/index.js'
import type { ConnectOutcome, ConnectStage } from '../kernel/connect-outcome.js'
import type { SocketAddress } from '../kernel/socket-address.js'
import type { Target } from '../kernel/target.js'
import type { WritePlan } from '../proxy-header/write-plan.js'

/** TLS on our side of a connection; PEM texts. */
export interface ClientTls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  /** SNI and the name the certificate is checked against; default: the host. */
  readonly servername?: string
  /** Default true. */
  readonly verify?: boolean
  readonly alpn?: readonly string[]
  /** Offer TLS 1.0 and 1.1 only, to see whether they are still taken. */
  readonly oldOnly?: boolean
}

/** What TLS agreed on, and who the server says it is. */
export interface TlsFacts {
  readonly version: string
  readonly cipher: string
  /** CN of the server certificate. */
  readonly subject: string | undefined
  readonly certificate:
    | {
        readonly subject: string
        readonly issuer: string
        readonly names: readonly string[]
        /** Milliseconds since 1970. */
        readonly notAfter: number
      }
    | undefined
  /** Why the chain is not trusted; `undefined`: it is. Only where `verify` is off, else it would have failed. */
  readonly untrusted: string | undefined
  /** Why the certificate does not fit the name; as above. */
  readonly wrongName: string | undefined
}

export interface DialOptions {
  readonly target: Target
  /** Connect to this unix socket instead of the target's host and port. */
  readonly socketPath?: string
  readonly tls?: ClientTls
  /** Bind our end to this address, so that the broker can be asked whether it saw it. */
  readonly localAddress?: string
  /** Written raw before TLS or WebSocket begin: a PROXY header, whole or in pieces. */
  readonly preface?: WritePlan
  /**
   * The first bytes of the layer above. On plain TCP they leave in one write with the last piece of the preface, as
   * many receivers need it; else as soon as TLS and WebSocket are open.
   */
  readonly first?: Uint8Array
  /** Milliseconds of silence before `first`, and before TLS begins. */
  readonly pauseMs?: number
  /** Keep our side open when the other has ended its own, instead of closing too. */
  readonly halfOpen?: boolean
  readonly timeoutMs: number
  /** False: nobody looks at what TLS agreed on, and reading a certificate takes as long as a handshake. */
  readonly tlsFacts?: boolean
  readonly signal?: AbortSignal
}

/** An open connection, after TLS and WebSocket where the target asks for them: MQTT goes straight in. */
export interface Dialled {
  readonly stream: Duplex
  /** Our end of the TCP connection: `127.0.0.2:48014`. */
  readonly local: string
  readonly tls: TlsFacts | undefined
  close(): void
}

/** What came of an MQTT CONNECT. */
export interface ConnectObservation {
  readonly outcome: ConnectOutcome
  readonly stage: ConnectStage
  readonly local: string | undefined
  /** Reason code (5.0) or return code (3.1.1) of the CONNACK. */
  readonly connack: number | undefined
  /** Properties of a 5.0 CONNACK. */
  readonly properties: Readonly<Record<string, unknown>> | undefined
  /** Milliseconds from the first SYN to the outcome. */
  readonly ms: number
  /** Why, in the words of TLS, the system or the bytes that came. */
  readonly detail: string | undefined
  /** The first bytes that came back, at most 256, when they were not a CONNACK. */
  readonly received: Uint8Array | undefined
  /** The TLS that was agreed on, when it came so far. */
  readonly tls: Dialled['tls']
}

/** What a broker program said of itself when asked. */
export interface BrokerFacts {
  readonly kind: RunnableKind
  /** Path of the program; `undefined` for the embedded broker. */
  readonly program: string | undefined
  readonly version: string
  /** PROXY versions its listeners can read; empty: none. */
  readonly proxy: readonly (1 | 2)[]
  readonly mqtt: readonly ('3.1' | '3.1.1' | '5.0')[]
  /** Where the facts come from, for doctor: `mosquitto -h`, `rabbitmqctl version`. */
  readonly askedBy: string
}

export interface BrokerStart {
  /** Private folder; the configuration file and certificates are already in it. */
  readonly folder: string
  readonly configFile: string
  /** Listeners to wait for. */
  readonly listeners: readonly SocketAddress[]
  readonly signal?: AbortSignal
  /** Milliseconds to wait for its listeners; default: what this kind of broker takes on a busy machine. */
  readonly withinMs?: number
  /** It is measured: it runs in a process of its own and logs neither clients nor messages. */
  readonly measured?: boolean
  /** It may be given on to others with the same file when it is released; it outlives the folder then. */
  readonly lend?: boolean
}

export interface BrokerDriver {
  readonly kind: RunnableKind
  /** A container engine runs it: it is not our child process. */
  readonly inContainer?: boolean
  facts(): Promise<BrokerFacts>
  /**
   * Asks the program about a file without running it; absent where it cannot be asked.
   * @throws Fault MP-BROKER-START as a start would
   */
  testConfig?(configFile: string): Promise<void>
  /** @throws Fault MP-BROKER-START with the last log lines and the offending config line (exit 3) */
  start(options: BrokerStart): Promise<RunningBroker>
  /**
   * A broker that was released empty and runs a file of this text but for its ports; it is the caller's then. Without one
   * the caller starts its own, with `lend`. `wait`: rather for one that is in use than to have too many.
   */
  spare?(config: string, listeners: BrokerStart['listeners'], wait: boolean): Promise<Spare | undefined>
  /** Ends what waits for others. */
  close?(): Promise<void>
}

/** A broker that nobody uses at the moment. */
export interface Spare {
  readonly listeners: BrokerStart['listeners']
  /** Makes it somebody's own: its log begins here. */
  lend(): RunningBroker
  alive(): boolean
  stop(): Promise<void>
}

export interface RunningBroker {
  /** `mosquitto 2.1.2 (pid 812)`. */
  readonly what: string
  readonly pid: number | undefined
  /** What the broker saw of a client that connected, by client id; waits for it up to `withinMs` (default 1000). */
  saw(clientId: string, withinMs?: number): Promise<Sight | undefined>
  /** Log lines or event lines so far. */
  log(): readonly string[]
  alive(): boolean
  stop(): Promise<void>
  /** Gives back one that was started to be lent; it is stopped where something of its clients is left in it. */
  release?(): Promise<void>
}

/** What a broker saw of one client. */
export interface Sight {
  readonly address: string
  /** Undefined where the broker does not say. */
  readonly port: number | undefined
  readonly username: string | undefined
  /** Undefined where the broker does not say. */
  readonly tls: boolean | undefined
  /** The log line or event that says so. */
  readonly evidence: string
}

export interface HaproxyFacts {
  readonly program: string
  /** `3.2.26`. */
  readonly version: string
  readonly openssl: boolean
  /** `3.0.17`: what it was built with, which is what its conditions compare. */
  readonly opensslVersion?: string
  readonly features: readonly string[]
}

export interface HaproxyStart {
  readonly program: string
  /** For messages, when it is known: `3.2.26`. */
  readonly version?: string
  /** Configuration files, in the order of `-f`. */
  readonly files: readonly string[]
  readonly folder: string
  /** Frontends to wait for. */
  readonly listeners: readonly SocketAddress[]
  /** The stats socket that the files open, for `servers`. */
  readonly stats?: string
  /** Run with a master process (`-W`), so that `reload` works by SIGUSR2. */
  readonly master?: boolean
  /** With a master: where it listens for commands of every kind (`-S`). */
  readonly masterSocket?: string
  readonly signal?: AbortSignal
}

/** A row of `show stat` about one server. */
export interface ServerState {
  readonly backend: string
  readonly server: string
  /** `UP`, `DOWN`, `UP 1/3` on its way down, `no check`, `MAINT`. */
  readonly status: string
  /** `L4OK`, `L7TOUT`; empty before the first check, with a `*` while one is under way. */
  readonly check: string
  /** How many checks have failed. */
  readonly failures: number
  /** What the check met, in HAProxy's words. */
  readonly detail: string
}

export interface RunningHaproxy {
  /** `haproxy 3.2.26 (pid 4711)`. */
  readonly what: string
  readonly pid: number
  /** Traffic and program log lines so far. */
  log(): readonly string[]
  /** The traffic log lines of one client connection, by our end (`127.0.0.1:48014`); waits up to `withinMs` (default 500). */
  logOf(client: string, withinMs?: number): Promise<readonly string[]>
  /** What health checks say of the servers now; empty where the files open no stats socket for it. */
  servers(): Promise<readonly ServerState[]>
  alive(): boolean
  /** Soft reload with the same (rewritten) files; live connections stay on the old process. */
  reload(): Promise<void>
  stop(): Promise<void>
}
