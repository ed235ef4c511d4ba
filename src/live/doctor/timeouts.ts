import type { DoctorItem } from '../../kernel/result.js'
import type { BrokerSession } from '../broker-session.js'
import type { Idle, LiveSession } from '../runtime/sessions.js'
import { count, item } from './item.js'
import type { Readings } from './readings.js'

/**
 * HAProxy's timeouts against what sessions do: a client with a keepalive is silent for up to one and a half times of it
 * before the broker ends the session (MQTT 3.1.1, 3.1.2.10), so both sides of HAProxy have to wait longer.
 */
export function timeoutItem(readings: Readings): DoctorItem {
  const { sessions, broker } = readings
  if (sessions.length === 0) return item('timeouts', '-', 'no session is open: nothing to compare')
  const sides = [...new Set(sessions.map((one) => one.frontend))].map((name) => sideOf(name, sessions))
  const told = sides.map(
    ({ name, client, server }) => `${name}: client ${secondsText(client)}, server ${secondsText(server)}`,
  )
  if (broker === undefined) {
    return item('timeouts', '-', 'keepalives are not known without the log of the broker', told, [
      'add --broker-log FILE',
    ])
  }
  const known = withKeepalive(sessions, broker.sessions)
  const cut = known.filter(({ session, keepalive }) => tooShort(session, keepalive))
  const unsure = known.filter(({ session, keepalive }) => isUnsure(session, keepalive))
  if (cut.length > 0) {
    const most = Math.max(...cut.map(({ keepalive }) => keepalive))
    const frontends = [...new Set(cut.map(({ session }) => session.frontend))].join(', ')
    return item(
      'timeouts',
      'wrong',
      `${count(cut.length, 'session')} of ${known.length} may be cut: timeout client or server is not above 1.5 times their keepalive (up to ${most}s, by ${frontends})`,
      [
        ...told,
        ...cut.slice(0, 3).map(({ broker: one, keepalive }) => `client ${one.clientId}: keepalive ${keepalive}s`),
      ],
      [
        `timeout client ${Math.ceil(most * 1.5) + 10}s, timeout server ${Math.ceil(most * 1.5) + 10}s; or timeout tunnel`,
      ],
    )
  }
  if (known.length === 0) {
    return item('timeouts', '-', 'no session could be joined with a client of the broker', told, [
      'mqtt-proxy who shows why',
    ])
  }
  if (unsure.length > 0) {
    return item(
      'timeouts',
      '-',
      `not known for ${unsure.length} of ${known.length} sessions: HAProxy before 3.0 says what is left of a timeout, not how long it is`,
      told,
    )
  }
  return item('timeouts', 'ok', `longer than 1.5 times the keepalive of ${count(known.length, 'session')}`, told)
}

interface Known {
  readonly session: LiveSession
  readonly broker: BrokerSession
  readonly keepalive: number
}

function withKeepalive(sessions: readonly LiveSession[], clients: readonly BrokerSession[]): readonly Known[] {
  const byEnd = new Map(clients.map((one) => [one.address, one]))
  return sessions.flatMap((session) => {
    const broker = byEnd.get(session.client) ?? (session.own === undefined ? undefined : byEnd.get(session.own))
    const keepalive = broker?.keepalive
    return broker === undefined || keepalive === undefined || keepalive === 0 ? [] : [{ session, broker, keepalive }]
  })
}

function tooShort({ clientSide, serverSide }: LiveSession, keepalive: number): boolean {
  const short = ({ timeoutMs }: Idle) => timeoutMs !== undefined && timeoutMs <= keepalive * 1500
  return short(clientSide) || short(serverSide)
}

/** What is left is a lower bound of what it was. */
function isUnsure({ clientSide, serverSide }: LiveSession, keepalive: number): boolean {
  const unsure = ({ timeoutMs, leftMs }: Idle) =>
    timeoutMs === undefined && leftMs !== undefined && leftMs <= keepalive * 1500
  return unsure(clientSide) || unsure(serverSide)
}

function sideOf(name: string, all: readonly LiveSession[]) {
  const sessions = all.filter((one) => one.frontend === name)
  const longest = (side: (one: LiveSession) => Idle) => {
    const exact = sessions.flatMap((one) => side(one).timeoutMs ?? [])
    const left = sessions.flatMap((one) => side(one).leftMs ?? [])
    if (exact.length > 0) return { ms: Math.max(...exact), atLeast: false }
    return left.length > 0 ? { ms: Math.max(...left), atLeast: true } : undefined
  }
  return { name, client: longest((one) => one.clientSide), server: longest((one) => one.serverSide) }
}

function secondsText(side: { readonly ms: number; readonly atLeast: boolean } | undefined): string {
  return side === undefined ? 'none' : `${side.atLeast ? 'at least ' : ''}${side.ms / 1000}s`
}
