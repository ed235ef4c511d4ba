import type { ConfigProblem } from '../span.js'
import type { HaproxyDocument, HaproxyLine, HaproxySection } from './document.js'
import { type Environment, splitWords } from './words.js'

export interface HaproxyParseOptions {
  /** Environment variables; none are known by default, and words with unknown ones are marked. */
  readonly env?: Environment
}

export interface HaproxyParsed {
  readonly document: HaproxyDocument
  readonly problems: readonly ConfigProblem[]
}

/** Words that begin a section (HAProxy 1.5 to 3.4). */
export const sectionKinds: ReadonlySet<string> = new Set([
  'acme',
  'backend',
  'cache',
  'crt-store',
  'defaults',
  'fcgi-app',
  'frontend',
  'global',
  'http-errors',
  'listen',
  'log-forward',
  'log-profile',
  'mailers',
  'peers',
  'program',
  'resolvers',
  'ring',
  'traces',
  'userlist',
])

const proxyKinds: ReadonlySet<string> = new Set(['backend', 'defaults', 'frontend', 'listen'])

interface OpenSection {
  readonly kind: string
  readonly header: HaproxyLine
  readonly lines: HaproxyLine[]
}

/**
 * Reads a haproxy.cfg without losing anything: `renderHaproxy(parseHaproxy(text).document)` is `text` again.
 * Never throws; what could not be taken is in `problems`, each with its place and what was expected there.
 */
export function parseHaproxy(text: string, file: string, options: HaproxyParseOptions = {}): HaproxyParsed {
  const problems: ConfigProblem[] = []
  const preamble: HaproxyLine[] = []
  const sections: OpenSection[] = []
  const set = new Map<string, string>()
  const env: Environment = (name) => set.get(name) ?? options.env?.(name)
  const raws = splitLines(text)
  for (const [index, raw] of raws.entries()) {
    const line = readLine(raw, file, index + 1, env, problems)
    const first = line.words[0]?.text
    const current = sections.at(-1)
    if (first !== undefined && (sectionKinds.has(first) || looksLikeSection(line, current, raws[index + 1]))) {
      if (!sectionKinds.has(first)) problems.push(unknownSection(first, line))
      sections.push({ kind: first, header: line, lines: [] })
      continue
    }
    if (current === undefined) {
      preamble.push(line)
      if (first !== undefined && !first.startsWith('.')) problems.push(outsideSection(first, line))
      continue
    }
    current.lines.push(line)
    if (current.kind === 'global') rememberVariable(line, env, set)
  }
  return { document: { file, preamble, sections: sections.map(close) }, problems }
}

function splitLines(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function readLine(raw: string, file: string, line: number, env: Environment, problems: ConfigProblem[]): HaproxyLine {
  const content = raw.endsWith('\r') ? raw.slice(0, -1) : raw
  const { words, comment, problems: found } = splitWords(content, file, line, env)
  problems.push(...found)
  const indent = /^[ \t]*/.exec(content)?.[0] ?? ''
  const span = { file, line, column: 1, endLine: line, endColumn: content.length + 1 }
  return { words, comment, indent, span, raw }
}

/**
 * HAProxy knows its sections by name and we may be older than it: an unindented, unknown word above an indented
 * line, in a file that indents, is taken for a section, and said.
 */
function looksLikeSection(line: HaproxyLine, current: OpenSection | undefined, next: string | undefined): boolean {
  const first = line.words[0]
  if (first === undefined || line.indent !== '' || line.words.length > 2) return false
  if (!/^[a-z][a-z0-9-]*$/.test(first.text) || next === undefined || !/^[ \t]+[^\s#]/.test(next)) return false
  const written = current?.lines.filter((one) => one.words.length > 0) ?? []
  return written.length > 0 && written.every((one) => one.indent !== '' || one.words[0]?.text.startsWith('.'))
}

function close(open: OpenSection): HaproxySection {
  const words = open.header.words.map((one) => one.text)
  const fromAt = proxyKinds.has(open.kind) ? words.indexOf('from', 1) : -1
  const name = words[1] === 'from' && fromAt === 1 ? undefined : words[1]
  const from = fromAt > 0 ? words[fromAt + 1] : undefined
  return { kind: open.kind, name, from, header: open.header, lines: open.lines }
}

/** `setenv` and `presetenv` of the global section count for every line below them. */
function rememberVariable(line: HaproxyLine, env: Environment, set: Map<string, string>): void {
  const [keyword, name, value] = line.words.map((one) => one.text)
  if (name === undefined) return
  if (keyword === 'setenv' && value !== undefined) set.set(name, value)
  if (keyword === 'presetenv' && value !== undefined && env(name) === undefined) set.set(name, value)
}

function unknownSection(name: string, line: HaproxyLine): ConfigProblem {
  return {
    code: 'unknown-section',
    message: `"${name}" is no section we know; its lines are kept and not judged`,
    span: line.words[0]?.span ?? line.span,
    expected: [...sectionKinds].join(', '),
  }
}

function outsideSection(word: string, line: HaproxyLine): ConfigProblem {
  return {
    code: 'outside-section',
    message: `"${word}" stands before the first section`,
    span: line.words[0]?.span ?? line.span,
    expected: 'global, defaults, frontend, backend, listen or another section first',
  }
}
