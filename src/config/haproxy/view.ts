import type { Sourced, Written } from '../sourced.js'
import type { Span } from '../span.js'
import { type BindView, readBind } from './bind.js'
import type { HaproxyDocument, HaproxyLine, HaproxySection } from './document.js'
import { parseDuration } from './duration.js'
import { type Keyword, readKeywords, serverArity } from './keywords.js'
import { readServer, type ServerView } from './server.js'

export type { BindView } from './bind.js'

export type { SentHeader } from './send-proxy.js'
export type { ServerView } from './server.js'

/** What one or more haproxy.cfg files mean together, in the order in which HAProxy reads them. */
export interface HaproxyView {
  readonly dialect: 'haproxy'
  readonly documents: readonly HaproxyDocument[]
  readonly global: GlobalView
  readonly defaults: readonly DefaultsView[]
  readonly proxies: readonly ProxyView[]
  /** Sections that are no proxies (`peers`, `resolvers`, `userlist`, unknown ones). */
  readonly others: readonly HaproxySection[]
  /** Names of proxies in branches that could not be decided: they may be there or not. */
  readonly undecided: ReadonlySet<string>
}

/** What all `global` sections say together. */
interface GlobalView {
  readonly sections: readonly HaproxySection[]
  /** Every line of every `global` section. */
  readonly lines: readonly HaproxyLine[]
  readonly crtBase: Written<string> | undefined
  readonly caBase: Written<string> | undefined
  readonly pp2NeverSendLocal: Span | undefined
  readonly sslLoadExtraDelExt: Span | undefined
  readonly hardStopAfter: Written<number> | undefined
  readonly logs: readonly Span[]
}

/** A `defaults` section with what it inherits. */
interface DefaultsView {
  readonly section: HaproxySection
  readonly name: string | undefined
  /** This section's lines after those of the one it is `from`, oldest first. */
  readonly lines: readonly HaproxyLine[]
}

/** A `frontend`, `backend` or `listen` with its defaults resolved. */
export interface ProxyView {
  readonly kind: 'frontend' | 'backend' | 'listen'
  readonly name: string
  readonly file: string
  readonly section: HaproxySection
  /** The `defaults` it takes its values from. */
  readonly defaults: DefaultsView | undefined
  /** A condition we could not decide, or defaults we did not find: absences prove nothing here. */
  readonly conditional: boolean
  readonly mode: Sourced<string>
  /** Milliseconds by name (`client`, `server`, `connect`, `tunnel`, ...); those that are not numbers are left out. */
  readonly timeouts: ReadonlyMap<string, Written<number>>
  /** `option NAME ARGS` in effect, by name. */
  readonly options: ReadonlyMap<string, Written<readonly string[]>>
  readonly logs: readonly HaproxyLine[]
  readonly binds: readonly BindView[]
  readonly defaultBackend: Written<string> | undefined
  /** `use_backend NAME [if ...]`; a name with `%[` is computed at run time. */
  readonly useBackends: readonly Written<string>[]
  readonly useServers: readonly HaproxyLine[]
  readonly tcpRequests: readonly HaproxyLine[]
  readonly tcpChecks: readonly HaproxyLine[]
  readonly acls: readonly HaproxyLine[]
  readonly servers: readonly ServerView[]
  readonly uniqueIdFormat: Span | undefined
  readonly disabled: boolean
  /** Its own lines that count, conditions followed. */
  readonly lines: readonly HaproxyLine[]
  /** Inherited lines, then its own. */
  readonly effective: readonly HaproxyLine[]
}

const oldTimeouts: Readonly<Record<string, string>> = {
  clitimeout: 'client',
  contimeout: 'connect',
  srvtimeout: 'server',
}

/** A section with the lines that HAProxy reads into it. */
interface ReadSection {
  readonly section: HaproxySection
  readonly lines: HaproxyLine[]
  /** Some of its lines follow a condition that could not be decided. */
  partly: boolean
}

/** Reads the meaning out of documents; `defaults` of an earlier file hold for the proxies of a later one. */
export function viewHaproxy(documents: readonly HaproxyDocument[]): HaproxyView {
  const defaults: (DefaultsView & { readonly partly: boolean })[] = []
  const proxies: ProxyView[] = []
  const others: HaproxySection[] = []
  const globals: HaproxySection[] = []
  const globalLines: HaproxyLine[] = []
  for (const { section, lines, partly } of documents.flatMap(readSections)) {
    if (section.kind === 'global') {
      globals.push(section)
      globalLines.push(...lines)
    } else if (section.kind === 'defaults') {
      const parent = section.from === undefined ? undefined : defaults.find((one) => one.name === section.from)
      const all = [...(parent?.lines ?? []), ...lines]
      const unsure = partly || dependsOnVariables(all) || (parent?.partly ?? false)
      defaults.push({ section, name: section.name, lines: all, partly: unsure })
    } else if (isProxyKind(section.kind)) {
      const named = section.from === undefined ? defaults.at(-1) : defaults.find((one) => one.name === section.from)
      const lost = section.from !== undefined && named === undefined
      const conditional = lost || partly || named?.partly === true || dependsOnVariables(lines)
      proxies.push(proxyOf(section, section.kind, lines, named, conditional, section.header.span.file))
    } else others.push(section)
  }
  const global = globalOf(globals, globalLines)
  return { dialect: 'haproxy', documents, global, defaults, proxies, others, undecided: undecidedOf(documents) }
}

/**
 * Follows the lines as HAProxy does: a section in a branch that is not taken is none, and what is below its branch
 * belongs to the section before it.
 */
function readSections(document: HaproxyDocument): readonly ReadSection[] {
  const read: ReadSection[] = []
  for (const section of document.sections) {
    const { active } = section.header
    if (active === undefined) read.push({ section, lines: [], partly: false })
    const current = read.at(-1)
    if (current === undefined) continue
    if (active === 'maybe') current.partly = true
    for (const line of section.lines) {
      if (line.words.length === 0 || line.words[0]?.text.startsWith('.') || line.active === 'no') continue
      if (line.active === 'maybe') current.partly = true
      else if (active !== 'maybe') current.lines.push(line)
    }
  }
  return read
}

function undecidedOf(documents: readonly HaproxyDocument[]): ReadonlySet<string> {
  const sections = documents.flatMap((one) => one.sections).filter((one) => one.header.active === 'maybe')
  return new Set(sections.flatMap((one) => (isProxyKind(one.kind) && one.name !== undefined ? [one.name] : [])))
}

/** A setting with a variable that is not set here: what it says is not known. Addresses are judged on their own. */
function dependsOnVariables(lines: readonly HaproxyLine[]): boolean {
  return lines.some(
    ({ words }) =>
      words.some((one) => one.unresolved !== undefined) &&
      !/^(?:bind|server|server-template|log|acl)$/.test(words[0]?.text ?? ''),
  )
}

function isProxyKind(kind: string): kind is ProxyView['kind'] {
  return kind === 'frontend' || kind === 'backend' || kind === 'listen'
}

function globalOf(sections: readonly HaproxySection[], lines: readonly HaproxyLine[]): GlobalView {
  const find = (name: string) => lines.findLast((one) => one.words[0]?.text === name)
  const stop = argument(find('hard-stop-after'))
  const stopMs = stop === undefined ? undefined : parseDuration(stop.value)
  return {
    sections,
    lines,
    crtBase: argument(find('crt-base')),
    caBase: argument(find('ca-base')),
    pp2NeverSendLocal: find('pp2-never-send-local')?.span,
    sslLoadExtraDelExt: find('ssl-load-extra-del-ext')?.span,
    hardStopAfter: stop === undefined || stopMs === undefined ? undefined : { value: stopMs, span: stop.span },
    logs: lines.filter((one) => one.words[0]?.text === 'log').map((one) => one.span),
  }
}

function proxyOf(
  section: HaproxySection,
  kind: ProxyView['kind'],
  lines: readonly HaproxyLine[],
  defaults: DefaultsView | undefined,
  conditional: boolean,
  file: string,
): ProxyView {
  const inherited = defaults?.lines ?? []
  const effective = [...inherited, ...lines]
  const own = byKeyword(lines)
  const named = (name: string) => own.get(name) ?? []
  const all = byKeyword(effective)
  const last = (name: string) => all.get(name)?.at(-1)
  const checks = named('tcp-check')
  return {
    kind,
    name: section.name ?? '',
    file,
    section,
    defaults,
    conditional,
    mode: argument(last('mode')) ?? { value: 'tcp', span: undefined },
    timeouts: timeoutsOf(effective),
    options: optionsOf(effective),
    logs: logsOf(inherited, lines),
    binds: kind === 'backend' ? [] : named('bind').flatMap((one) => readBind(one) ?? []),
    defaultBackend: kind === 'backend' ? undefined : argument(last('default_backend')),
    useBackends: named('use_backend').flatMap((one) => argument(one) ?? []),
    useServers: named('use-server'),
    tcpRequests: named('tcp-request'),
    tcpChecks: checks.length > 0 ? checks : inherited.filter((one) => one.words[0]?.text === 'tcp-check'),
    acls: named('acl'),
    servers: kind === 'frontend' ? [] : serversOf(inherited, lines),
    uniqueIdFormat: last('unique-id-format')?.span,
    disabled:
      lines.findLast((one) => /^(?:dis|en)abled$/.test(one.words[0]?.text ?? ''))?.words[0]?.text === 'disabled',
    lines,
    effective,
  }
}

function byKeyword(lines: readonly HaproxyLine[]): ReadonlyMap<string, readonly HaproxyLine[]> {
  const found = new Map<string, HaproxyLine[]>()
  for (const line of lines) {
    const keyword = line.words[0]?.text
    if (keyword === undefined) continue
    const known = found.get(keyword)
    if (known === undefined) found.set(keyword, [line])
    else known.push(line)
  }
  return found
}

/** The first argument of a line. */
function argument(line: HaproxyLine | undefined): Written<string> | undefined {
  const word = line?.words[1]
  return line === undefined || word === undefined ? undefined : { value: word.text, span: word.span }
}

function timeoutsOf(lines: readonly HaproxyLine[]): ReadonlyMap<string, Written<number>> {
  const timeouts = new Map<string, Written<number>>()
  for (const line of lines) {
    const [first, second, third] = line.words
    const old = first === undefined ? undefined : oldTimeouts[first.text]
    const name = first?.text === 'timeout' ? second?.text : old
    const value = first?.text === 'timeout' ? third : second
    if (name === undefined || value === undefined || (first?.text !== 'timeout' && old === undefined)) continue
    const ms = parseDuration(value.text)
    if (ms === undefined) timeouts.delete(name)
    else timeouts.set(name, { value: ms, span: value.span })
  }
  return timeouts
}

function optionsOf(lines: readonly HaproxyLine[]): ReadonlyMap<string, Written<readonly string[]>> {
  const options = new Map<string, Written<readonly string[]>>()
  for (const line of lines) {
    const first = line.words[0]?.text
    const prefixed = first === 'no' || first === 'default'
    if (!prefixed && first !== 'option') continue
    const words = line.words.map((one) => one.text)
    const [keyword, name, ...args] = prefixed ? words.slice(1) : words
    if (keyword !== 'option' || name === undefined) continue
    if (prefixed) options.delete(name)
    else options.set(name, { value: args, span: line.span })
  }
  return options
}

function logsOf(inherited: readonly HaproxyLine[], own: readonly HaproxyLine[]): readonly HaproxyLine[] {
  let logs: HaproxyLine[] = []
  for (const line of [...inherited, ...own]) {
    const first = line.words[0]?.text
    if (first === 'log') logs.push(line)
    if (first === 'no' && line.words[1]?.text === 'log') logs = []
  }
  return logs
}

/** `default-server` holds for the servers below it, and adds up. */
function serversOf(inherited: readonly HaproxyLine[], own: readonly HaproxyLine[]): readonly ServerView[] {
  const keywords: Keyword[] = []
  const servers: ServerView[] = []
  const used = new Set(
    own.flatMap(({ words: [first, name] }) => (first?.text === 'use-server' && name ? [name.text] : [])),
  )
  for (const line of [...inherited, ...own]) {
    const first = line.words[0]?.text
    if (first === 'default-server') keywords.push(...readKeywords(line.words.slice(1), serverArity))
    else if (first === 'server' || first === 'server-template')
      servers.push(...listed(readServer(line, [...keywords], used)))
  }
  return servers
}

function listed(server: ServerView | undefined): readonly ServerView[] {
  return server === undefined ? [] : [server]
}
