import { printable } from '../kernel/printable.js'
import type { WhoRow } from '../live/who/join.js'
import type { Style } from './style.js'

const heads = ['client', 'from', 'tls', 'entry', 'server', 'the broker knows', 'since'] as const

/** One line a session, as a table; then what could not be joined, each with its reason. */
export function whoLines(rows: readonly WhoRow[], style: Style): readonly string[] {
  if (rows.length === 0) return []
  const cells = rows.map(cellsOf)
  const widths = heads.map((head, at) => Math.max(head.length, ...cells.map((row) => (row[at] ?? '').length)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd()
  const missing = rows.flatMap((row) => row.missing.map((why) => `${nameOf(row)}: ${printable(why)}`))
  return [
    style.dim(line(heads.map((head) => head.toUpperCase()))),
    ...cells.map((row, at) => (rows[at]?.missing.length === 0 ? line(row) : style.warn(line(row)))),
    ...(missing.length > 0 ? ['', ...missing.map((text) => style.warn(`not joined: ${text}`))] : []),
  ]
}

function cellsOf(row: WhoRow): readonly string[] {
  const { hops, broker } = row
  const [first] = hops
  const last = hops[hops.length - 1]
  return [
    broker === undefined ? '?' : printable(broker.clientId === '' ? '(no id)' : broker.clientId),
    first?.client ?? broker?.address ?? '?',
    tlsOf(row),
    hops.length === 0
      ? '?'
      : hops.map((hop) => printable([hop.frontend, hop.entry].filter(Boolean).join(' '))).join(' > '),
    last === undefined ? '?' : serverOf(last),
    brokerOf(row),
    sinceOf(row),
  ]
}

function nameOf({ hops, broker }: WhoRow): string {
  return printable(broker?.clientId || hops[0]?.client || broker?.address || '?')
}

function tlsOf({ hops, broker, logged }: WhoRow): string {
  const ended = hops.some((hop) => hop.tls)
  const version = logged?.tls ?? broker?.tls?.version
  const cn = broker?.tls?.cn ?? logged?.cn
  if (!ended && version === undefined) return hops.length === 0 ? '?' : 'no'
  return printable([version ?? 'yes', ...(cn === undefined ? [] : [`CN=${cn}`])].join(' '))
}

function serverOf({ backend, server, serverAddress, own }: WhoRow['hops'][number]): string {
  if (server === undefined) return backend === undefined ? 'none yet' : printable(`${backend}/?`)
  const port = own === undefined ? '' : ` (from :${own.slice(own.lastIndexOf(':') + 1)})`
  return printable(`${backend ?? '?'}/${server}${serverAddress === undefined ? '' : ` ${serverAddress}`}${port}`)
}

function brokerOf({ broker }: WhoRow): string {
  if (broker === undefined) return '?'
  const words = [
    broker.address,
    broker.username === undefined ? 'no username' : `user ${broker.username}`,
    ...(broker.mqtt === undefined ? [] : [`MQTT ${broker.mqtt}`]),
    ...(broker.keepalive === undefined ? [] : [`keepalive ${broker.keepalive}s`]),
  ]
  return printable(words.join(', '))
}

function sinceOf({ hops, broker }: WhoRow): string {
  const [first] = hops
  if (first === undefined) return broker?.since ?? '?'
  return first.ageSeconds === undefined
    ? first.since
    : `${first.since.replace(/\.\d+$/, '')} (${ageText(first.ageSeconds)})`
}

function ageText(seconds: number): string {
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`
  return `${Math.floor(seconds / 86_400)}d`
}

/** A row as `--json` has it. */
export function whoDocument({ hops, broker, by, logged, missing }: WhoRow): Record<string, unknown> {
  return {
    client: broker?.clientId ?? null,
    username: broker?.username ?? null,
    address: hops[0]?.client ?? broker?.address ?? null,
    tls: {
      ended: hops.length === 0 ? null : hops.some((hop) => hop.tls),
      version: logged?.tls ?? broker?.tls?.version ?? null,
      cipher: logged?.cipher ?? null,
      cn: broker?.tls?.cn ?? logged?.cn ?? null,
      verified: broker?.tls?.verified ?? null,
    },
    hops: hops.map((hop) => ({
      frontend: hop.frontend,
      entry: hop.entry ?? null,
      backend: hop.backend ?? null,
      server: hop.server ?? null,
      serverAddress: hop.serverAddress ?? null,
      own: hop.own ?? null,
      since: hop.since,
      ageSeconds: hop.ageSeconds ?? null,
    })),
    broker: broker ?? null,
    joinedBy: by ?? null,
    missing,
  }
}
