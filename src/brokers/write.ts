import type { EntryDocument } from '../config/entries.js'

/** HAProxy's own `send-proxy*` suffixes. */
export type HeaderKind = 'none' | 'v1' | 'v2' | 'v2-ssl' | 'v2-ssl-cn'
/** `tls` and `wss` on the `as-is` leg are passed through to a broker that ends TLS itself. */
export type ClientTransport = 'tcp' | 'ws' | 'tls' | 'wss'
/**
 * How many programs there are: one HAProxy and one broker, two HAProxys in a row (`chain`, and `acl` with a rule by
 * address), or one HAProxy in front of two brokers (`sticky`).
 */
export type ScenarioShape = 'single' | 'chain' | 'sticky' | 'acl'

/** What the broker is told to insist on. */
export interface Enforcement {
  readonly requireTls: boolean
  readonly requireCertificate: boolean
  readonly cnAsUsername: boolean
}

/** Where one broker listens. */
export interface ListenPlace {
  /** Where HAProxy connects to, without brackets. */
  readonly host: string
  readonly port: number
  /** The address that the broker binds. */
  readonly bind: string
  /** Listens on this unix socket instead. */
  readonly socket: string | undefined
  /** Empty, or `-2` for the second broker of a scenario: part of the file's name. */
  readonly suffix: string
}

/** The content of a broker's file, independent of its dialect. */
export interface WantedConfig {
  readonly header: HeaderKind
  readonly topology: ScenarioShape
  readonly enforces: Enforcement
  /** What the broker's own listener speaks after a possible header. */
  readonly transport: ClientTransport
  readonly place: ListenPlace
  /** Paths as written in the file. */
  readonly certificates: { readonly serverCa: string; readonly cert: string; readonly key: string }
  /** `undefined`: new enough. */
  readonly version: string | undefined
  /** Comments that explain each line. */
  readonly annotate: boolean
  /** First lines of the file, without the dialect's comment sign: the command that makes it, and what it is. */
  readonly head: readonly string[]
}

/** A file as text. */
export interface ConfigText {
  /** `mosquitto.conf`, `vernemq.conf`, `broker.xml`, `enabled_plugins`. */
  readonly name: string
  /** For the dialects that can be read back. */
  readonly document?: EntryDocument
  readonly text: string
}

/** Writes a broker's files; the one that it is started with comes first. */
export type Writer = (wanted: WantedConfig) => readonly [ConfigText, ...ConfigText[]]

export function isWebSocket({ transport }: Pick<WantedConfig, 'transport'>): boolean {
  return transport === 'ws' || transport === 'wss'
}

/** The broker ends TLS itself. */
export function endsTls({ transport }: Pick<WantedConfig, 'transport'>): boolean {
  return transport === 'tls' || transport === 'wss'
}

/** `127.0.0.1:1884`, `[::1]:1884`. */
export function boundAddress({ bind, port }: ListenPlace): string {
  return bind.includes(':') ? `[${bind}]:${port}` : `${bind}:${port}`
}
