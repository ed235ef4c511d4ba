import type { BrokerFile } from '../../src/brokers/broker.js'
import { readBroker } from '../../src/brokers/index.js'
import { recognise } from '../../src/brokers/recognise.js'
import { parseHaproxy } from '../../src/config/haproxy/parse.js'
import { newestRelease } from '../../src/config/haproxy/release.js'
import { type HaproxyView, viewHaproxy } from '../../src/config/haproxy/view.js'
import type { Span } from '../../src/config/span.js'
import { formatEndpoint } from '../../src/kernel/address.js'
import type { TextEdit } from '../../src/kernel/result.js'
import { type PathModel, readPaths } from '../../src/path/index.js'
import type { Mismatch } from '../../src/path/mismatch.js'
import type { BindAt, ConnectionPath, Hop, HopTarget, Layer, Leg } from '../../src/path/model.js'

const read = new Map<string, HaproxyView | BrokerFile>()

/** A file as it is read, once for all tests. */
function readOnce(path: string, text: string): HaproxyView | BrokerFile | undefined {
  const dialect = /\.(cfg|conf|config)$/.test(path) ? recognise(text, path) : undefined
  if (dialect === undefined) return undefined
  const key = `${path}\n${text}`
  const known = read.get(key)
  if (known !== undefined) return known
  const file =
    dialect === 'haproxy'
      ? viewHaproxy([parseHaproxy(text, path, { release: newestRelease }).document])
      : readBroker(dialect, text, path, { readInclude: () => undefined })
  read.set(key, file)
  return file
}

/** The paths through the files of one pair, each HAProxy file a process of its own. */
export function modelOfFiles(files: ReadonlyMap<string, string>): PathModel {
  const all = [...files].flatMap(([path, text]) => readOnce(path, text) ?? [])
  return readPaths({
    haproxies: all.filter((one): one is HaproxyView => 'proxies' in one),
    brokers: all.filter((one): one is BrokerFile => 'listeners' in one),
  })
}

function at({ file, line, column, endLine, endColumn }: Span): string {
  const end = endLine === line ? endColumn : `${endLine}:${endColumn}`
  return `${file}:${line}:${column}-${end}`
}

export function editText({ file, line, column, endLine, endColumn, newText }: TextEdit): string {
  return `edit ${at({ file, line, column, endLine, endColumn })} ${JSON.stringify(newText)}`
}

/** Entries, server lines and every way, hop by hop. */
export function describeWays(model: PathModel): string {
  const { topology, paths, mqtt, carriers, unread, ways } = model
  const names = (all: Iterable<{ readonly name: string }>) => [...all].map((one) => one.name).join(' ')
  return [
    ...topology.entries.map((one) => `entry ${bindText(one)} header ${one.wantsHeader}`),
    ...topology.inner.map((one) => `inner ${bindText(one)}`),
    ...topology.hops.map(hopText),
    ...paths.map(pathText),
    `mqtt ${names(mqtt)}; carriers ${names(carriers)}; ways ${ways.map((one) => one.length).join(' ')}`,
    ...unread.map((one) => `unread ${one.what} ${one.name}: ${one.why}, ${at(one.span)}`),
  ].join('\n')
}

export function describeMismatches({ mismatches, paths }: PathModel): string {
  return mismatches.map((one) => mismatchText(one, paths)).join('\n')
}

function bindText({ proxy, bind }: BindAt): string {
  return `${proxy.name} ${bind.address.text} (${bind.span.file}:${bind.span.line})`
}

function hopText({ backend, server, from, frontends, targets }: Hop): string {
  const sources = from.map(({ at: { proxy, bind }, rule }) =>
    [proxy.name, bind.address.text, rule.kind, ...(rule.condition === undefined ? [] : [rule.condition])].join(' '),
  )
  return `server ${backend.name}/${server.name} of ${frontends.map((one) => one.name).join(' ')}; from ${sources.join(', ')}; to ${targets.map(targetText).join(', ')}`
}

function targetText(one: HopTarget): string {
  switch (one.kind) {
    case 'listener':
      return `listener ${formatEndpoint(one.listener.endpoint)}${one.certain ? '' : '?'}`
    case 'bind':
      return `bind ${bindText(one.at)}${one.certain ? '' : '?'}`
    default:
      return `${one.kind} ${formatEndpoint(one.endpoint)}`
  }
}

function pathText({ entry, legs, end, certain, client }: ConnectionPath): string {
  const who =
    client === undefined
      ? 'unknown client'
      : `client header ${client.header}, tls ${client.tls}, certificate ${client.certificate}, ${client.protocol}`
  return [
    `way ${entry === undefined ? '' : `${bindText(entry)} `}${certain ? '' : '(uncertain) '}by ${who}`,
    ...legs.map((one) => `  ${legText(one)}`),
    `  end ${endText(end)}`,
  ].join('\n')
}

function endText(end: ConnectionPath['end']): string {
  switch (end.kind) {
    case 'listener':
      return `listener ${formatEndpoint(end.listener.endpoint)}`
    case 'no route':
      return `no route in ${end.proxy.name}`
    case 'loop':
      return `loop at ${bindText(end.at)}`
    case 'unread':
      return `unread: ${end.why}${end.backend === undefined ? '' : ` (${end.backend})`}`
    default:
      return `${end.kind} ${formatEndpoint(end.endpoint)}`
  }
}

function legText({ hop, facts, carried, trouble }: Leg): string {
  const { layers, unreadHeaders, tlsEnded, protocol, idleMs } = carried
  return [
    `${hop.backend.name}/${hop.server.name} knows tls ${facts.tls}, certificate ${facts.certificate}, address ${facts.address}`,
    `carries ${layers.map(layerText).join(' + ') || 'nothing more'}`,
    ...(unreadHeaders > 0 ? [`${unreadHeaders} unread`] : []),
    ...(tlsEnded ? ['TLS ended'] : []),
    `${protocol}, idle ${idleMs}`,
    ...(trouble === undefined ? [] : [`trouble: ${trouble.kind} ${at(trouble.at)}`]),
  ].join('; ')
}

function layerText(one: Layer): string {
  if (one.kind === 'tls') return `TLS of ${one.from?.server.name}`
  const { version, addressless, ssl, certificate, cn, address, size, from } = one
  return `v${version} of ${from?.server.name} (ssl ${ssl}, certificate ${certificate}, cn ${cn}, address ${addressless ? 'none' : address}, ${size.least}-${size.most} bytes)`
}

function mismatchText(one: Mismatch, paths: readonly ConnectionPath[]): string {
  const { kind, suffers, message, severity, related = [], remedy, path, paths: several, listener, unusable } = one
  const index = (way: ConnectionPath) => paths.indexOf(way) + 1
  const where = [
    ...(path === undefined ? [] : [`way ${index(path)}`]),
    ...(several === undefined ? [] : [`ways ${several.map(index).join(' ')}`]),
    ...(listener === undefined ? [] : [`listener ${formatEndpoint(listener.endpoint)}`]),
  ]
  return [
    `${kind}${severity === undefined ? '' : ` ${severity}`}${unusable ? ' unusable' : ''} ${at(one.at)} ${suffers}; ${where.join(', ')}`,
    `  ${message}`,
    ...related.map(({ span, message: said }) => `  see ${at(span)} ${said}`),
    ...(remedy === undefined ? [] : [`  remedy${remedy.opensAccess ? ' (opens access)' : ''}: ${remedy.text}`]),
    ...(remedy?.edits ?? []).map((edit) => `  ${editText(edit)}`),
  ].join('\n')
}
