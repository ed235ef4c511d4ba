import { arrivalOf } from '../arrival.js'
import { eachPath } from '../ground.js'
import type { FoundMismatch, Judge } from '../mismatch.js'
import type { Leg } from '../model.js'
import { atListener, listenerName, serverName } from '../say.js'

/** TLS has ended on the way, nobody begins it again, and the next one waits for a ClientHello. */
export const plainToTls: Judge = {
  evidence:
    'HAProxy 3.2.26 with "bind ... ssl" and a server line without ssl, before a Mosquitto 2.1.2 listener with certfile: "wrong version number", no CONNACK for any client.',
  *find(ground) {
    yield* eachPath(ground, (path): FoundMismatch | undefined => {
      const at = path.legs.findIndex((one) => one.trouble?.kind === 'no TLS')
      const [leg, before] = [path.legs[at], path.legs[at - 1]]
      if (leg?.at !== undefined && before !== undefined) {
        return {
          at: before.hop.server.address.span,
          suffers: 'every client',
          message: `${serverName(before.hop)} speaks without TLS to a bind that wants it: TLS of the clients has ended before`,
          related: [{ span: leg.at.bind.ssl ?? leg.at.bind.span, message: 'TLS is expected here' }],
          remedy: { text: 'ssl verify required ca-file FILE on the server line, or no ssl on the inner bind' },
          path,
        }
      }
      const arrival = arrivalOf(path)
      if (arrival === undefined || arrival.tls || !arrival.last.carried.tlsEnded) return undefined
      const { listener, last } = arrival
      if (listener.transport !== 'tls' && listener.transport !== 'wss') return undefined
      return {
        at: last.hop.server.address.span,
        suffers: 'every client',
        message: `${serverName(last.hop)} speaks without TLS to ${listenerName(listener)}, which ends TLS itself: TLS of the clients has ended at HAProxy`,
        related: [atListener(listener, 'TLS is expected here')],
        remedy: {
          text: 'ssl verify required ca-file FILE on the server line, or TLS passed through (no ssl on the bind)',
        },
        path,
      }
    })
  },
}

/** Of two layers of TLS a listener ends one: the other one was meant for a bind that does not. */
function tlsInside({ carried }: Leg): FoundMismatch | undefined {
  const hops = carried.layers.flatMap((one) => (one.kind === 'tls' && one.from !== undefined ? [one.from] : []))
  const hop = hops[1]
  if (hop?.server.ssl === undefined) return undefined
  return {
    at: hop.server.ssl,
    suffers: 'every client',
    message: `${serverName(hop)} speaks TLS to a bind that does not end it: it goes on to the broker inside other TLS`,
    remedy: { text: 'ssl crt FILE on that bind, or no ssl on this server line' },
  }
}

export const tlsToPlain: Judge = {
  evidence:
    'HAProxy 3.2.26 with "server ... ssl verify none" before a plain Mosquitto 2.1.2 listener: "First packet not CONNECT (16)", SSL handshake failure, no CONNACK.',
  *find(ground) {
    yield* eachPath(ground, (path): FoundMismatch | undefined => {
      const arrival = arrivalOf(path)
      if (arrival?.tls !== true) return undefined
      const { listener, last } = arrival
      const inside = tlsInside(last)
      if (inside !== undefined) return { ...inside, path }
      const ssl = path.legs.findLast(({ hop }) => hop.server.ssl !== undefined)?.hop.server.ssl
      if (ssl === undefined || listener.transport === 'tls' || listener.transport === 'wss') return undefined
      return {
        at: ssl,
        suffers: 'every client',
        message: `${serverName(last.hop)} speaks TLS to ${listenerName(listener)}, which has no certificate`,
        related: [atListener(listener, 'no TLS here')],
        remedy: { text: 'no ssl on the server line, or certfile and keyfile at the listener' },
        path,
      }
    })
  },
}
