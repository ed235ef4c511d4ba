import { arrivalOf, clientsOf, type ListenerArrival } from '../arrival.js'
import { neededKeyword, sendInstead } from '../edits.js'
import { eachPath } from '../ground.js'
import type { FoundMismatch, Judge } from '../mismatch.js'
import { atListener, listenerName, senderSpan, serverName, wantsHeader } from '../say.js'

const silent =
  'HAProxy 2.6 to 3.4 with Mosquitto 2.1.2 and VerneMQ 2.2.0: server UP, connection closed. Mosquitto logs "First packet not CONNECT (0D)" or (50) for a header it did not expect.'

export const headerNotSent: Judge = {
  evidence: silent,
  *find(ground) {
    yield* eachPath(ground, (path) => {
      const arrival = arrivalOf(path)
      if (arrival === undefined || arrival.header !== undefined || arrival.listener.header.accepts.length === 0)
        return undefined
      const { listener, last } = arrival
      const keyword = neededKeyword(listener)
      return {
        at: last.hop.server.address.span,
        suffers: clientsOf(last),
        message: `${serverName(last.hop)} sends no PROXY header, and ${listenerName(listener)} refuses every client without one`,
        related: [wantsHeader(listener)],
        remedy: { text: keyword, edits: sendInstead(last.hop.server, keyword) },
        path,
      }
    })
  },
}

export const headerNotRead: Judge = {
  evidence: silent,
  *find(ground) {
    yield* eachPath(ground, (path) => {
      const arrival = arrivalOf(path)
      if (arrival?.header?.from === undefined || arrival.listener.header.accepts.length > 0) return undefined
      return unread(arrival, arrival.header.version)
    })
  },
}

function unread({ listener, header, last, path }: ListenerArrival, version: 1 | 2): FoundMismatch {
  const sender = header?.from ?? last.hop
  const secure = listener.transport === 'tls' || listener.transport === 'wss'
  return {
    at: senderSpan(sender),
    suffers: clientsOf(last),
    message: `${serverName(sender)} sends a PROXY header that ${listenerName(listener)} cannot read: every client is cut off`,
    related: [atListener(listener, 'the listener reads no header')],
    remedy:
      secure && !listener.header.withTls
        ? { text: 'no send-proxy: a listener that ends TLS cannot read a header' }
        : (listener.edits.enableHeader(version) ?? { text: 'no send-proxy' }),
    path,
  }
}

export const headerVersion: Judge = {
  evidence:
    'Mosquitto 2.1.2 reads one version only: v1 to a v2 listener "Invalid input", v2 to a v1 listener "corrupt PROXY header".',
  *find(ground) {
    yield* eachPath(ground, (path): FoundMismatch | undefined => {
      const arrival = arrivalOf(path)
      if (arrival?.header === undefined) return undefined
      const { header, listener, last } = arrival
      const { accepts } = listener.header
      if (accepts.length === 0 || accepts.includes(header.version)) return undefined
      const sender = header.from ?? last.hop
      const keyword = neededKeyword(listener)
      return {
        at: senderSpan(sender),
        suffers: clientsOf(last),
        message: `${serverName(sender)} sends version ${header.version}, and ${listenerName(listener)} reads version ${accepts.join()} only`,
        related: [wantsHeader(listener, `reads version ${accepts.join()}`)],
        remedy:
          header.version === 1
            ? { text: keyword, edits: sendInstead(sender.server, keyword) }
            : (listener.edits.enableHeader(2) ?? { text: 'send-proxy' }),
        path,
      }
    })
  },
}

export const headerTooLarge: Judge = {
  evidence:
    'Mosquitto 2.1.2: a body of 495 bytes is accepted, 505 refused ("Invalid input"); VerneMQ 2.2.0 reads up to 1460 in one go.',
  *find(ground) {
    yield* eachPath(ground, (path): FoundMismatch | undefined => {
      const arrival = arrivalOf(path)
      const from = arrival?.header?.from
      if (arrival?.header === undefined || from === undefined) return undefined
      const { listener, header } = arrival
      const { largest, accepts } = listener.header
      const { most } = header.size
      if (largest === undefined || !accepts.includes(header.version) || (most !== undefined && most <= largest))
        return undefined
      const at = from.server.header.tlvs[0]?.span ?? from.server.header.optionsSpan ?? senderSpan(from)
      const bytes = most === undefined ? `without a bound` : `to ${most} bytes`
      return {
        at,
        suffers: 'clients with long values',
        message: `the header of ${serverName(from)} can grow ${bytes}, and ${listenerName(listener)} refuses more than ${largest}`,
        related: [wantsHeader(listener)],
        remedy: { text: 'fewer or shorter set-proxy-v2-tlv-fmt and proxy-v2-options' },
        path,
      }
    })
  },
}

export const headerWithoutAddress: Judge = {
  evidence:
    'HAProxy 2.6: bind unix@ sends "PROXY UNKNOWN" or LOCAL; Mosquitto 2.1.2 refuses both, VerneMQ 2.2.0 crashes on UNKNOWN.',
  *find(ground) {
    yield* eachPath(ground, (path): FoundMismatch | undefined => {
      const arrival = arrivalOf(path)
      const header = arrival?.header
      if (arrival === undefined || header?.addressless !== true) return undefined
      const { listener } = arrival
      if (!listener.header.accepts.includes(header.version)) return undefined
      const refuses = (header.version === 1 ? listener.header.unknown : listener.header.local) === 'closes'
      const leg = path.legs.find((one) => one.hop === header.from)
      if (!refuses || leg?.at === undefined) return undefined
      return {
        at: leg.at.bind.address.span,
        suffers: 'every client of this bind',
        message: `clients of this socket get a header without addresses (${header.version === 1 ? 'UNKNOWN' : 'LOCAL'}), which the broker refuses`,
        related: [{ span: senderSpan(leg.hop), message: `${serverName(leg.hop)} sends it` }],
        remedy: { text: 'a TCP bind for MQTT clients, or a backend without send-proxy for the socket' },
        path,
      }
    })
  },
}
