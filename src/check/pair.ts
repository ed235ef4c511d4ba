import type { BrokerFile } from '../brokers/broker.js'
import type { Copyable } from '../brokers/copy.js'
import type { HaproxyDocument } from '../config/haproxy/document.js'
import type { HaproxyView } from '../config/haproxy/view.js'

/** One HAProxy process with its files, in the order of `-f`. */
export interface HaproxySource {
  readonly role: 'only' | 'edge' | 'inner'
  readonly documents: readonly HaproxyDocument[]
  readonly view: HaproxyView
}

/** One broker with its file and what that file brings in. */
export interface BrokerSource {
  /** The file with what it brings in, ready to be copied. */
  readonly copy: Copyable
  /** Files without positions that the broker needs beside its own (`enabled_plugins`). */
  readonly others: readonly { readonly name: string; readonly text: string }[]
  /** What the file means: its listeners, and what of it was not read. */
  readonly meaning: BrokerFile
}

/**
 * What `check` runs, wherever it comes from: generated, written by `gen all` into a folder, or the user's own files.
 * Positions in it are those of the original files.
 */
export interface Pair {
  readonly haproxy: readonly HaproxySource[]
  readonly brokers: readonly BrokerSource[]
}
