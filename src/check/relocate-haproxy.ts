import { parseAddress } from '../config/haproxy/address.js'
import {
  type HaproxyDocument,
  type HaproxyLine,
  type HaproxySection,
  type HaproxyWord,
  line,
  section,
  word,
} from '../config/haproxy/document.js'
import { bindArity, readKeywords, serverArity } from '../config/haproxy/keywords.js'
import type { HaproxyView } from '../config/haproxy/view.js'
import { certificateFiles } from '../scenarios/certificates.js'
import { formatPlace, type Relocation } from './relocation.js'

/** Test certificates of the same roles, below the sandbox folder. */
export const sandboxCertificates = 'certs'
const certificate = (path: string) => `${sandboxCertificates}/${path}`
export const haproxyClientFile = 'haproxy-client/client.pem'

/** Lines of `global` that need root, other folders, other machines or more files than a test may have. */
const droppedGlobal = new Set([
  ...['user', 'group', 'uid', 'gid', 'daemon', 'chroot', 'pidfile', 'stats', 'ca-base', 'crt-base', 'log', 'log-tag'],
  ...['log-send-hostname', 'maxconn', 'ulimit-n', 'setcap', 'localpeer', 'nbproc', 'master-worker', 'unix-bind'],
  ...[
    'server-state-base',
    'server-state-file',
    'ssl-dh-param-file',
    'issuers-chain-path',
    'node',
    'mworker-max-reloads',
  ],
  ...['ssl-engine', 'ssl-provider', 'ssl-provider-path', 'wurfl-data-file', 'cpu-map', 'limited-quic', 'presolve'],
])
/** Lines of proxies that only log elsewhere, report elsewhere, or read files of the original machine. */
const droppedProxy = new Set([
  ...['log', 'log-format', 'log-format-sd', 'error-log-format', 'log-tag', 'log-steps', 'source', 'email-alert'],
  ...['load-server-state-from-file', 'server-state-file-name', 'errorfile', 'errorfiles', 'capture'],
])
const droppedOptions = new Set(['dontlognull', 'dontlog-normal', 'logasap', 'log-separate-errors', 'log-health-checks'])
/** Sections that reach other machines. */
const droppedSections = new Set(['peers', 'mailers', 'log-forward', 'ring', 'program', 'traces', 'acme'])
const droppedBind = new Set([
  ...[
    'interface',
    'user',
    'group',
    'uid',
    'gid',
    'mode',
    'namespace',
    'crl-file',
    'process',
    'thread',
    'tls-ticket-keys',
  ],
])
const droppedServer = new Set([
  ...['source', 'usesrc', 'interface', 'resolvers', 'resolve-prefer', 'resolve-opts', 'resolve-net', 'init-addr'],
  ...['crl-file', 'agent-check', 'agent-addr', 'agent-port', 'agent-inter', 'agent-send', 'namespace', 'socks4'],
])

/** One file of HAProxy for the sandbox; every line keeps the span of the user's line it comes from. */
export function relocateHaproxy(document: HaproxyDocument, view: HaproxyView, to: Relocation): HaproxyDocument {
  const sections = document.sections
    .filter((one) => !droppedSections.has(one.kind))
    .map((one) => ({ ...one, lines: linesOf(one, view, to) }))
  return { ...document, sections }
}

/** What the traffic log needs when no file has a `global` section: one of our own. */
export function withLogging(document: HaproxyDocument, view: HaproxyView): HaproxyDocument {
  if (view.global.sections.length > 0) return document
  return { ...document, sections: [section('global', undefined, [logLine()]), ...document.sections] }
}

function logLine(): HaproxyLine {
  return line('log', 'stdout', 'format', 'raw', 'local0')
}

function linesOf(one: HaproxySection, view: HaproxyView, to: Relocation): readonly HaproxyLine[] {
  if (one.kind === 'global') {
    const kept = one.lines.filter((each) => !droppedGlobal.has(each.words[0]?.text ?? ''))
    return one === view.global.sections[0] ? beforeBlanks(kept, logLine()) : kept
  }
  if (!['defaults', 'frontend', 'backend', 'listen'].includes(one.kind)) return one.lines
  const lines = one.lines.flatMap((each) => proxyLine(each, to))
  const proxy = view.proxies.find((each) => each.section === one)
  if (proxy === undefined || proxy.kind === 'backend') return lines
  const format = proxy.mode.value === 'http' ? 'httplog' : 'tcplog'
  return beforeBlanks(lines, line('log', 'global'), line('option', format))
}

/** Above the blank lines that end a section. */
function beforeBlanks(lines: readonly HaproxyLine[], ...more: readonly HaproxyLine[]): HaproxyLine[] {
  const end = lines.findLastIndex((one) => one.words.length > 0) + 1
  return [...lines.slice(0, end), ...more, ...lines.slice(end)]
}

function proxyLine(one: HaproxyLine, to: Relocation): readonly HaproxyLine[] {
  const [first, second] = one.words.map((each) => each.text)
  if (first === undefined) return [one]
  if (droppedProxy.has(first) || (first === 'no' && second === 'log')) return []
  if (first === 'option' && second !== undefined && droppedOptions.has(second)) return []
  if (first === 'bind') return bindLine(one, to)
  if (first === 'server' || first === 'server-template') return [serverLine(one, first === 'server' ? 2 : 3, to)]
  if (first === 'default-server')
    return [remade(one, [...one.words.slice(0, 1), ...serverWords(one.words.slice(1), to)])]
  if (first === 'stick-table') return [withoutWord(one, 'peers')]
  if (first === 'acl' && /^src(?:_ip)?$/.test(one.words[2]?.text ?? '') && to.options.denied !== undefined) {
    return [remade(one, [...one.words, word(to.options.denied)])]
  }
  return [one]
}

function bindLine(one: HaproxyLine, to: Relocation): readonly HaproxyLine[] {
  const address = one.words[1]
  if (address === undefined) return [one]
  const moved = address.text.split(',').flatMap((part) => {
    const endpoint = parseAddress(part)
    if (endpoint.kind === 'other') return []
    const place = to.place(endpoint, 'haproxy')
    return place === undefined ? [part] : ['path' in place ? `unix@${place.path}` : formatPlace(place)]
  })
  if (moved.length === 0) return []
  const keywords = readKeywords(one.words.slice(2), bindArity)
  const words = keywords.flatMap((keyword) => {
    if (droppedBind.has(keyword.name)) return []
    switch (keyword.name) {
      case 'crt':
      case 'default-crt':
      case 'crt-list':
        return [word('crt'), word(certificate('haproxy/'))]
      case 'ca-file':
      case 'ca-verify-file':
        return [keyword.word, word(certificate(certificateFiles.clientCa))]
      default:
        return [keyword.word, ...keyword.args]
    }
  })
  return [remade(one, [...one.words.slice(0, 1), word(moved.join(',')), ...words])]
}

function serverLine(one: HaproxyLine, at: number, to: Relocation): HaproxyLine {
  const address = one.words[at]
  if (address === undefined) return one
  const place = to.place(parseAddress(address.text), 'server')
  const moved = place === undefined ? address : word('path' in place ? `unix@${place.path}` : formatPlace(place))
  return remade(one, [...one.words.slice(0, at), moved, ...serverWords(one.words.slice(at + 1), to)])
}

function serverWords(words: readonly HaproxyWord[], to: Relocation): HaproxyWord[] {
  return readKeywords(words, serverArity).flatMap((keyword) => {
    if (droppedServer.has(keyword.name)) return []
    const value = keyword.args[0]?.text ?? ''
    switch (keyword.name) {
      case 'ca-file':
        return [keyword.word, word(certificate(certificateFiles.serverCa))]
      case 'crt':
        return [keyword.word, word(certificate(haproxyClientFile))]
      case 'port': {
        const place = to.place({ kind: 'tcp', host: undefined, port: Number(value) }, 'server')
        return [keyword.word, word(place !== undefined && 'port' in place ? String(place.port) : value)]
      }
      case 'addr':
        return [keyword.word, word(to.host(value))]
      default:
        return [keyword.word, ...keyword.args]
    }
  })
}

function withoutWord(one: HaproxyLine, name: string): HaproxyLine {
  const at = one.words.findIndex((each) => each.text === name)
  return at < 0
    ? one
    : remade(
        one,
        one.words.filter((_, index) => index !== at && index !== at + 1),
      )
}

/** The same line of the user's file with other words. */
function remade(one: HaproxyLine, words: readonly HaproxyWord[]): HaproxyLine {
  const { raw: _, ...rest } = one
  return { ...rest, words }
}
