import { readLogLine } from '../../explain/log-line.js'
import type { DoctorItem } from '../../kernel/result.js'
import { counter, type StatRow } from '../runtime/tables.js'
import { kindOf, nameOf } from './capacity.js'
import { count, item } from './item.js'
import type { Readings } from './readings.js'

/** Servers that take no clients, each with its last health check in words; and backends that have none left. */
export function serverItems({ stat }: Readings): readonly DoctorItem[] {
  const servers = stat.filter((row) => kindOf(row) === 'server')
  const status = (row: StatRow) => row.get('status') ?? ''
  const down = servers.filter((row) => /^(?:DOWN|NOLB)/.test(status(row)))
  const up = servers.filter((row) => /^UP/.test(status(row)))
  const unchecked = servers.filter((row) => status(row) === 'no check')
  const maintained = servers.filter((row) => /^(?:MAINT|DRAIN)/.test(status(row)))
  const empty = stat.filter((row) => kindOf(row) === 'backend' && status(row) === 'DOWN')
  const parts = [
    `${up.length} of ${servers.length} up`,
    ...(unchecked.length > 0 ? [`${unchecked.length} without a health check`] : []),
    ...(maintained.length > 0 ? [`in maintenance: ${maintained.map(nameOf).join(', ')}`] : []),
  ]
  const all = item('servers', down.length === 0 ? 'ok' : 'warning', parts.join(', '))
  return [
    all,
    ...down.map(downItem),
    ...empty.map((row) =>
      item(
        'backend',
        'wrong',
        `${nameOf(row)} has no server left: its clients are refused at once`,
        [],
        ['mqtt-proxy explain SC'],
      ),
    ),
  ]
}

function downItem(row: StatRow): DoctorItem {
  const field = (name: string) => row.get(name) ?? ''
  const reason = field('check_desc') || field('check_status')
  const info = field('last_chk')
  const since = counter(row, 'lastchg')
  // As HAProxy logs it, so that one table explains both.
  const line = `Server ${nameOf(row)} is DOWN, reason: ${reason}, ${info === '' ? '' : `info: "${info}", `}check duration: ${field('check_duration')}ms.`
  const known = readLogLine(line)
  const told = known === undefined || known === 'normal' ? undefined : known
  const address = field('addr') === '' ? '' : ` at ${field('addr')}`
  const said = [reason, ...(info === '' ? [] : [`"${info}"`])].filter(Boolean).join(', ')
  const age = since === undefined ? '' : ` for ${count(since, 'second')}`
  const failed = counter(row, 'chkfail')
  return item(
    'server down',
    'wrong',
    `${nameOf(row)}${address}${age}: ${said || 'no health check says why'}`,
    [
      ...(told === undefined ? [] : [told.meaning, ...told.causes.map((cause) => `cause: ${cause}`)]),
      ...(failed === undefined ? [] : [`${count(failed, 'check')} failed since the start`]),
    ],
    told?.next ?? [],
  )
}

/**
 * Connections that never became a session: on a bind with accept-proxy the header did not come or was wrong, on one with
 * ssl the handshake failed. HAProxy counts the connection and logs at most a line without a session.
 */
export function handshakeItems({ stat, info, sessions }: Readings): readonly DoctorItem[] {
  const rows = stat.filter((row) => kindOf(row) === 'frontend')
  const failing = rows.flatMap((row) => {
    const [connections, began] = [counter(row, 'conn_tot'), counter(row, 'stot')]
    if (connections === undefined || began === undefined) return []
    const refused = counter(row, 'dcon') ?? 0
    const lost = connections - began - refused
    if (lost <= 0) return []
    const tls = counter(row, 'ssl_failed_handshake')
    const ofTls = tls === undefined || tls === 0 ? '' : `, ${tls} of them failed TLS handshakes`
    const share = lost / connections
    const entry = sessions.find((one) => one.frontend === nameOf(row))?.entry ?? 'HOST:PORT'
    // All of them ended in TLS: the header, if one is wanted, had come.
    const header = lost > (tls ?? 0)
    const text = `${nameOf(row)}: ${lost} of ${connections} connections ended before they were a session${ofTls}`
    return [
      item(
        'headers and TLS',
        share > 0.5 && connections >= 4 ? 'wrong' : 'warning',
        text,
        [
          ...(header
            ? [
                'with accept-proxy on its bind: no PROXY header came, or a wrong one (clients that go around the load balancer, or a load balancer that sends none)',
              ]
            : []),
          'with ssl on its bind: no TLS came, or no certificate that is trusted; a few may be handshakes that go on right now',
          `counted since the start, ${info.get('Uptime') ?? 'some time'} ago`,
        ],
        [
          ...(header
            ? ['mqtt-proxy explain "Received something which does not look like a PROXY protocol header"']
            : []),
          `mqtt-proxy probe ${entry}`,
        ],
      ),
    ]
  })
  if (failing.length > 0) return failing
  return [item('headers and TLS', 'ok', 'every connection became a session')]
}
