import type { Listener } from '../brokers/listener.js'
import { deleteLine, insertBelow, replaceAt } from '../config/edit.js'
import type { HaproxyLine, HaproxySection } from '../config/haproxy/document.js'
import type { ServerView } from '../config/haproxy/view.js'
import type { Span } from '../config/span.js'
import type { TextEdit } from '../kernel/result.js'

export { deleteLine, insertBelow, replaceAt }

/**
 * A line of a section, in the section's own indentation, below its last line that says something: in no branch of an
 * `.if` that the section itself opens, where another release might not read it.
 */
export function addToSection(section: HaproxySection, text: string): TextEdit {
  let depth = 0
  let last = section.header
  for (const one of section.lines) {
    const [word] = one.words
    if (word?.text === '.if') depth += 1
    if (word?.text === '.endif') depth -= 1
    // The end of a branch that contains the section.
    if (depth < 0) break
    if (word !== undefined && depth === 0) last = one
  }
  return insertBelow(last.span, `${indentOf(section)}${text}`)
}

function indentOf(section: HaproxySection): string {
  return section.lines.find((one) => one.words.length > 0)?.indent ?? '    '
}

/** Words at the end of a server or bind line, before its comment. */
export function addWords(line: HaproxyLine, text: string): TextEdit {
  const last = line.words.at(-1)?.span ?? line.span
  const at: Span = { ...last, line: last.endLine, column: last.endColumn }
  return replaceAt({ ...at, endLine: at.line, endColumn: at.column }, ` ${text}`)
}

/**
 * Gives a server line this `send-proxy*`: in place of those it has itself, else at its end (which also overrides
 * a weaker `default-server`).
 */
export function sendInstead(server: ServerView, keyword: string): readonly TextEdit[] {
  const own = server.own.filter((one) => server.header.keywords.includes(one))
  const [first, ...rest] = own
  if (first === undefined) return [addWords(server.line, keyword)]
  return [
    replaceAt(first.span, keyword),
    ...rest.map((one) => replaceAt({ ...one.span, column: one.span.column - 1 }, '')),
  ]
}

/** The `send-proxy*` word that gives a listener what it asks for. */
export function neededKeyword(listener: Listener): string {
  if (listener.header.accepts.length === 1 && listener.header.accepts[0] === 1) return 'send-proxy'
  if (listener.cnAsUsername !== undefined) return 'send-proxy-v2-ssl-cn'
  return listener.requireTls !== undefined || listener.requireCertificate !== undefined
    ? 'send-proxy-v2-ssl'
    : 'send-proxy-v2'
}
