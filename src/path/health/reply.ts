import type { Listener } from '../../brokers/listener.js'
import type { ConnectFields, FirstPacket } from './connect-packet.js'

/** What a broker sends back, and whether the connection stays open then. */
export interface Reply {
  /** Hexadecimal, capital letters, as HAProxy's `rbinary` sees it. */
  readonly hex: string
  readonly open: boolean
}

/** Why a broker does not accept the CONNECT of a check. */
export type CheckRefusal =
  | 'unfinished'
  | 'malformed'
  | 'no connect'
  | 'websocket'
  | 'level'
  | 'client id'
  | 'login'
  | 'keepalive'
  | 'certificate'
  | 'tls facts'
  | 'header not read'
  | 'header missing'
  | 'header version'
  | 'local'
  | 'tls'

/**
 * Everything that the listener may answer: of one kind of broker several versions count, where the file does not tell. With
 * `refusal` no client with these bytes is accepted; without it, and with `accepted`, every one is.
 */
export interface CheckAnswer {
  readonly replies: readonly Reply[]
  readonly refusal: CheckRefusal | undefined
  /** From the second check on the broker still has the session of the first. */
  readonly session?: true
}

const silence: Reply = { hex: '', open: true }
const closed: Reply = { hex: '', open: false }

function connack(code: number, level: number): readonly Reply[] {
  const five = level === 5
  const byte = code.toString(16).padStart(2, '0').toUpperCase()
  if (code !== 0) return (five ? [`200300${byte}00`, `200200${byte}`] : [`200200${byte}`]).map(shut)
  if (!five) return [{ hex: '20020000', open: true }]
  // Which properties come with it is the broker's choice.
  return ['2003000000', '200600000322000A', '200900000622000A210014'].map((hex) => ({ hex, open: true }))
}

function shut(hex: string): Reply {
  return { hex, open: false }
}

/** What the listener answers to the first packet, once a possible header has been read. */
export function answerTo(packet: FirstPacket | undefined, listener: Listener): CheckAnswer | undefined {
  // A broker does not speak first.
  if (packet === undefined) return { replies: [silence], refusal: undefined }
  if (listener.transport === 'ws') {
    return packet.kind === 'other' ? undefined : { replies: [closed], refusal: 'websocket' }
  }
  // Its own TLS: what is inside of it is judged as with a plain one.
  const known = listener.broker === 'mosquitto'
  switch (packet.kind) {
    case 'unfinished':
      return { replies: [silence], refusal: 'unfinished' }
    case 'malformed': {
      const said = known ? [] : [...connack(1, 4), ...connack(0x81, 5), ...connack(0x82, 5)]
      return { replies: [closed, ...said], refusal: 'malformed' }
    }
    case 'other':
      return { replies: [closed], refusal: 'no connect' }
    case 'connect':
      return toConnect(packet.connect, listener, known)
  }
}

function toConnect(connect: ConnectFields, listener: Listener, known: boolean): CheckAnswer | undefined {
  const { name, level, clean, clientId, username, password, keepalive } = connect
  const { login, limits } = listener
  const orClosed = known ? [] : [closed]
  const old = name === 'MQIsdp'
  if (level < 3 || level > 5 || old !== (level === 3)) {
    return { replies: [...connack(1, 4), ...orClosed, ...(known ? [] : connack(0x84, 5))], refusal: 'level' }
  }
  if (clientId === '' && (old || (level === 4 && !clean))) {
    return { replies: [...connack(2, level), ...orClosed], refusal: 'client id' }
  }
  const most = limits.keepalive?.value
  if (known && most !== undefined && level < 5 && (keepalive === 0 || keepalive > most)) {
    return { replies: connack(2, level), refusal: 'keepalive' }
  }
  if (login.elsewhere !== undefined) return undefined
  const refused = level === 5 ? [...connack(0x87, 5), ...connack(0x86, 5)] : [...connack(5, 4), ...connack(4, 4)]
  if (login.anonymous.value) {
    // The broker keeps the session that such a check leaves behind.
    const stays = known && !clean && level < 5 && !username
    if (stays) return { replies: [{ hex: '20020100', open: true }], refusal: undefined, session: true }
    const named = username && login.users !== undefined
    // Other brokers may not read these versions at all.
    const others = known && !named ? [] : [...refused, ...(known ? [] : [...connack(1, 4), ...orClosed])]
    return { replies: [...connack(0, level), ...others], refusal: undefined }
  }
  if (login.users === undefined) return undefined
  if (!username || (!password && known)) {
    const exact = known ? (level === 5 ? connack(0x87, 5) : connack(5, 4)) : refused
    return { replies: [...exact, ...(level === 4 ? [] : orClosed)], refusal: 'login' }
  }
  return { replies: [...connack(0, level), ...refused], refusal: undefined }
}
