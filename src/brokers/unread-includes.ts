import type { ConfigProblem } from '../config/span.js'
import type { Unread } from '../config/unread.js'

/** Included files that are not here: whatever they hold is not judged. */
export function unreadIncludes(problems: readonly ConfigProblem[]): readonly Unread[] {
  return problems
    .filter((one) => one.code === 'include-unreadable')
    .map(({ span, message }) => ({ what: 'include', name: span.file, why: message, span }))
}
