import type { DoctorItem } from '../../kernel/result.js'
import { counter, numberOf, type StatRow } from '../runtime/tables.js'
import { count, item } from './item.js'
import type { Readings } from './readings.js'

/** Shares of a limit: from here on it is worth a look, or it is as good as reached. */
const [near, full] = [0.8, 0.95]

/** Connections, of the process, of each frontend and of each server, against what they may have. */
export function maxconnItems({ info, stat }: Readings): readonly DoctorItem[] {
  const limit = numberOf(info, 'Maxconn')
  const now = numberOf(info, 'CurrConns')
  const process = limit === undefined || now === undefined ? [] : [used('maxconn', 'the process', now, limit)]
  const tight = stat.flatMap((row) => {
    const [scur, slim] = [counter(row, 'scur'), counter(row, 'slim')]
    // A backend's limit is for its queue; servers and frontends have limits of their own.
    if (scur === undefined || slim === undefined || slim === 0 || kindOf(row) === 'backend') return []
    // A frontend takes the limit of the process where it has none of its own.
    if (kindOf(row) === 'frontend' && slim === limit) return []
    return scur / slim < near ? [] : [used('maxconn', nameOf(row), scur, slim)]
  })
  const queued = stat.flatMap((row) => {
    const waiting = counter(row, 'qcur') ?? 0
    if (waiting === 0 || kindOf(row) === 'frontend') return []
    return [
      item(
        'queue',
        'warning',
        `${count(waiting, 'connection waits', 'connections wait')} for ${nameOf(row)}`,
        ['every server has as many connections as its maxconn allows; after timeout queue clients are refused'],
        ['raise maxconn on the server line, or add a server'],
      ),
    ]
  })
  return [...process, ...tight, ...queued]
}

function used(id: string, what: string, now: number, limit: number): DoctorItem {
  const share = now / limit
  const text = `${what}: ${now} of ${limit} connections (${Math.round(share * 100)} %)`
  if (share < near) return item(id, 'ok', text)
  const harm =
    what === 'the process'
      ? 'at the limit new clients wait in the kernel until others go: no log line says so'
      : 'at the limit new clients wait until others go'
  return item(id, share < full ? 'warning' : 'wrong', text, [harm], ['raise maxconn, and ulimit -n to twice as many'])
}

/** A session through HAProxy takes two descriptors. */
export function descriptorItem({ info }: Readings): DoctorItem {
  const [limit, reserved, now, maxconn] = ['Ulimit-n', 'Maxsock', 'CurrConns', 'Maxconn'].map((name) =>
    numberOf(info, name),
  )
  if (limit === undefined || reserved === undefined || now === undefined || maxconn === undefined) {
    return item('descriptors', '-', 'HAProxy does not say')
  }
  const text = `${limit} allowed, ${reserved} for ${maxconn} connections, about ${2 * now} in use by sessions`
  if (reserved <= limit) return item('descriptors', 'ok', text)
  return item(
    'descriptors',
    'wrong',
    `${text}: too few`,
    ['before maxconn is reached HAProxy can open no connection to a server, and clients are dropped'],
    [`LimitNOFILE=${reserved} for the service, or ulimit -n ${reserved}`],
  )
}

/** Ports of HAProxy's own towards each server: one a session and address. */
export function portItems({ sessions, clientPorts }: Readings): readonly DoctorItem[] {
  if (clientPorts === undefined) return [item('ports', '-', 'not known: HAProxy runs on another machine')]
  const [low, high] = clientPorts
  const range = high - low + 1
  const used = new Map<string, number>()
  for (const { own, serverAddress } of sessions) {
    if (own === undefined || serverAddress === undefined) continue
    const way = `${own.slice(0, own.lastIndexOf(':'))} to ${serverAddress}`
    used.set(way, (used.get(way) ?? 0) + 1)
  }
  const most = [...used].sort(([, a], [, b]) => b - a)
  const tight = most.filter(([, n]) => n / range >= near)
  const [first] = most
  const text = first === undefined ? 'no session uses one' : `most: ${first[1]} of ${range}, ${first[0]}`
  if (tight.length === 0) return [item('ports', 'ok', text)]
  return tight.map(([way, n]) =>
    item(
      'ports',
      n / range < full ? 'warning' : 'wrong',
      `${n} of ${range} ports from ${way}`,
      ['without a free port HAProxy cannot connect: "Cannot assign requested address", and clients are dropped'],
      [
        'more source addresses on the server line (source), a second address of the broker, or a wider net.ipv4.ip_local_port_range',
      ],
    ),
  )
}

export function kindOf(row: StatRow): 'frontend' | 'backend' | 'server' {
  const name = row.get('svname')
  return name === 'FRONTEND' ? 'frontend' : name === 'BACKEND' ? 'backend' : 'server'
}

export function nameOf(row: StatRow): string {
  const [proxy, server] = [row.get('pxname') ?? '?', row.get('svname') ?? '?']
  return kindOf(row) === 'server' ? `${proxy}/${server}` : proxy
}
