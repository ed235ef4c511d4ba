import type { LoggedSessions } from '../broker-log.js'
import type { LiveSession } from '../runtime/sessions.js'
import type { Info, LiveCertificate, StatRow, Worker } from '../runtime/tables.js'

/** Everything that was read of a running HAProxy, for the judges. */
export interface Readings {
  readonly info: Info
  readonly stat: readonly StatRow[]
  readonly sessions: readonly LiveSession[]
  readonly certificates: readonly LiveCertificate[]
  /** Names of certificates that could not be asked about. */
  readonly unasked: readonly string[]
  /** From the master's socket, or from the machine; `undefined`: neither could tell. */
  readonly old: readonly OldWorker[] | undefined
  /** Ports for outgoing connections of this machine; `undefined`: HAProxy is elsewhere, or not known. */
  readonly clientPorts: readonly [number, number] | undefined
  readonly broker: (LoggedSessions & { readonly file: string }) | undefined
  /** Milliseconds since 1970. */
  readonly now: number
}

/** A worker from before a reload. */
export interface OldWorker extends Pick<Worker, 'pid'> {
  readonly uptime: string | undefined
  /** `undefined`: only the master's socket can tell. */
  readonly sessions: number | undefined
}
