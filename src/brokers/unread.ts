import type { ConfigProblem } from '../config/span.js'
import type { Unread } from '../config/unread.js'

const kinds: ReadonlyMap<string, Unread['what']> = new Map([
  ['include-unreadable', 'include'],
  ['format-unread', 'format'],
])

/** Problems that mean "this was not read": whatever it holds is not judged. */
export function unreadIn(problems: readonly ConfigProblem[]): readonly Unread[] {
  return problems.flatMap(({ code, span, message }) => {
    const what = kinds.get(code)
    return what === undefined ? [] : [{ what, name: span.file, why: message, span }]
  })
}
