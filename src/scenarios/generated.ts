/** What the `gen` commands give back: the values behind their text and `--json`. */

type FileStatus = 'created' | 'unchanged' | 'replaced' | 'kept' | 'would create' | 'would replace'

export interface WrittenFile {
  readonly path: string
  readonly status: FileStatus
}

export interface DescribedFile extends WrittenFile {
  /** Of a certificate. */
  readonly subject?: string
  readonly san?: string
  /** ISO date. */
  readonly until?: string
}

/** What the program itself said of a file. */
export interface FileVerdict {
  readonly file: string
  readonly status: 'accepted' | 'refused' | 'not checked'
  /** `haproxy 2.6.12`. */
  readonly by?: string
  readonly messages: readonly string[]
}

export interface GenResult {
  readonly schema: 1
  readonly ok: boolean
  readonly scenario: string
  /** The generated text, when it went to standard output. */
  readonly files: readonly { readonly name: string; readonly text: string }[]
  readonly written: readonly WrittenFile[]
  readonly diff?: string
  readonly verdicts: readonly FileVerdict[]
}

export interface CertsResult {
  readonly schema: 1
  readonly ok: true
  readonly folder: string
  readonly files: readonly DescribedFile[]
}

export interface AllResult {
  readonly schema: 1
  readonly ok: boolean
  readonly scenario: string
  readonly folder: string
  readonly files: readonly DescribedFile[]
  readonly verdicts: readonly FileVerdict[]
  readonly diff?: string
  /** What is left to the user. */
  readonly notes?: readonly string[]
  /** Commands that go on from here. */
  readonly next?: NextSteps
}

/** Commands for a shell; each works as it is pasted. */
export interface NextSteps {
  /** Runs or compares the files. */
  readonly check: readonly string[]
  /** Starts the broker, then HAProxy, each in a terminal of its own; empty where the broker has a service of its own. */
  readonly start: readonly string[]
}
