import type { Listener } from '../brokers/listener.js'
import type { BindView, HaproxyView, ProxyView, ServerView } from '../config/haproxy/view.js'
import type { Span } from '../config/span.js'
import type { ConfigEndpoint } from '../kernel/address.js'

/**
 * A connection, followed hop by hop: it enters at a bind, each HAProxy adds, passes on or loses something, and a
 * listener of a broker takes it or not. Every command that judges a pair of files asks this one model.
 */
export interface Topology {
  /** Binds that clients reach, or the cloud's load balancer in front of them. */
  readonly entries: readonly Entry[]
  /** Binds that only another hop of these files reaches. */
  readonly inner: readonly BindAt[]
  /** Every server line with what leads to it. */
  readonly hops: readonly Hop[]
  readonly listeners: readonly Listener[]
}

/** A `bind` and where it is written. */
export interface BindAt {
  readonly haproxy: HaproxyView
  readonly proxy: ProxyView
  readonly bind: BindView
}

/** A bind that clients reach. */
export interface Entry extends BindAt {
  /** Whether a client has to bring a PROXY header: `always` (accept-proxy), or only from addresses that a rule names. */
  readonly wantsHeader: 'no' | 'always' | 'some'
  /** Where `accept-proxy` or `expect-proxy` is written. */
  readonly headerSpan: Span | undefined
}

/** What makes HAProxy choose a backend. `condition` is the text after `if` or `unless`; absent: always. */
export interface RouteRule {
  readonly kind: 'default_backend' | 'use_backend' | 'listen'
  readonly span: Span
  readonly condition: string | undefined
}

/** One server line: from a bind, by a rule, to what its address reaches. */
export interface Hop {
  readonly haproxy: HaproxyView
  /** The proxy that holds the server line. */
  readonly backend: ProxyView
  readonly server: ServerView
  /** Binds that lead here, each with the rule that chooses this backend; none where no frontend of the files does. */
  readonly from: readonly { readonly at: BindAt; readonly rule: RouteRule }[]
  /** Proxies that choose this backend, with or without binds. */
  readonly frontends: readonly ProxyView[]
  /** All that the address may mean; a certain meaning is the only one. */
  readonly targets: readonly HopTarget[]
}

/** What an address of a server line reaches. */
export type HopTarget =
  /** A listener of a given broker file; `certain` is false where only the port says so. */
  | { readonly kind: 'listener'; readonly listener: Listener; readonly certain: boolean }
  /** A bind of a given HAProxy: a chain. */
  | { readonly kind: 'bind'; readonly at: BindAt; readonly certain: boolean }
  /** An address that no given file describes: never judged. */
  | { readonly kind: 'elsewhere'; readonly endpoint: ConfigEndpoint }
  /** On this host, where no given file listens. */
  | { readonly kind: 'nowhere'; readonly endpoint: ConfigEndpoint }

/** Whether something holds; `unknown` where the files do not say. */
type Known = 'yes' | 'no' | 'unknown'

/** What HAProxy knows of the client whose connection it takes, and what a header of it therefore says. */
export interface HopFacts {
  /** TLS towards this HAProxy. */
  readonly tls: Known
  /** `maybe`: some clients have one (`verify optional`). */
  readonly certificate: 'none' | 'maybe' | 'unverified' | 'verified' | 'unknown'
  /** Whose address it takes for the client's; `none` where a unix socket has no address. */
  readonly address: 'client' | 'previous hop' | 'none' | 'unknown'
}

/** One layer of what is on the wire, the outermost first. */
export type Layer =
  | {
      readonly kind: 'header'
      readonly version: 1 | 2
      /** LOCAL or UNKNOWN: no address in it. */
      readonly addressless: boolean
      /** The SSL TLV: absent, or there with its client bit (`yes`, `no`, `unknown`). */
      readonly ssl: Known | 'absent'
      readonly certificate: HopFacts['certificate']
      readonly cn: 'yes' | 'maybe' | 'no' | 'unknown'
      readonly address: HopFacts['address']
      /** Bytes of the whole header; `most` is undefined where a value has no bound. */
      readonly size: { readonly least: number; readonly most: number | undefined }
      /** The server line that wrote it; absent for a client that brings its own. */
      readonly from: Hop | undefined
    }
  | { readonly kind: 'tls'; readonly from: Hop | undefined }

/** What is on the wire at a point of the path. */
export interface Carried {
  /** Headers and TLS around the payload that are known to be there; what a client adds for the listener's sake is not. */
  readonly layers: readonly Layer[]
  /** Where the listener has to read what no hop read: header layers that an earlier hop wrote. */
  readonly unreadHeaders: number
  /** TLS of the client has ended at a bind on the way: it is no longer inside. */
  readonly tlsEnded: boolean
  /** How the innermost bytes are treated on the way. */
  readonly protocol: 'any' | 'http'
  /** Milliseconds of silence that the hops so far allow; undefined: no bound, or not known. */
  readonly idleMs: number | undefined
}

/** One hop of a path: from a bind of one HAProxy to what its server line reaches. */
export interface Leg {
  /** The bind at which the connection came to this HAProxy; undefined where no frontend of the files leads here. */
  readonly at: BindAt | undefined
  readonly rule: RouteRule | undefined
  readonly hop: Hop
  readonly facts: HopFacts
  readonly to: HopTarget
  /** After the server line has added its own. */
  readonly carried: Carried
  /** What the connection meets at this leg's bind that cannot be: see `Trouble`. */
  readonly trouble: Trouble | undefined
}

/** What a bind cannot do with the bytes that come to it from the hop before. */
export interface Trouble {
  readonly kind: 'no header' | 'header before TLS' | 'no TLS' | 'header in HTTP'
  readonly at: Span
}

/** One way through the files. */
export interface ConnectionPath {
  readonly entry: Entry | undefined
  readonly legs: readonly Leg[]
  readonly end:
    | Exclude<HopTarget, { readonly kind: 'bind' }>
    /** A frontend that chooses no backend, or a backend without a server that is up. */
    | { readonly kind: 'no route'; readonly proxy: ProxyView }
    | { readonly kind: 'loop'; readonly at: BindAt }
    /** A chain longer than we follow, or a backend whose name is computed: not judged. */
    | {
        readonly kind: 'unread'
        readonly why: string
        /** The backend that a frontend names and no given file has. */
        readonly backend?: string
      }
  /** Every address on it says where it leads; false where a port or a name alone does. */
  readonly certain: boolean
  /** The client's side, from what the binds on the way and the listener want. */
  readonly client: ClientNeed | undefined
}

/** What a client has to speak to come through. */
export interface ClientNeed {
  readonly header: Entry['wantsHeader']
  /** `here`: TLS ends at the entry; `through`: it ends at the listener; `inner`: at a later hop. */
  readonly tls: 'none' | 'here' | 'inner' | 'through'
  readonly certificate: 'none' | 'optional' | 'required' | 'unknown'
  readonly protocol: 'mqtt' | 'websocket' | 'unknown'
}
