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

/** What a reader asks beside the text of a file. */
export interface ReadContext {
  /** Without it included files are left alone. */
  readonly readInclude?: ReadInclude
  /** Variables of the environment that the broker is started in. */
  readonly env?: (name: string) => string | undefined
}
