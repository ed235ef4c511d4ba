import { arrivalOf, type Header, legOf, readHeader } from '../arrival.js'
import { addWords, neededKeyword, sendInstead } from '../edits.js'
import { eachPath } from '../ground.js'
import type { FoundMismatch, Judge } from '../mismatch.js'
import type { ConnectionPath, Leg, Trouble } from '../model.js'
import { listenerName, senderSpan } from '../say.js'

const chains =
  'HAProxy 2.6 and Mosquitto 2.1.2: a header to a bind without accept-proxy is passed on as payload ("First packet not CONNECT"); a bind with accept-proxy resets a connection without a header.'

/** The leg at whose bind a connection is stopped, and the one before it. */
function stopped(path: ConnectionPath, kind: Trouble['kind']) {
  const at = path.legs.findIndex((one) => one.trouble !== undefined)
  const leg = path.legs[at]
  const before = path.legs[at - 1]
  if (leg?.trouble?.kind !== kind || leg.at === undefined || before === undefined) return undefined
  return { trouble: leg.trouble, bind: leg.at.bind, before }
}

export const hopWantsHeader: Judge = {
  evidence: chains,
  *find(ground) {
    yield* eachPath(ground, (path): FoundMismatch | undefined => {
      const stop = stopped(path, 'no header')
      if (stop === undefined) return undefined
      const { server } = stop.before.hop
      return {
        at: server.address.span,
        suffers: 'every client',
        message: `${server.name} sends no PROXY header to a bind with accept-proxy, which resets every connection`,
        related: [{ span: stop.trouble.at, message: 'a header is required here' }],
        remedy: { text: 'send-proxy-v2', edits: sendInstead(server, 'send-proxy-v2') },
        path,
      }
    })
  },
}

export const headerTwice: Judge = {
  evidence: chains,
  *find(ground) {
    yield* eachPath(ground, (path): FoundMismatch | undefined => {
      const arrival = arrivalOf(path)
      const sender = arrival?.second?.from
      // Behind a header, or inside TLS, another one is payload.
      if (arrival === undefined || sender === undefined) return undefined
      if (arrival.header === undefined && !arrival.tls) return undefined
      const { server } = sender
      const at = path.legs.findIndex((one) => one.hop === sender)
      const bind = path.legs[at + 1]?.at?.bind
      return {
        at: senderSpan(sender),
        suffers: 'every client',
        message: `${server.name} sends a PROXY header to a bind without accept-proxy: it goes on to the broker as payload`,
        ...(bind !== undefined && {
          related: [{ span: bind.address.span, message: 'the bind it reaches' }],
          remedy: { text: `bind ${bind.address.text} accept-proxy`, edits: [addWords(bind.line, 'accept-proxy')] },
        }),
        path,
      }
    })
  },
}

export const headerBeforeTls: Judge = {
  evidence:
    'HAProxy 3.2: a header that comes before TLS to "bind ... ssl" without accept-proxy is read as a ClientHello: "SSL handshake failure (wrong version number)".',
  *find(ground) {
    for (const kind of ['header before TLS', 'header in HTTP'] as const) {
      yield* eachPath(ground, (path): FoundMismatch | undefined => {
        const stop = stopped(path, kind)
        if (stop === undefined) return undefined
        const { server } = stop.before.hop
        const where = kind === 'header before TLS' ? 'that ends TLS' : 'in mode http'
        return {
          at: senderSpan(stop.before.hop),
          suffers: 'every client',
          message: `${server.name} sends a PROXY header to a bind ${where} without accept-proxy: every connection ends there`,
          related: [{ span: stop.bind.address.span, message: 'the bind it reaches' }],
          remedy: {
            text: `bind ${stop.bind.address.text} accept-proxy`,
            edits: [addWords(stop.bind.line, 'accept-proxy')],
          },
          path,
        }
      })
    }
  },
}

export const chainLosesTlsFacts: Judge = {
  evidence:
    'HAProxy 3.2.26 and Mosquitto 2.1.2: after accept-proxy the next header has the address, an SSL TLV with client byte 00 and no CN ("did not provide a certificate"); with an inner hop that neither reads nor writes a header, CONNACK 0.',
  unusable: true,
  *find(ground) {
    yield* eachPath(ground, (path): FoundMismatch | undefined => {
      const arrival = readHeader(path)
      if (arrival === undefined) return undefined
      const lost = lostFacts(path, arrival.header)
      const { listener } = arrival
      const need = listener.requireCertificate ?? listener.requireTls
      if (lost === undefined || need === undefined) return undefined
      if (listener.requireCertificate === undefined && arrival.header.ssl !== 'absent') return undefined
      const { edge, inner } = lost
      const sent = edge.hop.server.header.ssl
      const what = listener.cnAsUsername === undefined || listener.requireCertificate === undefined ? 'TLS facts' : 'CN'
      return {
        at: inner.at?.bind.acceptProxy ?? inner.at?.bind.address.span ?? senderSpan(inner.hop),
        suffers: 'every client',
        message: `the chain cannot carry the ${what}: HAProxy keeps the address of a header that it reads, never its TLS facts, and ${listenerName(listener)} insists on them`,
        related: [
          { span: need, message: 'the listener insists here' },
          sent
            ? { span: senderSpan(edge.hop), message: 'this header has them' }
            : { span: edge.at?.bind.ssl ?? senderSpan(edge.hop), message: 'TLS ends here' },
        ],
        remedy: {
          text: `${sent ? '' : `${neededKeyword(listener)} for ${edge.hop.server.name}, `}no accept-proxy on the inner bind and no send-proxy on the inner server line, so that the first header goes through; or end TLS at the last hop`,
        },
        path,
      }
    })
  },
}

/** An earlier hop knew of TLS what the hop that wrote this header does not. */
function lostFacts(path: ConnectionPath, header: Header): { edge: Leg; inner: Leg } | undefined {
  const inner = legOf(path, header)
  if (inner === undefined || inner.facts.tls !== 'no') return undefined
  const before = path.legs.slice(0, path.legs.indexOf(inner))
  const edge = before.findLast((one) => one.facts.tls === 'yes')
  return edge === undefined ? undefined : { edge, inner }
}
