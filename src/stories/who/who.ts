import { readLog } from '../../host/files/log-tail.js'
import { openRuntimeApi, type RuntimeApi, type RuntimePlace } from '../../host/haproxy/runtime-api.js'
import { clientsByApi } from '../../host/net/broker-api.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { BrokerLogReader, type LoggedSessions } from '../../live/broker-log.js'
import type { BrokerSession } from '../../live/broker-session.js'
import { type LiveSession, parseSessions } from '../../live/runtime/sessions.js'
import { type HaproxyLog, HaproxyLogReader } from '../../live/who/haproxy-log.js'
import { type BrokersSay, isAbout, join, type WhoRow } from '../../live/who/join.js'
import { placesOf, type WhoFlags, type WhoPlaces } from './places.js'

export interface WhoRequest extends WhoFlags {
  /** A client or an address; `undefined`: everybody. */
  readonly about: string | undefined
  readonly username: string | undefined
  readonly password: string | undefined
  readonly timeoutMs: number
}

export interface Who {
  readonly rows: readonly WhoRow[]
  /** Sessions in all, before the choice. */
  readonly all: number
  /** What was asked, in words: `/run/haproxy/admin.sock (3.2.26)`. */
  readonly asked: readonly string[]
  /** What could not be asked, and what that means. */
  readonly notes: readonly string[]
}

/**
 * Who is connected: HAProxy's sessions and the broker's clients, joined.
 * @throws Fault MP-WHO-NOTHING, MP-LIVE-..., MP-LOG, MP-BROKER-LOG, MP-BROKER-API
 */
export async function whoIs(request: WhoRequest): Promise<Who> {
  const places = placesOf(request)
  const notes: string[] = []
  const apis = await opened(places, notes)
  const sessions: LiveSession[] = []
  for (const api of apis) sessions.push(...(await sessionsOf(api)))
  const brokers = await brokersOf(request, places, notes)
  const log = await haproxyLog(places.haproxyLogs, places.found, notes)
  const rows = join(sessions, brokers, log)
  if (apis.length === 0) notes.push('no HAProxy was asked: entry and server are not known')
  const unlogged = rows.filter(({ hops, logged }) => hops[0]?.tls === true && logged === undefined).length
  if (log !== undefined && unlogged > 0) {
    notes.push(
      `HAProxy's log has no line of ${unlogged} of ${rows.length} sessions yet: it logs a session when it ends; option logasap logs it when it begins`,
    )
  }
  const { about } = request
  const asked = [...apis.map((api) => `${api.name} (haproxy ${api.info.get('Version') ?? '?'})`), ...brokers.asked]
  return {
    rows: about === undefined ? rows : rows.filter((row) => isAbout(row, about)),
    all: rows.length,
    asked,
    notes,
  }
}

async function opened({ sockets, found }: WhoPlaces, notes: string[]): Promise<readonly RuntimeApi[]> {
  const apis: RuntimeApi[] = []
  const faults: Fault[] = []
  for (const place of sockets) {
    const api = await opening(place)
    if ('ask' in api) apis.push(api)
    else faults.push(api)
  }
  const [first] = faults
  // What was named has to answer; of what was found, one is enough.
  if (first !== undefined && (!found || apis.length === 0)) throw first
  notes.push(...faults.map((fault) => fault.message))
  return apis
}

async function opening(place: RuntimePlace): Promise<RuntimeApi | Fault> {
  try {
    return await openRuntimeApi(place)
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}

/** Those of every worker: after a reload the old ones still hold their clients. */
async function sessionsOf(api: RuntimeApi): Promise<readonly LiveSession[]> {
  if (api.workers === undefined) return parseSessions(await api.ask('show sess all'))
  const all: LiveSession[] = []
  for (const { pid } of api.workers) all.push(...parseSessions(await api.ask('show sess all', pid)))
  return all
}

async function brokersOf(request: WhoRequest, places: WhoPlaces, notes: string[]): Promise<BrokersSay> {
  const sessions: BrokerSession[] = []
  const rejected = new Map<string, string>()
  const asked: string[] = []
  const begins: string[] = []
  for (const file of places.brokerLogs) {
    const read = await brokerLog(file, notes).catch((error: unknown) => {
      if (!places.found || !(error instanceof Fault)) throw error
      notes.push(error.message)
      return undefined
    })
    if (read === undefined) continue
    sessions.push(...read.sessions)
    for (const [end, words] of read.rejected) rejected.set(end, words)
    asked.push(read.program === undefined ? file : `${file} (${read.program})`)
    if (read.from !== undefined) begins.push(read.from)
  }
  for (const url of request.brokerApis) {
    const { username, password, timeoutMs } = request
    const found = await clientsByApi({ url, username, password, timeoutMs })
    sessions.push(...found.sessions)
    asked.push(`${new URL(url).host} (${found.kind})`)
  }
  return { sessions, rejected, asked, from: begins.sort().at(0) }
}

/** @throws Fault MP-LOG, MP-BROKER-LOG (exit 2) for another program's log */
export async function brokerLog(file: string, notes: string[]): Promise<LoggedSessions> {
  const reader = new BrokerLogReader()
  const { cut } = await readLog(file, (line) => reader.push(line))
  const read = reader.result()
  if (read.lines === 0) notes.push(`${file} is empty`)
  else if (read.program === undefined) throw notOfBroker(file, read)
  if (cut) notes.push(`only the end of ${file} was read: who came before is not known`)
  return read
}

function notOfBroker(file: string, { haproxy }: LoggedSessions): Fault {
  const hints =
    haproxy === undefined
      ? ['read are the logs of Mosquitto, of mqtt-proxy broker -v, and of RabbitMQ; others by --broker-api URL']
      : [`it is HAProxy's: --haproxy-log ${file}`]
  return new Fault('MP-BROKER-LOG', `${file} is not the log of a broker that is known here`, {
    exit: EXIT.usage,
    hints,
  })
}

async function haproxyLog(files: readonly string[], found: boolean, notes: string[]): Promise<HaproxyLog | undefined> {
  if (files.length === 0) return undefined
  const reader = new HaproxyLogReader()
  for (const file of files) {
    const before = reader.result()
    await readLog(file, (line) => reader.push(line)).catch((error: unknown) => {
      if (!found || !(error instanceof Fault)) throw error
      notes.push(error.message)
    })
    const { lines, traffic } = reader.result()
    if (lines > before.lines && traffic === before.traffic && !found) {
      throw new Fault('MP-HAPROXY-LOG', `${file} has no line about a connection`, {
        exit: EXIT.usage,
        hints: ['HAProxy writes them with option tcplog, or a log-format that begins with %ci:%cp [%t]'],
      })
    }
  }
  return reader.result()
}
