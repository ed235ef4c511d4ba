import type { Running } from '../program.js'
import type { FileSet } from './examples-files.js'
import type { Places } from './examples-lab.js'

/** What an example of the help needs, and what it must come to. */
export interface Expectation {
  /** The exit code, where it is not 0: then with the reason. */
  readonly exit?: { readonly code: number; readonly because: string }
  /** Files in the folder it runs in, beforehand. */
  readonly files?: readonly FileSet[]
  /** Another listener of the lab than `broker` for the address of the broker. */
  readonly broker?: keyof Places
  /** Shell lines around it, in the same shell. */
  readonly before?: string
  readonly after?: string
  readonly stdout?: RegExp | readonly RegExp[]
  readonly stderr?: RegExp
  /** Standard output is one JSON document, and it holds this. */
  readonly json?: object
  /** Files it leaves, with what must stand in them. */
  readonly writes?: Readonly<Record<string, RegExp>>
  /** For one that runs until it is stopped: uses it, and stops it. */
  readonly use?: (running: Running) => Promise<void>
}

/** By the text of the example, as the help shows it. */
export type Expectations = Readonly<Record<string, Expectation>>
