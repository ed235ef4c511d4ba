import type { AskedPrograms } from '../../host/sandbox/asked.js'
import type { Finding } from '../../kernel/result.js'
import type { SourceFile, Workspace } from '../../lint/workspace.js'

/** Texts by path. */
export type Texts = ReadonlyMap<string, string>

/** Files that belong together, ready to be judged again with other texts. */
export interface LintedPair {
  readonly name: string
  readonly files: readonly SourceFile[]
  readonly workspace: Workspace
  /** Our own rules over these texts in place of those that were read. */
  readonly judge: (texts: Texts) => readonly Finding[]
  /** What the real programs say of these texts; undefined where they are not to be asked. */
  readonly ask: ((texts: Texts) => Promise<AskedPrograms>) | undefined
}
