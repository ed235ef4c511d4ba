import type { ConfigProblem } from '../span.js'
import type { HaproxyDocument, HaproxyLine, HaproxyWord } from './document.js'
import { type KeywordPlace, type KeywordRelease, keywordReleases } from './keyword-releases.js'
import { bindArity, readKeywords, serverArity } from './keywords.js'
import type { HaproxyParsed } from './parse.js'
import { atLeast, compareReleases, type HaproxyRelease } from './release.js'

const rows = new Map<string, KeywordRelease>(
  keywordReleases.flatMap((row) => row.words.map((word) => [`${row.place} ${word}`, row] as const)),
)
const proxyKinds: ReadonlySet<string> = new Set(['backend', 'defaults', 'frontend', 'listen'])

/**
 * Everything a HAProxy of this release refuses or warns of in a file as it was written, as far as it can be seen without
 * asking it: what was rewritten for a sandbox hides none of it.
 */
export function problemsOf(parsed: Pick<HaproxyParsed, 'document' | 'problems'>, release: HaproxyRelease) {
  return [...parsed.problems, ...keywordProblems(parsed.document, release)]
}

/** Keywords that a release does not know any more (`refused-keyword`), not yet, or only for a while (`old-keyword`). */
function keywordProblems(document: HaproxyDocument, release: HaproxyRelease): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = []
  const look = (place: KeywordPlace, word: HaproxyWord | undefined) => {
    const name = word?.text.split('(')[0]
    const found = word === undefined ? undefined : rows.get(`${place} ${name}`)
    if (word !== undefined && found !== undefined) problems.push(...judged(found, word, release))
  }
  for (const section of document.sections) {
    if (section.header.active === undefined) look('section', section.header.words[0])
    for (const line of section.lines) if (line.active === undefined) lookAt(section.kind, line, look)
  }
  return problems
}

function lookAt(
  kind: string,
  line: HaproxyLine,
  look: (place: KeywordPlace, word: HaproxyWord | undefined) => void,
): void {
  const words = /^(?:no|default)$/.test(line.words[0]?.text ?? '') ? line.words.slice(1) : line.words
  const [first, second, third] = words
  if (kind === 'global') {
    look('global', first)
    if (first?.text === 'stats') look('stats', second)
    return
  }
  if (!proxyKinds.has(kind)) return
  look('proxy', first)
  if (first?.text === 'option') look('option', second)
  else if (first?.text === 'timeout') look('timeout', second)
  else if (first?.text === 'bind' && second !== undefined) {
    for (const one of readKeywords(words.slice(2), bindArity)) look('bind', one.word)
  } else if (first?.text === 'server' && third !== undefined) {
    for (const one of readKeywords(words.slice(3), serverArity)) look('server', one.word)
  } else if (first?.text === 'default-server') {
    for (const one of readKeywords(words.slice(1), serverArity)) look('server', one.word)
  }
}

function judged(
  { gone, unknownIn, deprecated, instead }: KeywordRelease,
  word: HaproxyWord,
  release: HaproxyRelease,
): readonly ConfigProblem[] {
  const { span, text } = word
  const more = instead === undefined ? {} : { expected: instead }
  if (gone !== undefined && atLeast(release, gone)) {
    const message = `HAProxy ${release.version} does not know "${text}" any more (gone since ${gone})`
    return [{ code: 'refused-keyword', message, span, ...more }]
  }
  if (unknownIn !== undefined && compareReleases(branchOf(release.version), unknownIn) <= 0) {
    const message = `HAProxy ${release.version} does not know "${text}" yet (${unknownIn} refuses it)`
    return [{ code: 'refused-keyword', message, span, ...more }]
  }
  if (deprecated !== undefined && atLeast(release, deprecated)) {
    const message = `HAProxy ${release.version} warns of "${text}", and ${gone ?? 'a later release'} refuses it`
    return [{ code: 'old-keyword', message, span, ...more }]
  }
  return []
}

function branchOf(version: string): string {
  return /^\d+\.\d+/.exec(version)?.[0] ?? version
}
