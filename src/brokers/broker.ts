import type { EntryLine } from '../config/entries.js'
import type { ConfigProblem } from '../config/span.js'
import type { Unread } from '../config/unread.js'
import type { Listener } from './listener.js'

/** A file that another one names, already read. */
export interface IncludedText {
  readonly file: string
  readonly text: string
}

/**
 * Reads what a line of `from` includes: one file, those that a `*` in the last part of the path stands for, or the
 * `*.conf` of a folder, in the order in which the broker reads them. `undefined` when there is nothing to read.
 */
export type ReadInclude = (path: string, from: string) => readonly IncludedText[] | undefined

export interface Reading {
  /** Without it included files are left alone. */
  readonly readInclude?: ReadInclude
  /** Variables of the environment that the broker is started in. */
  readonly env?: (name: string) => string | undefined
}

/** A text as its lines, with their comments: what `ignore=` comments are looked for in. */
export interface BrokerDocument {
  readonly file: string
  readonly lines: readonly EntryLine[]
}

/** What a broker's file means. */
export interface BrokerFile {
  readonly broker: string
  readonly file: string
  /** The file and, in order, those that it includes. */
  readonly documents: readonly BrokerDocument[]
  readonly listeners: readonly Listener[]
  readonly unread: readonly Unread[]
  readonly problems: readonly ConfigProblem[]
}

/** A kind of broker: its folder fills this row, the registry holds it, and whoever needs a broker asks the row. */
export interface Broker<File extends BrokerFile = BrokerFile> {
  readonly kind: string
  /** `Mosquitto`. */
  readonly name: string
  /** The first version that reads PROXY headers. */
  readonly proxySince: string
  /** The usual names of its file, the one that we write first. */
  readonly configFiles: readonly [string, ...string[]]
  /** How much a line (blank and comment lines are left out) speaks for this broker's format: 0, 1, 2. */
  readonly score: (line: string) => number
  /** Never throws. */
  readonly read: (text: string, file: string, reading?: Reading) => File
}
