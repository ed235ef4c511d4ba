import { markProblem, withoutMark } from '../mark.js'
import type { ConfigProblem } from '../span.js'
import type { Unread } from '../unread.js'
import { Branches } from './branches.js'
import type { HaproxyDocument, HaproxyLine, HaproxySection } from './document.js'
import { ChangingEnvironment } from './environment.js'
import { atLeast, type HaproxyRelease } from './release.js'
import { textProblems } from './text-problems.js'
import { type Environment, expandAddresses } from './variables.js'
import { splitWords } from './words.js'

export interface HaproxyParseOptions {
  /** Environment variables; none are known by default, and words with unknown ones are marked. */
  readonly env?: Environment
  /** The HAProxy that conditions are decided for; without it, those that ask for a version stay undecided. */
  readonly release?: HaproxyRelease
}

export interface HaproxyParsed {
  readonly document: HaproxyDocument
  /** What HAProxy refuses before it looks at keywords, and what we do not know. */
  readonly problems: readonly ConfigProblem[]
  /** Variables that are not set here, once each, and branches that could not be decided. */
  readonly unread: readonly Unread[]
  /** The environment behind the last line: the next file of the same process begins with it. */
  readonly env: Environment
}

/** Words that begin a section (HAProxy 1.5 to 3.4). */
const sectionKinds: ReadonlySet<string> = new Set([
  'acme',
  'backend',
  'cache',
  'crt-store',
  'defaults',
  'fcgi-app',
  'frontend',
  'global',
  'healthcheck',
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
  const around = options.env ?? (() => undefined)
  const first = readLines(text, file, around, options.release)
  const readsTwice = options.release === undefined || atLeast(options.release, '3.1')
  if (!readsTwice || !first.setsLate) return first.parsed
  // Since 3.1 the global sections are read once before everything else: what they set holds from the first line on.
  return readLines(text, file, first.parsed.env, options.release).parsed
}

function readLines(text: string, file: string, around: Environment, release: HaproxyRelease | undefined) {
  const problems: ConfigProblem[] = []
  const preamble: HaproxyLine[] = []
  const sections: OpenSection[] = []
  const env = new ChangingEnvironment(around)
  const branches = new Branches(release, env.get)
  const unset = new Map<string, Unread>()
  let setsLate = false
  let othersSeen = false
  /** The section that HAProxy is in: one in a branch not taken is none. */
  let read: string | undefined
  const raws = splitLines(text)
  for (const [index, raw] of raws.entries()) {
    const all: Environment = (name) => (name.startsWith('.') ? pseudo(name, file, index + 1, read) : env.get(name))
    const written = readLine(raw, file, index + 1, all, problems)
    const line = branches.now === 'yes' ? written : { ...written, active: branches.now }
    const word = line.words[0]?.text
    const current = sections.at(-1)
    if (line.active === undefined) noteUnset(line, unset)
    if (word?.startsWith('.')) branches.directive(line)
    if (word !== undefined && (sectionKinds.has(word) || looksLikeSection(line, current, raws[index + 1]))) {
      if (!sectionKinds.has(word) && line.active === undefined) problems.push(unknownSection(word, line))
      sections.push({ kind: word, header: line, lines: [] })
      if (line.active === undefined) read = word
      othersSeen ||= word !== 'global'
      continue
    }
    if (current === undefined) {
      preamble.push(line)
      if (word !== undefined && !word.startsWith('.') && line.active === undefined)
        problems.push(outsideSection(word, line))
      continue
    }
    current.lines.push(line)
    if (read !== 'global' || line.active !== undefined || word === undefined || !/^(?:pre|un|re)?setenv$/.test(word))
      continue
    env.apply(line)
    setsLate ||= othersSeen
  }
  branches.end()
  const noFinalNewline = !text.endsWith('\n')
  const document: HaproxyDocument = {
    file,
    ...(noFinalNewline && { noFinalNewline }),
    preamble,
    sections: sections.map(close),
  }
  const parsed: HaproxyParsed = {
    document,
    problems: [...problems, ...branches.problems, ...textProblems(text, document)],
    unread: [...unset.values(), ...branches.unread],
    env: env.get,
  }
  return { parsed, setsLate }
}

/** What HAProxy answers for `${.FILE}`, `${.LINE}` and `${.SECTION}`. */
function pseudo(name: string, file: string, line: number, section: string | undefined): string | undefined {
  if (name === '.FILE') return file
  if (name === '.LINE') return String(line)
  return name === '.SECTION' ? (section ?? '') : undefined
}

function noteUnset(line: HaproxyLine, unset: Map<string, Unread>): void {
  for (const { unresolved, span } of line.words) {
    for (const name of unresolved ?? []) {
      if (!unset.has(name)) unset.set(name, { what: 'variable', name, why: 'it is not set here', span })
    }
  }
}

function splitLines(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function readLine(raw: string, file: string, line: number, env: Environment, problems: ConfigProblem[]): HaproxyLine {
  const ended = raw.indexOf('\r')
  const content = withoutMark(ended < 0 ? raw : raw.slice(0, ended), line)
  if (line === 1) problems.push(...markProblem(raw, file, 'HAProxy'))
  const { words, comment, problems: found } = splitWords(content, file, line, env)
  problems.push(...found)
  const indent = /^[ \t]*/.exec(content)?.[0] ?? ''
  const span = { file, line, column: 1, endLine: line, endColumn: content.length + 1 }
  return { words: expandAddresses(words, env), comment, indent, span, raw }
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

function unknownSection(name: string, line: HaproxyLine): ConfigProblem {
  return {
    code: 'unknown-section',
    message: `"${name}" is a section that mqtt-proxy does not know; its lines are kept and not checked`,
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
