import type { CopiedFile } from '../config/copied-file.js'
import type { LeftOut } from '../config/left-out.js'
import type { ConfigProblem, Span } from '../config/span.js'
import type { ConfigEndpoint } from '../kernel/address.js'
import type { SocketAddress } from '../kernel/socket-address.js'
import type { ReadContext } from './read-context.js'

/** The replacement in a sandbox for a file of the broker's TLS. */
export type CertificateRole = 'certificate' | 'key' | 'client CA'

/** What the copy of a broker's file finds in the sandbox that it is made for. */
export interface CopyTarget {
  /** Keep what executes and loads code. */
  readonly allowExec: boolean
  /** Where the broker listens there; `undefined` where there is nothing to move: no port, a file descriptor. */
  place(endpoint: ConfigEndpoint): SocketAddress | undefined
  /** The loopback address used instead of a host; `undefined`: every address. */
  host(host: string | undefined): string
  /** The replacement path of a unix socket. */
  socket(path: string): string
  /** The path of a copy of a file that is only read; `standIn` is its text when there is no such file here. */
  data(path: string, span: Span, standIn: string): string
  certificate(path: string, role: CertificateRole): string
  /** The path of one of the broker's own files, by the name that its copy has. */
  path(name: string): string
  /** Remembers what the copy does not have, or has in another form. */
  leaveOut(one: LeftOut): void
}

/** A file that was read for a copy. */
export interface Copyable {
  /** What the broker refuses before it has read on: no copy of the rest would be the same. */
  readonly refused: readonly ConfigProblem[]
  /** The file that the broker is started with comes first; `suffix` tells the brokers of one sandbox apart. */
  copy(to: CopyTarget, suffix: string): readonly [CopiedFile, ...CopiedFile[]]
}

/**
 * Makes copies of a broker's file that run in a sandbox: what is known to be harmless stays, addresses and files become
 * those of the sandbox, everything else is left out and named. It says in words why it cannot.
 */
export type Copier = (text: string, file: string, reading?: ReadContext) => Copyable | { readonly cannot: string }
