import type { DoctorItem } from '../../kernel/result.js'
import { shellWord } from '../../kernel/shell-word.js'
import { descriptorItem, maxconnItems, portItems } from './capacity.js'
import { count, item } from './item.js'
import type { Readings } from './readings.js'
import { handshakeItems, serverItems } from './servers.js'
import { timeoutItem } from './timeouts.js'

const dayMs = 86_400_000
/** Days before the end of a certificate from which on it is worth a look. */
const soonDays = 21

/** A running HAProxy as lines to read. */
export function liveItems(readings: Readings): readonly DoctorItem[] {
  const { info, sessions } = readings
  return [
    item(
      'haproxy',
      'ok',
      `${info.get('Version') ?? '?'}, pid ${info.get('Pid') ?? '?'}, up ${info.get('Uptime') ?? '?'}`,
      [`${count(sessions.length, 'session')} of clients`],
    ),
    oldWorkers(readings),
    ...serverItems(readings),
    ...maxconnItems(readings),
    descriptorItem(readings),
    ...portItems(readings),
    ...certificateItems(readings),
    ...handshakeItems(readings),
    timeoutItem(readings),
    brokerItem(readings),
  ]
}

function oldWorkers({ old }: Readings): DoctorItem {
  if (old === undefined) {
    return item('old workers', '-', 'not known from this socket', [], ["name the master's socket instead (haproxy -S)"])
  }
  if (old.length === 0) return item('old workers', 'ok', 'none')
  const known = old.filter((one) => one.sessions !== undefined)
  const held = known.reduce((sum, one) => sum + (one.sessions ?? 0), 0)
  const sessions = known.length === 0 ? 'sessions not known from this socket' : `${count(held, 'session')} on them`
  return item(
    'old workers',
    'warning',
    `${old.length} from before a reload, ${sessions}`,
    [
      ...old.map(
        ({ pid, uptime, sessions }) =>
          `pid ${pid}${uptime === undefined ? '' : `, up ${uptime}`}${sessions === undefined ? '' : `, ${count(sessions, 'session')}`}`,
      ),
      'they know the old configuration only, and end with their last client',
    ],
    ['hard-stop-after in the global section bounds how long they stay; MQTT clients are cut then'],
  )
}

function certificateItems({ certificates, unasked, now }: Readings): readonly DoctorItem[] {
  const rest =
    unasked.length === 0 ? [] : [item('certificates', '-', `could not be asked about: ${unasked.join(', ')}`)]
  if (certificates.length === 0) return [...rest, item('certificates', '-', 'HAProxy has loaded none')]
  const aged = certificates
    .map((one) => ({ ...one, days: Math.floor((one.notAfter - now) / dayMs) }))
    .sort((a, b) => a.days - b.days)
  const due = aged.filter(({ days }) => days < soonDays)
  const [first] = aged
  if (due.length === 0) {
    const details = aged.map(
      ({ name, days, subject }) => `${name}: ${days} days${subject === undefined ? '' : `, ${subject}`}`,
    )
    return [
      ...rest,
      item('certificates', 'ok', `${certificates.length}, the first ends in ${first?.days ?? '?'} days`, details),
    ]
  }
  return [
    ...rest,
    ...due.map(({ name, days, subject }) =>
      item(
        'certificate',
        days < 0 ? 'wrong' : 'warning',
        days < 0 ? `${name} ended ${-days} days ago: clients refuse it` : `${name} ends in ${days} days`,
        subject === undefined ? [] : [subject],
        [`openssl x509 -in ${shellWord(name)} -noout -subject -enddate`],
      ),
    ),
  ]
}

function brokerItem({ broker, sessions }: Readings): DoctorItem {
  if (broker === undefined)
    return item('broker log', '-', 'not given', [], ['--broker-log FILE adds what the broker knows'])
  const program = broker.program ?? 'no broker'
  const { rejected } = broker
  const text = `${broker.file}: ${program}, ${count(broker.sessions.length, 'client')} connected, ${sessions.length} in HAProxy`
  if (rejected.size === 0) return item('broker log', 'ok', text)
  const words = [...rejected.values()].slice(-3)
  return item('broker log', 'warning', `${text}; it turned ${count(rejected.size, 'connection')} away`, words, [
    `mqtt-proxy explain - < ${shellWord(broker.file)}`,
  ])
}

/** One sentence: what is wrong, and what to do next. */
export function liveVerdict(items: readonly DoctorItem[]): string {
  const wrong = items.filter((one) => one.status === 'wrong')
  const warnings = items.filter((one) => one.status === 'warning')
  if (wrong.length === 0 && warnings.length === 0) return 'Live: nothing is wrong.'
  const parts = [
    ...(wrong.length > 0 ? [`${wrong.length} wrong (${[...new Set(wrong.map((one) => one.id))].join(', ')})`] : []),
    ...(warnings.length > 0
      ? [`${warnings.length} to look at (${[...new Set(warnings.map((one) => one.id))].join(', ')})`]
      : []),
  ]
  const next = [...wrong, ...warnings].flatMap((one) => one.next)[0]
  return `Live: ${parts.join(', ')}.${next === undefined ? '' : ` Next: ${next}`}`
}
