import { isIP } from 'node:net'
import type { Listener } from '../../brokers/listener.js'
import { parseAddress } from '../../config/haproxy/address.js'
import type { ConfigEndpoint } from '../../kernel/address.js'
import type { Hop } from '../model.js'
import { type ListeningPlaces, meets, placesOf } from '../reach.js'
import { type FirstPacket, firstPacket } from './connect-packet.js'
import { type CheckEnd, endOf } from './expectation.js'
import { answerTo, type CheckAnswer, type CheckRefusal, type Reply } from './reply.js'
import { type CheckConnect, type CheckExpect, type CheckSend, type CheckStep, isTcpCheck, stepsOf } from './steps.js'

/** One connection of a health check to a listener of a given broker. */
export interface CheckConnection {
  readonly hop: Hop
  readonly listener: Listener
  /** Its `tcp-check connect`; undefined where HAProxy connects without being told. */
  readonly connect: CheckConnect | undefined
  /** What it sends in front of its bytes. */
  readonly header: 'none' | 'v1' | 'v2' | 'local'
  /** `port` or `addr` of the server line send it elsewhere, and without the header of traffic. */
  readonly moved: boolean
  readonly sends: readonly CheckSend[]
  readonly expects: readonly CheckExpect[]
  /** What the listener does not take, whatever the bytes behind the header are. */
  readonly stops: readonly CheckRefusal[]
  /** What comes of the bytes; undefined where that cannot be told. */
  readonly talk: CheckTalk | undefined
}

/** The first exchange of bytes. */
export interface CheckTalk {
  readonly packet: FirstPacket | undefined
  readonly answer: CheckAnswer
  /** All that it may end in behind a header that is right; several where versions of a broker answer differently. */
  readonly ends: readonly CheckEnd[]
  /** The same behind the header that is really sent. */
  readonly endsAsSent: readonly CheckEnd[]
}

/** What the health checks of these server lines say to listeners of the given files. */
export function healthChecksOf(hops: readonly Hop[], listeners: readonly Listener[]): readonly CheckConnection[] {
  const checked = hops.filter(({ server }) => server.check.enabled !== undefined && !server.disabled)
  if (checked.length === 0 || listeners.length === 0) return []
  const places = placesOf(listeners.map((value) => ({ endpoint: value.endpoint, value })))
  return checked.flatMap((hop) => connectionsOf(hop, places))
}

function connectionsOf(hop: Hop, listeners: ListeningPlaces<Listener>): readonly CheckConnection[] {
  const { server, backend } = hop
  // Another server's check, or rules of a section of their own.
  if (server.keywords.some(({ name }) => name === 'track' || name === 'healthcheck')) return []
  const steps = backend.options.has('tcp-check') && isTcpCheck(backend) ? stepsOf(backend) : []
  const moved = server.check.port !== undefined || server.check.addr !== undefined
  // A connection to the port of traffic, and no word: nothing to judge.
  if (steps.length === 0 && !moved) return []
  return exchangesIn(steps).flatMap((one): readonly CheckConnection[] => {
    const { connect, sends, expects } = one
    const listener = only(listeners, targetOf(hop, connect))
    if (listener === undefined) return []
    const header = headerOf(hop, connect, moved)
    const stops = stopsOf(header, listener, hop, connect)
    const talk = stops === undefined ? undefined : talkOf(one, listener, stops)
    return [{ hop, listener, connect, header, moved, sends, expects, stops: stops ?? [], talk }]
  })
}

interface Exchange {
  readonly connect: CheckConnect | undefined
  readonly sends: CheckSend[]
  readonly expects: CheckExpect[]
}

/** Each connection with its first exchange: what comes later depends on a session that the broker has accepted. */
function exchangesIn(steps: readonly CheckStep[]): readonly Exchange[] {
  const all: Exchange[] = []
  let over = false
  for (const step of steps) {
    if (step.kind === 'connect') {
      all.push({ connect: step, sends: [], expects: [] })
      over = false
      continue
    }
    if (all.length === 0) all.push({ connect: undefined, sends: [], expects: [] })
    const current = all.at(-1)
    if (current === undefined || over) continue
    if (step.kind === 'expect') current.expects.push(step)
    else if (current.expects.length > 0) over = true
    else current.sends.push(step)
  }
  return all.length === 0 ? [{ connect: undefined, sends: [], expects: [] }] : all
}

function targetOf({ server }: Hop, connect: CheckConnect | undefined): ConfigEndpoint {
  const { endpoint, check } = server
  const port = connect?.port ?? check.port?.value
  const addr = connect?.addr ?? check.addr?.value
  if (port === undefined && addr === undefined) return endpoint
  const base: ConfigEndpoint =
    addr === undefined ? endpoint : isIP(addr) === 0 ? parseAddress(addr) : { kind: 'tcp', host: addr, port: undefined }
  if (base.kind !== 'tcp') return base
  const own = endpoint.kind === 'tcp' ? endpoint.port : undefined
  return { ...base, port: port === undefined ? (base.port ?? own) : Number(port) }
}

function only(listeners: ListeningPlaces<Listener>, endpoint: ConfigEndpoint): Listener | undefined {
  const found = listeners.at(endpoint).filter((one) => meets(endpoint, one.endpoint) !== 'no')
  return found.length === 1 ? found[0]?.value : undefined
}

/**
 * The header of a check (measured on 2.6, 3.2 and 3.4): that of traffic, as LOCAL in version 2; none behind a bare
 * `tcp-check connect`, `check port` or `check addr`, unless it is asked for.
 */
function headerOf({ server, haproxy }: Hop, connect: CheckConnect | undefined, moved: boolean) {
  const { version } = server.header
  const asTraffic = connect === undefined || connect.asServer
  const asked = asTraffic && (server.check.sendProxy !== undefined || (version !== undefined && !moved))
  if (!asked && connect?.sendProxy !== true) return 'none'
  if (version !== 2) return 'v1'
  return haproxy.global.pp2NeverSendLocal === undefined ? 'local' : 'v2'
}

/** @returns undefined where TLS is in between: the check may or may not handle it */
function stopsOf(
  header: CheckConnection['header'],
  { header: reader, transport, ...listener }: Listener,
  { server }: Hop,
  connect: CheckConnect | undefined,
): readonly CheckRefusal[] | undefined {
  const ownTls = transport === 'tls' || transport === 'wss'
  const tls =
    connect === undefined || connect.asServer
      ? server.ssl !== undefined || server.keywords.some(({ name }) => name === 'check-ssl')
      : connect.ssl
  if (tls && (!ownTls || listener.ownCertificate !== 'none')) return undefined
  const { accepts } = reader
  const stops: CheckRefusal[] = []
  if (header === 'none') {
    if (accepts.length > 0) stops.push('header missing')
  } else if (accepts.length === 0) stops.push('header not read')
  else if (!accepts.includes(header === 'v1' ? 1 : 2)) stops.push('header version')
  else if (header === 'local' && reader.local === 'closes') stops.push('local')
  if (ownTls && !tls) stops.push('tls')
  // A check brings no certificate of a client, and HAProxy no facts about it.
  if (accepts.includes(2) && listener.requireCertificate !== undefined) stops.push('certificate')
  else if (listener.requireTls !== undefined && !server.header.ssl) stops.push('tls facts')
  return stops
}

function talkOf(
  { sends, expects }: Exchange,
  listener: Listener,
  stops: readonly CheckRefusal[],
): CheckTalk | undefined {
  if (sends.length === 0 && expects.length === 0) return undefined
  const parts = sends.flatMap((one) => one.bytes ?? [])
  if (parts.length < sends.length) return undefined
  const bytes = Buffer.concat(parts)
  // A header that somebody wrote by hand.
  if (/^(?:PROXY |\r\n\r\n\0)/.test(bytes.toString('latin1'))) return undefined
  const packet = firstPacket(bytes)
  const answer = answerTo(packet, listener)
  if (answer === undefined) return undefined
  const ends = endsOf(answer.replies, expects)
  const endsAsSent = stops.length === 0 ? ends : endsOf([{ hex: '', open: false }], expects)
  if (ends === undefined || endsAsSent === undefined) return undefined
  return { packet, answer, ends, endsAsSent }
}

function endsOf(replies: readonly Reply[], expects: readonly CheckExpect[]): readonly CheckEnd[] | undefined {
  const ends = replies.map((one) => endOf(one, expects))
  return ends.every((one) => one !== undefined) ? [...new Set(ends.flatMap((one) => one ?? []))] : undefined
}
