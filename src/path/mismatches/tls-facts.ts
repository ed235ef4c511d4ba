import type { Listener } from '../../brokers/listener.js'
import { clientsOf, legOf, readHeader } from '../arrival.js'
import { addWords, neededKeyword, sendInstead } from '../edits.js'
import { eachPath } from '../ground.js'
import type { FoundMismatch, Judge } from '../mismatch.js'
import type { BindAt } from '../model.js'
import { listenerName, senderSpan, serverName } from '../say.js'

export const tlsFactsNotSent: Judge = {
  evidence: 'Mosquitto 2.1.2 with require_tls or require_certificate behind plain send-proxy-v2.',
  *find(ground) {
    yield* eachPath(ground, (path): FoundMismatch | undefined => {
      const arrival = readHeader(path)
      const sender = arrival?.header.from
      if (arrival === undefined || sender === undefined) return undefined
      const { listener, header, last } = arrival
      const need = listener.requireCertificate ?? listener.requireTls
      if (need === undefined || header.version !== 2 || header.ssl !== 'absent') return undefined
      const keyword = neededKeyword(listener)
      return {
        at: senderSpan(sender),
        suffers: clientsOf(last),
        message: `${serverName(sender)} sends a header without TLS facts, and ${listenerName(listener)} insists on them: every client is refused`,
        related: [{ span: need, message: 'the listener insists here' }],
        remedy: { text: keyword, edits: sendInstead(sender.server, keyword) },
        path,
      }
    })
  },
}

/** What becomes of clients then. */
const withoutCn: Readonly<Record<Listener['withoutCn'], string>> = {
  refused: 'every client is refused',
  'keeps its own name': 'each client is who it says it is',
}

export const cnNotSent: Judge = {
  evidence: 'Mosquitto 2.1.2 with use_identity_as_username behind send-proxy-v2-ssl: CONNACK 4 (134 in MQTT 5).',
  *find(ground) {
    yield* eachPath(ground, (path): FoundMismatch | undefined => {
      const arrival = readHeader(path)
      const sender = arrival?.header.from
      if (arrival === undefined || sender === undefined) return undefined
      const { listener, header, last } = arrival
      // Without require_certificate Mosquitto takes no CN at all (measured): the option is ignored, which is another finding.
      if (listener.cnAsUsername === undefined || listener.requireCertificate === undefined) return undefined
      if (header.ssl === 'absent' || sender.server.header.cn) return undefined
      return {
        at: senderSpan(sender),
        suffers: listener.withoutCn === 'refused' ? clientsOf(last) : 'nobody is refused: anyone can forge',
        message: `${listenerName(listener)} takes the username from the CN (${listener.cnOption ?? 'as its file says'}), and ${serverName(sender)} sends ${sender.server.header.kind} without it: ${withoutCn[listener.withoutCn]}`,
        related: [{ span: listener.cnAsUsername, message: 'the CN is to be the username' }],
        remedy: { text: 'send-proxy-v2-ssl-cn', edits: sendInstead(sender.server, 'send-proxy-v2-ssl-cn') },
        path,
      }
    })
  },
}

/** Bind by bind: a certificate that nobody asks a client for cannot be in the header. */
export const certificateNotAsked: Judge = {
  evidence:
    'HAProxy 3.2.26 and Mosquitto 2.1.2 with require_certificate: behind a bind without "verify" the SSL TLV has no certificate bit, "did not provide a certificate" for every client.',
  *find(ground) {
    yield* eachPath(ground, (path): FoundMismatch | undefined => {
      const arrival = readHeader(path)
      const leg = arrival && legOf(path, arrival.header)
      if (arrival === undefined || leg?.at === undefined || leg.facts.certificate !== 'none') return undefined
      const { listener } = arrival
      if (listener.requireCertificate === undefined) return undefined
      const { bind } = leg.at
      const why = bind.ssl === undefined ? 'takes clients without TLS' : 'asks no client for a certificate'
      return {
        at: bind.address.span,
        suffers: clientsOf(leg),
        message: `bind ${bind.address.text} ${why}, and ${listenerName(listener)} insists on ${bind.ssl === undefined ? 'a certificate' : 'one'}: every client of this bind is refused`,
        related: [{ span: listener.requireCertificate, message: 'the listener insists here' }],
        remedy: askFor(leg.at),
        path,
      }
    })
  },
}

function askFor({ bind }: BindAt) {
  if (bind.ssl === undefined)
    return { text: 'ssl crt FILE verify required ca-file FILE, or a listener of its own for this bind' }
  if (bind.caFile === undefined) return { text: 'verify required ca-file FILE' }
  // `verify none` is taken back by a later word.
  return { text: 'verify required', edits: [addWords(bind.line, 'verify required')] }
}

export const certificateOptional: Judge = {
  evidence:
    'HAProxy 3.2.26 with "verify optional" and Mosquitto 2.1.2 with allow_anonymous true and no require_certificate: CONNACK 0 for a client without a certificate.',
  *find(ground) {
    yield* eachPath(ground, (path): FoundMismatch | undefined => {
      const [first] = path.legs
      if (path.end.kind !== 'listener' || first?.at === undefined || first.facts.certificate !== 'maybe')
        return undefined
      const { listener } = path.end
      if (listener.requireCertificate !== undefined || !listener.login.anonymous.value || looksAtCertificate(first.at))
        return undefined
      const { bind } = first.at
      if (bind.verify === undefined) return undefined
      return {
        at: bind.verify.span,
        suffers: 'nobody is refused: anyone can forge',
        message: `"verify optional" lets clients without a certificate in, and ${listenerName(listener)} lets everybody in: the certificate protects nothing`,
        related: [
          { span: listener.login.anonymous.span ?? listener.span, message: 'nobody is asked for anything here' },
        ],
        remedy: { text: 'verify required, or require_certificate true on the listener' },
        path,
      }
    })
  },
}

/** A rule of HAProxy that asks whether there is a certificate, or whose. */
function looksAtCertificate({ proxy }: BindAt): boolean {
  return proxy.effective.some((line) => line.words.some((word) => /\bssl_(c_|fc_has_crt)/.test(word.text)))
}

/** Mosquitto looks for the SSL TLV, not at its bit. */
export const requireTlsBypass: Judge = {
  evidence:
    'Mosquitto 2.1.2 (src/proxy_v2.c, read_tlv_ssl) behind a plain HAProxy bind with send-proxy-v2-ssl: CONNACK 0.',
  *find(ground) {
    yield* eachPath(ground, (path): FoundMismatch | undefined => {
      const arrival = readHeader(path)
      const entry = path.legs[0]?.at
      if (arrival === undefined || entry === undefined || arrival.header.ssl !== 'no') return undefined
      const { listener, header, last } = arrival
      if (listener.requireTls === undefined || listener.requireCertificate !== undefined) return undefined
      if (path.legs.some((one) => one.facts.tls !== 'no')) return undefined
      return {
        at: entry.bind.address.span,
        suffers: 'nobody is refused: anyone can forge',
        message: `clients without TLS reach ${listenerName(listener)} through "${entry.proxy.name}", and require_tls does not stop them`,
        related: [
          { span: listener.requireTls, message: 'only looks whether the TLV is there' },
          { span: senderSpan(header.from ?? last.hop), message: 'sends the TLV for plain clients as well' },
        ],
        remedy: { text: 'a backend and a listener of their own for plain clients' },
        path,
      }
    })
  },
}

export const unverifiedCn: Judge = {
  evidence:
    'HAProxy 2.6 with ca-ignore-err all crt-ignore-err all and -ssl-cn: VerneMQ 2.2.0 took alice from a certificate of an untrusted CA; it never looks at the verify result.',
  *find(ground) {
    yield* eachPath(ground, (path): FoundMismatch | undefined => {
      const arrival = readHeader(path)
      const leg = arrival && legOf(path, arrival.header)
      const ignored = leg?.at?.bind.ignoreErrors[0]
      if (arrival === undefined || leg === undefined || ignored === undefined) return undefined
      const { cn } = arrival.listener
      if (leg.facts.certificate !== 'unverified' || arrival.header.cn !== 'yes' || cn !== 'believed') return undefined
      return {
        at: ignored.span,
        suffers: 'nobody is refused: anyone can forge',
        message: `a certificate of any CA passes here, and ${listenerName(arrival.listener)} takes its CN for the username`,
        related: [{ span: senderSpan(leg.hop), message: 'sends the CN' }],
        remedy: { text: 'verify required without ca-ignore-err and crt-ignore-err' },
        path,
      }
    })
  },
}

/** RabbitMQ takes a login from TLS of its own only. */
export const cnNeverTaken: Judge = {
  evidence:
    'RabbitMQ 3.10.8 with mqtt.ssl_cert_login = true behind send-proxy-v2-ssl-cn: CONNACK 4, the CN in the header is never a login.',
  *find(ground) {
    yield* eachPath(ground, (path): FoundMismatch | undefined => {
      if (path.end.kind !== 'listener') return undefined
      const { listener } = path.end
      const { certificateLogin, transport, cn } = listener
      if (certificateLogin === undefined || cn !== 'never' || transport === 'tls' || transport === 'wss')
        return undefined
      const leg = path.legs.at(-1)
      if (leg === undefined || !leg.carried.tlsEnded) return undefined
      return {
        at: certificateLogin,
        suffers: 'every client',
        message: `${listenerName(listener)} never takes the CN from a PROXY header: a login by certificate needs TLS at the broker itself, and TLS ends at HAProxy`,
        related: [{ span: senderSpan(leg.hop), message: `${serverName(leg.hop)} comes without TLS` }],
        remedy: { text: 'users with passwords, or TLS passed through to a TLS listener of the broker' },
        path,
      }
    })
  },
}
