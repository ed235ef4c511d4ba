import type { HaproxyLine, HaproxyWord } from '../../config/haproxy/document.js'
import type { Keyword } from '../../config/haproxy/keywords.js'
import type { Reach } from '../../config/left-out.js'
import type { Relocation } from './relocation.js'
import { textOf } from './words.js'

/**
 * A keyword of a `bind` or `server` line that has no place of its own in the sandbox: it stays when it is on the list of
 * what a copy may keep, and is left out, and named, when it reaches outside or is not known.
 */
export function keptOrLeftOut(
  keyword: Keyword,
  line: HaproxyLine,
  lists: { readonly kept: ReadonlySet<string>; readonly reach: ReadonlyMap<string, Reach> },
  to: Relocation,
): HaproxyWord[] {
  if (lists.kept.has(keyword.name)) return [keyword.word, ...keyword.args]
  const reach = lists.reach.get(keyword.name)
  to.leaveOut({
    span: keyword.span,
    what: `${keyword.word.text} of ${textOf(line)}`,
    reach: reach ?? 'is not known to mqtt-proxy',
  })
  if (reach !== undefined || to.options.purpose === 'run') return []
  to.unknown(line.span)
  return [keyword.word]
}
