import type { Span } from './span.js'

/** A file of a sandbox and, line by line, where each of its lines is in the user's files. */
export interface CopiedFile {
  /** Below the folder of the sandbox. */
  readonly name: string
  /** The user's file. */
  readonly from: string
  readonly text: string
  /** By line of `text`, from 1; `undefined`: a line that we added. */
  originOf(line: number): Span | undefined
}

/** A copy of lines that know where they come from. */
export function copiedFile(
  name: string,
  from: string,
  text: string,
  lines: readonly { readonly span: Span }[] = [],
): CopiedFile {
  const originOf = (line: number) => {
    const span = lines[line - 1]?.span
    return span === undefined || span.line === 0 ? undefined : span
  }
  return { name, from, text, originOf }
}

/** The lines of a file, without an empty one behind its last line feed. */
export function linesOfText(text: string): readonly string[] {
  return text.replace(/\n$/, '').split('\n')
}
