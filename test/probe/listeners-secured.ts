import { saw, session, tls13 } from './observations.js'
import { certified, old, overTls, reach, refused, round, type Seen } from './rounds.js'

export const secured: Readonly<Record<string, Seen>> = {
  'TLS with a good certificate': { seen: overTls(), options: reach },
  'TLS without ALPN': {
    seen: round(
      saw('tls', 'tls', { stage: 'tls', detail: 'tlsv1 alert no application protocol' }),
      saw('tls-no-alpn', 'accepted', { tls: tls13 }),
    ),
  },
  'TLS through a relay': { seen: [...overTls(), session(true)] },
  'TLS and a header or none before MQTT': { seen: overTls(saw('v1-tls', 'accepted'), saw('v2-cert-tls', 'accepted')) },
  'TLS on the same port as plain text': { seen: overTls(saw('plain', 'accepted')) },
  'a certificate of yesterday': { seen: round(saw('tls', 'accepted', { tls: certified({ days: -1 }) })) },
  'a certificate of today': { seen: round(saw('tls', 'accepted', { tls: certified({ days: 0 }) })) },
  'a certificate for 6 days': { seen: round(saw('tls', 'accepted', { tls: certified({ days: 6 }) })) },
  'a certificate for 7 days': { seen: round(saw('tls', 'accepted', { tls: certified({ days: 7 }) })) },
  'a certificate for 20 days': { seen: round(saw('tls', 'accepted', { tls: certified({ days: 20 }) })) },
  'a certificate for 21 days': { seen: round(saw('tls', 'accepted', { tls: certified({ days: 21 }) })) },
  'another name': {
    seen: round(saw('tls', 'accepted', { tls: certified({ wrongName: 'IP 127.0.0.1 is not in the list' }) })),
  },
  'an authority that this system does not know': {
    seen: round(saw('tls', 'accepted', { tls: certified({ untrusted: 'unable to get local issuer certificate' }) })),
  },
  'another authority than that of --cafile': {
    seen: round(saw('tls', 'accepted', { tls: certified({ untrusted: 'self-signed certificate in chain' }) })),
    options: { trustGiven: true },
  },
  'TLS 1.0': { seen: round(saw('tls', 'accepted', { tls: tls13 }), saw('tls-old', 'open', { tls: old })) },
  'a certificate is required, by an alert after the handshake': {
    seen: round(saw('tls', 'tls', { tls: tls13, detail: 'tlsv13 alert certificate required' })),
  },
  'a certificate is required, by an alert to silence': {
    seen: round(
      saw('tls', 'closed', { tls: tls13 }),
      saw('tls-silence', 'tls', { tls: tls13, detail: 'tlsv13 alert certificate required' }),
    ),
  },
  'a certificate is required, by an alert within the handshake': {
    seen: round(saw('tls', 'tls', { stage: 'tls', detail: 'alert certificate required' }), saw('tls-asks', 'asked')),
  },
  'a certificate is required, and TLS 1.0 is refused for its version': {
    seen: round(
      saw('tls', 'tls', { tls: tls13, detail: 'tlsv13 alert certificate required' }),
      saw('tls-old', 'tls', { stage: 'tls', detail: 'tlsv1 alert protocol version' }),
    ),
  },
  'a certificate is required, and TLS 1.0 is refused, nobody knows why': {
    seen: round(
      saw('tls', 'tls', { tls: tls13, detail: 'tlsv13 alert certificate required' }),
      saw('tls-old', 'tls', { stage: 'tls', detail: 'ssl/tls alert handshake failure' }),
    ),
  },
  'a certificate is required and given, and TLS 1.0 is refused': {
    seen: round(
      saw('tls', 'closed', { tls: tls13 }),
      saw('tls-cert', 'accepted', { tls: tls13 }),
      saw('tls-old', 'tls', { stage: 'tls', detail: 'ssl/tls alert handshake failure' }),
    ),
  },
  'a certificate is asked for in a handshake that fails': {
    seen: round(saw('tls', 'tls', { stage: 'tls', detail: 'alert handshake failure' }), saw('tls-asks', 'asked')),
  },
  'a certificate is not asked for in a handshake that fails': {
    seen: round(saw('tls', 'tls', { stage: 'tls', detail: 'alert handshake failure' }), saw('tls-asks', 'not-asked')),
  },
  'the given certificate is accepted, none is not': {
    seen: round(saw('tls', 'closed', { tls: tls13 }), saw('tls-cert', 'accepted', { tls: certified() }), session(true)),
  },
  'the given certificate is refused for its name': {
    seen: round(saw('tls', 'closed', { tls: tls13 }), { ...refused('tls-cert', 5), tls: tls13 }),
  },
  'WebSocket in TLS': {
    seen: round(saw('tls', 'closed', { tls: certified() }), saw('wss', 'accepted', { tls: tls13 })),
    options: reach,
  },
  'WebSocket in TLS with a header or none': {
    seen: round(
      saw('tls', 'closed', { tls: tls13 }),
      saw('wss', 'accepted', { tls: tls13 }),
      saw('wss-5', 'accepted', { tls: tls13, properties: { serverKeepAlive: 60 } }),
      saw('v2-wss', 'accepted', { tls: tls13 }),
    ),
  },
  'a web server with TLS': {
    seen: round(saw('tls', 'closed', { tls: tls13 }), saw('wss', 'not-mqtt', { tls: tls13, detail: 'HTTP 404' })),
  },
  'a web server with TLS that gives no reason': {
    seen: round(saw('tls', 'closed', { tls: tls13 }), saw('wss', 'not-mqtt', { tls: tls13 })),
  },
  'TLS, and nothing behind it': {
    seen: round(saw('tls', 'closed', { tls: tls13 }), saw('tls-silence', 'reset', { tls: tls13, ms: 12.4 })),
  },
  'TLS, and no answer behind it': {
    seen: round(saw('tls', 'timeout', { tls: tls13 }), saw('tls-silence', 'open', { tls: tls13 })),
  },
  'a handshake that fails without a reason': { seen: round(saw('tls', 'tls', { stage: 'tls' })) },
  'an answer to a handshake that is not TLS': {
    seen: round(saw('tls', 'tls', { stage: 'tls', detail: 'packet length too long' })),
  },
}

export const layered: Readonly<Record<string, Seen>> = {
  WebSocket: { seen: round(saw('ws', 'accepted')), options: reach },
  'WebSocket of MQTT 5': {
    seen: round(refused('ws', 1), saw('ws-5', 'accepted', { properties: { receiveMaximum: 5 } })),
  },
  'WebSocket with a header or none': {
    seen: round(
      saw('ws', 'accepted'),
      saw('v1-ws', 'accepted'),
      saw('v2-ws', 'accepted'),
      saw('v2-local-ws', 'closed'),
    ),
  },
  'WebSocket behind version 2': { seen: round(saw('v2-ws', 'accepted'), saw('v2-local-ws', 'accepted')) },
  'WebSocket behind version 1': { seen: round(saw('v1-ws', 'accepted')), options: { reachable: true } },
  'WebSocket behind a header that reports TLS': { seen: round(saw('v2-cert-ws', 'accepted')) },
  'WebSocket behind a header with any SSL TLV': {
    seen: round(saw('v2-ssl-off-ws', 'accepted'), saw('v2-cert-ws', 'accepted')),
  },
  'TLS behind version 2': { seen: round(saw('v2-tls', 'accepted', { tls: certified() })) },
  'TLS behind version 1': { seen: round(saw('v1-tls', 'accepted', { tls: tls13 })) },
  'TLS behind both versions': {
    seen: round(saw('v1-tls', 'accepted', { tls: tls13 }), saw('v2-tls', 'accepted', { tls: tls13 })),
  },
  'TLS behind a header, and a certificate is required': {
    seen: round(saw('v2-tls', 'tls', { tls: tls13, detail: 'tlsv13 alert certificate required' })),
  },
  'TLS behind a header, and nothing behind it': { seen: round(saw('v2-tls', 'closed', { tls: tls13 })) },
  'TLS behind a header that refuses the handshake': {
    seen: round(saw('v1-tls', 'tls', { stage: 'tls', detail: 'alert handshake failure' })),
  },
  'TLS behind a header, and a certificate is required within the handshake': {
    seen: round(
      saw('v1-tls', 'closed', { tls: tls13 }),
      saw('v2-tls', 'tls', { stage: 'tls', detail: 'alert certificate required' }),
    ),
  },
  'TLS behind a header, answered with the given certificate and without': {
    seen: round(saw('v2-tls', 'accepted', { tls: tls13 }), saw('tls-bare', 'accepted', { tls: tls13 })),
  },
  'TLS behind a header, answered with the given certificate alone': {
    seen: round(saw('v1-tls', 'accepted', { tls: tls13 }), saw('tls-bare', 'closed', { tls: tls13 })),
  },
  'WebSocket in TLS behind a header': {
    seen: round(saw('v2-tls', 'closed', { tls: tls13 }), saw('v2-wss', 'accepted', { tls: tls13 })),
  },
}
