import {
  type HaproxyDocument,
  type HaproxyLine,
  type HaproxySection,
  line,
  section,
} from '../../config/haproxy/document.js'
import type { HaproxyView } from '../../config/haproxy/view.js'
import { executing } from '../../config/left-out.js'
import { globalReach, isKeptTune, judgedGlobal, keptGlobal, keptSections, sectionReach, tuneReach } from './allowed.js'
import { withOwnPorts } from './own-ports.js'
import { proxyLine } from './proxy-line.js'
import type { Relocation } from './relocation.js'
import { settled } from './settled.js'
import { judgedLog, leave, plain, textOf } from './words.js'

/**
 * One file of HAProxy for the sandbox: what is on the allow list, with addresses and files of the sandbox; every line
 * keeps the span of the user's line it comes from.
 */
export function relocateHaproxy(
  document: HaproxyDocument,
  view: HaproxyView,
  to: Relocation,
  stats: string | undefined,
): HaproxyDocument {
  const { preamble, sections } = settled(document)
  const { noFinalNewline, ...rest } = document
  return {
    ...rest,
    // `haproxy -c` is to refuse what HAProxy refuses of the user's file.
    ...(noFinalNewline && to.options.purpose === 'judge' && { noFinalNewline }),
    preamble: preamble.map(plain),
    sections: sections.flatMap((one) => sectionOf(one, view, to, stats)),
  }
}

/** What the traffic log needs when no file has a `global` section: one of our own. */
export function withLogging(document: HaproxyDocument, view: HaproxyView, stats: string | undefined): HaproxyDocument {
  if (view.global.sections.length > 0) return document
  // Not after a condition before the first section.
  const at = document.preamble.findIndex(({ words }) => words.length > 0)
  const end = at < 0 ? document.preamble.length : at
  const own = section('global', undefined, [...ownLines(stats), ...document.preamble.slice(end)])
  return { ...document, preamble: document.preamble.slice(0, end), sections: [own, ...document.sections] }
}

/** What each of our `global` sections has: the log, and where the user's own files are run the stats socket. */
function ownLines(stats: string | undefined): readonly HaproxyLine[] {
  return [
    logLine(),
    ...(stats === undefined ? [] : [line('stats', 'socket', stats, 'mode', '600', 'level', 'operator')]),
  ]
}

function logLine(): HaproxyLine {
  return line('log', 'stdout', 'format', 'raw', 'local0')
}

function sectionOf(
  one: HaproxySection,
  view: HaproxyView,
  to: Relocation,
  stats: string | undefined,
): readonly HaproxySection[] {
  if (keptSections.has(one.kind)) return [{ ...one, header: plain(one.header), lines: linesOf(one, view, to, stats) }]
  const reach = sectionReach.get(one.kind)
  if (reach !== undefined && executing.has(reach) && to.options.allowExec) return [one]
  to.leaveOut({
    span: one.header.span,
    what: `section ${textOf(one.header)}`,
    reach: reach ?? 'is not known to mqtt-proxy',
  })
  // HAProxy itself says whether there is such a section; what it holds is nobody's business.
  return reach === undefined && to.options.purpose === 'judge' ? [{ ...one, lines: [] }] : []
}

function linesOf(
  one: HaproxySection,
  view: HaproxyView,
  to: Relocation,
  stats: string | undefined,
): readonly HaproxyLine[] {
  if (one.kind === 'global') {
    const kept = one.lines.flatMap((each) => globalLine(each, to))
    const own = one.header === view.global.sections[0]?.header && to.options.purpose === 'run'
    return own ? beforeBlanks(kept, ...ownLines(stats)) : kept
  }
  if (one.kind === 'userlist' || one.kind === 'cache') return one.lines.map(plain)
  const lines = one.lines.flatMap((each) => proxyLine(withOwnPorts(each, view, to), to))
  const proxy = view.proxies.find((each) => each.section.header === one.header)
  if (proxy === undefined || proxy.kind === 'backend' || to.options.purpose === 'judge') return lines
  const format = trafficFormats[proxy.mode.value === 'http' ? 'http' : 'tcp']
  return beforeBlanks(lines, line('log', 'global'), line('log-format', format))
}

/**
 * What `option tcplog` and `option httplog` write (configuration.txt 8.2), and HAProxy's own end of the connection to the
 * server: by it a broker that is told nothing of the client knows the connection.
 */
const trafficFormats = {
  tcp: '%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq out=%bi:%bp',
  http: '%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r out=%bi:%bp',
} as const

/** Above the blank lines that end a section, and in none of its branches: which are taken is not known. */
function beforeBlanks(lines: readonly HaproxyLine[], ...more: readonly HaproxyLine[]): HaproxyLine[] {
  let end = 0
  let depth = 0
  for (const [index, { words }] of lines.entries()) {
    const word = words[0]?.text
    if (depth === 0 && word !== undefined && /^\.(elif|else|endif)$/.test(word)) break
    if (word === '.if') depth++
    if (word === '.endif') depth--
    if (depth === 0 && word !== undefined) end = index + 1
  }
  return [...lines.slice(0, end), ...more, ...lines.slice(end)]
}

/** More descriptors than a test may have; a smaller limit is what the files are about. */
const mostConnections = 4000

function globalLine(one: HaproxyLine, to: Relocation): readonly HaproxyLine[] {
  const words = one.words.map((each) => each.text)
  const name = (words[0] === 'no' || words[0] === 'default' ? words[1] : words[0]) ?? ''
  if (name === '' || name.startsWith('.')) return [plain(one)]
  if (name === 'maxconn' && Number(words[1]) > mostConnections) return leave(one, 'belongs to its machine', to)
  if (name === 'log' && to.options.purpose === 'judge') return [judgedLog(one)]
  if (keptGlobal.has(name) || isKeptTune(name)) return [plain(one)]
  if (judgedGlobal.has(name) && to.options.purpose === 'judge') return [plain(one)]
  return leave(one, globalReach.get(name) ?? tuneReach(name), to)
}
