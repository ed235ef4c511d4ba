import type { EntryDocument } from '../config/entries.js'
import type { ConfigProblem } from '../config/span.js'
import type { Unread } from '../config/unread.js'
import type { Listener } from './listener.js'

/** A file that another one names, already read. */
export interface IncludedText {
  readonly file: string
  readonly text: string
}

/**
 * Lists the `*.conf` files of a folder that `from` names, in the order in which the broker reads them; `undefined` when
 * it cannot be read.
 */
export type ReadInclude = (dir: string, from: string) => readonly IncludedText[] | undefined

export interface Reading {
  /** Without it included folders are left alone. */
  readonly readInclude?: ReadInclude
}

/** What a broker's file means. */
export interface BrokerFile {
  readonly broker: string
  readonly file: string
  /** The file and, in order, those that it includes. */
  readonly documents: readonly EntryDocument[]
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
  /** The usual name of its file. */
  readonly configFile: string
  /** Never throws. */
  readonly read: (text: string, file: string, reading?: Reading) => File
}
