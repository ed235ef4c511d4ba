import type { EntryLine } from '../config/entries.js'
import type { ConfigProblem } from '../config/span.js'
import type { Unread } from '../config/unread.js'
import type { Copier } from './copy.js'
import type { Fact } from './facts.js'
import type { Listener } from './listener.js'
import type { LineTable } from './log-lines.js'
import type { Packaged } from './packaged.js'
import type { ReadContext } from './read-context.js'
import type { ClientTransport, Writer } from './write.js'

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

/** Reads the broker's own configuration. */
export interface ConfigReader<File extends BrokerFile = BrokerFile> {
  /** The usual names of its file, the one that we write first. */
  readonly fileNames: readonly [string, ...string[]]
  /** How much a line (blank and comment lines are left out) speaks for this broker's format: 0, 1, 2. */
  readonly score: (line: string) => number
  /** Whether a word is a setting of this broker; a file of other words, by another name, is a guess only. */
  readonly knows?: (word: string) => boolean
  /** Never throws. */
  readonly read: (text: string, file: string, reading?: ReadContext) => File
}

/** On what a statement about a broker rests. */
type Basis =
  /** The files were run on the program. */
  | 'run'
  /** Written from measurements on one version; the files were not run. */
  | { readonly measuredOn: string }
  /** Never run. */
  | 'documentation'

/** What a broker can do with PROXY headers, from running it or from its documentation. */
export interface Support {
  readonly basis: Basis
  /** First version with PROXY support; undefined: every version that matters; false: none. */
  readonly proxySince?: string | false
  readonly versions: readonly ('v1' | 'v2')[]
  readonly cnAsUsername: boolean | 'not on WebSocket'
  readonly requiresTls: boolean
  readonly requiresCertificate: boolean
  /** It has unix socket listeners that HAProxy can use. */
  readonly socket: boolean
  /** Why it cannot serve what is wanted, beside what the other fields say. */
  readonly refuses?: (wanted: { readonly transport: ClientTransport; readonly bind: string }) => string | undefined
}

/** Where a broker is known not to do what a scenario asks for. It is shown as such, and fails the run once it is gone. */
export interface Deviation {
  /** First and last version it was measured on or is documented for; `until` absent: still so in the last one known. */
  readonly since: string
  readonly until?: string
  /** `scenario/case`; `*` stands for any scenario. */
  readonly cases: readonly string[]
  /** The client transports on which it shows; default: all. */
  readonly transports?: readonly ClientTransport[]
  /** It shows only when an attempt is given less time than the broker takes; passing means nothing then. */
  readonly slow?: true
  readonly what: string
  readonly evidence: string
}

/** A container image of the broker. */
export interface Image {
  readonly image: string
  /** Where nobody publishes it: the sources that compose builds it from. */
  readonly build?: string
  readonly environment?: Readonly<Record<string, string>>
  /** What has to be done before it starts. */
  readonly note?: string
  /** The version in it, where the files differ by version. */
  readonly version?: string
  /** Where the container reads each file of the broker. */
  readonly mounts: (name: string) => string
  /** Succeeds when the listener answers; run inside the container. */
  readonly health: (port: number) => readonly string[]
}

/** What an image asks its user to accept before it starts. */
interface License {
  /** What the image reads. */
  readonly env: string
  /** The variable of the CI system that the user sets. */
  readonly variable: string
  readonly accepted: string
}

/** The broker as a container beside a CI job, where it is set by variables alone: one listener that wants a PROXY header. */
export interface Service {
  readonly image: string
  readonly env: Readonly<Record<string, string>>
  /** Its image starts only when the license is accepted, which is left to the user. */
  readonly license?: License
  readonly port: number
  /** Succeeds inside the container when the broker is up. */
  readonly health: string
}

/**
 * A kind of broker: its folder fills this row, the registry holds it, and code that needs a broker reads the row. Parts that
 * are absent are what cannot be done with it.
 */
export interface BrokerRow {
  /** As a sentence names it: `Mosquitto`. */
  readonly name: string
  readonly support: Support
  /** Writes the files of a scenario. */
  readonly write: Writer
  /** Lines for one more listener on loopback that reads no header; absent: one switch counts for all of them. */
  readonly plainListener?: (port: number) => string
  readonly reader?: ConfigReader
  /** Copies of its files for a sandbox: without it `check` runs no files of the user's. */
  readonly copy?: Copier
  /** How to run it; its driver lies in `host/brokers/`. */
  readonly run?: Run
  readonly deviations?: readonly Deviation[]
  readonly logLines?: LineTable
  readonly facts?: readonly Fact[]
  readonly image?: Image
  readonly service?: Service
}

/** What is known of running a broker, without running it. */
export interface Run {
  /** Kinds whose files it reads; the first is the one that is written for it. */
  readonly reads: readonly [string, ...string[]]
  /** It judges a file without running it; findings that it makes have this code. */
  readonly test?: { readonly code: string }
  /** Files that lie beside its own in a folder, and are started with it. */
  readonly beside?: readonly string[]
  /** The variable that names its program; absent: there is no program to be named. */
  readonly variable?: string
  /** `tools install` can fetch it. */
  readonly packaged?: Packaged
  /** Its files differ by version, so that they are written for the one that is going to run them. */
  readonly writtenByVersion?: true
}
