import { printable } from '../kernel/printable.js'
import { recognise } from '../proxy-header/recognise.js'
import { isAnswer, spokeTls } from './attempts.js'
import { ProbeFacts } from './facts.js'
import { headerForms, idOf } from './forms.js'
import type { Carrier, Observation, ProbeVerdict } from './types.js'
import type { VerdictKind } from './verdict-kinds.js'

/**
 * A listener that ends every connection after the same time does not look at what is sent. On a busy machine the same time
 * is measured longer once and shorter once.
 */
const sameTime = { ms: 250, share: 0.5 }

function atSameTime(one: number, other: number): boolean {
  return Math.abs(one - other) < Math.max(sameTime.ms, sameTime.share * Math.max(one, other))
}

/**
 * What listens there, from what was observed. Judged on an MQTT answer or none, never on FIN or RST; `unknown` where
 * that is not enough. The table behind it: each row was measured on the real programs.
 */
export function classify(seen: readonly Observation[]): ProbeVerdict {
  const facts = new ProbeFacts(seen)
  const { kind, text, evidence } = decide(facts)
  return {
    kind,
    // Both hold what TLS, HTTP or a banner said.
    text: printable(text),
    evidence: evidence.map(printable),
    proxy: facts.proxy,
    relay: facts.relay,
    tls: (facts.tls ?? facts.innerTls)?.tls,
    clientCertificate: facts.clientCertificate,
    mqtt: facts.mqtt,
    says: facts.says,
  }
}

interface Decision {
  readonly kind: VerdictKind
  readonly text: string
  readonly evidence: readonly string[]
}

const decision = (kind: VerdictKind, text: string, ...evidence: string[]): Decision => ({ kind, text, evidence })

function decide(facts: ProbeFacts): Decision {
  return (
    unreached(facts) ?? headerless(facts) ?? behindHeader(facts) ?? secured(facts) ?? layered(facts) ?? leftOver(facts)
  )
}

/** No TCP connection came about at all. */
function unreached(facts: ProbeFacts): Decision | undefined {
  const first = facts.get('silence')
  if (first === undefined || first.stage !== 'connect') return undefined
  const why = first.detail ?? first.outcome
  if (first.outcome === 'refused') return decision('closed', 'closed: nothing listens there', why)
  if (first.outcome === 'timeout') return decision('filtered', 'filtered: no answer to a TCP connection', why)
  if (first.outcome === 'reset') {
    return decision('unreachable', 'resets every connection as it opens: an access list refuses this address', why)
  }
  if (first.outcome === 'unreachable') return decision('unreachable', 'cannot be reached', why)
  return undefined
}

function headerless(facts: ProbeFacts): Decision | undefined {
  if (!facts.answered('plain', 'plain-5')) return undefined
  const believed = facts.headersTaken()
  if (believed.length > 0) {
    return decision(
      'proxy-optional',
      'MQTT · PROXY header optional, and trusted from everyone',
      'a CONNECT without a header was answered',
      ...believed,
    )
  }
  const refused = 'a CONNECT without a header was answered, with any header not'
  if (facts.relay === true) {
    return decision(
      'haproxy-frontend',
      'MQTT through HAProxy (or another relay): takes no PROXY header from clients; --behind BROKER shows whether it adds its own',
      refused,
      relayEvidence,
    )
  }
  return decision(
    'plain',
    'plain MQTT broker, no PROXY protocol',
    refused,
    ...(facts.relay === false
      ? ['no relay was seen in front; one that closes both ways at once, as nginx does, cannot be']
      : []),
  )
}

const relayEvidence = 'after the broker had closed, a further byte was still taken: a relay stands in front'

function behindHeader(facts: ProbeFacts): Decision | undefined {
  const taken = facts.headersTaken()
  if (taken.length === 0) return undefined
  const { versions: read, local } = facts.proxy
  const versions = read.map((one) => `v${one}`).join(' and ')
  const evidence = ['a CONNECT without a header was not answered', ...taken]
  if (facts.relay === true && read.length === 2 && local === true) {
    return decision(
      'accept-proxy',
      `HAProxy bind with accept-proxy (or a relay to a PROXY listener) · PROXY header required (${versions})`,
      ...evidence,
      relayEvidence,
    )
  }
  if (facts.relay === true) {
    return decision(
      'proxy-required',
      `MQTT · PROXY header required (${versions}), through a relay that adds none`,
      ...evidence,
      relayEvidence,
      'HAProxy with accept-proxy takes both versions and LOCAL: what reads the header here is the broker behind',
    )
  }
  return decision('proxy-required', `MQTT · PROXY header required (${versions})`, ...evidence)
}

function secured(facts: ProbeFacts): Decision | undefined {
  const handshake = facts.tls
  if (handshake === undefined) return undefined
  const version = handshake.tls === undefined ? 'TLS' : handshake.tls.version
  const relay = facts.relay === true ? ' through HAProxy (or another relay)' : ''
  const certificate = facts.clientCertificate
  if (certificate === 'required') {
    return decision('mtls', `MQTT over ${version}${relay} · client certificate required`, facts.certificateEvidence())
  }
  if (facts.answered('tls', 'tls-no-alpn', 'tls-cert')) {
    return decision(
      'tls',
      `MQTT over ${version}${relay}${optional(facts, 'tls')}`,
      'a CONNECT over TLS without a certificate was answered',
    )
  }
  if (facts.answered('wss'))
    return decision(
      'wss',
      `MQTT over WebSocket over ${version}${optional(facts, 'wss')}`,
      'the upgrade was answered, then CONNECT',
    )
  const http = facts.get('wss')
  if (http?.outcome === 'not-mqtt') {
    return decision(
      'not-mqtt',
      `${version}, but not MQTT: ${http.detail ?? 'something else'}`,
      'the WebSocket upgrade was refused by HTTP',
    )
  }
  const silent = facts.get('tls-silence')
  if (handshake.tls !== undefined && silent !== undefined && ended(silent)) {
    return decision(
      'no-backend',
      `${version} frontend without a working backend: the handshake succeeds, then every connection is closed`,
      `a TLS connection on which nothing was sent was closed after ${silent.ms.toFixed(0)} ms`,
    )
  }
  if (handshake.tls === undefined) {
    return decision(
      'unknown',
      `TLS, but the handshake fails: ${handshake.detail ?? 'no reason'}`,
      'an alert of a TLS server',
    )
  }
  return decision(
    'unknown',
    `${version}, but no MQTT answer behind it`,
    'the handshake succeeded, CONNECT was not answered',
  )
}

function layered(facts: ProbeFacts): Decision | undefined {
  if (facts.answered('ws', 'ws-5')) {
    return decision('ws', `MQTT over WebSocket${optional(facts, 'ws')}`, 'the upgrade was answered, then CONNECT')
  }
  const tls = facts.find('v2-tls', 'v1-tls').filter((one) => spokeTls(one))
  if (tls.length > 0) {
    const by = tls.map((one) => (one.attempt === 'v2-tls' ? 'v2' : 'v1'))
    const over = facts.proxyOn('wss').versions.length > 0 ? ', with WebSocket in it' : ''
    return decision(
      'proxy-tls',
      `TLS behind a PROXY header (${by.sort().join(' and ')})${over}`,
      `a TLS handshake behind a ${by.join(' and a ')} header was answered`,
    )
  }
  const ws = facts.find(...headerForms.map((form) => idOf(form, 'ws'))).find(isAnswer)
  if (ws !== undefined) {
    const text = `MQTT over WebSocket behind a PROXY header (${versionsOf(facts, 'ws')})`
    return decision('proxy-ws', text, `${ws.attempt} was answered`)
  }
  return undefined
}

/** Headers are trusted too: this is reported besides the kind of the listener. */
function optional(facts: ProbeFacts, carrier: Carrier): string {
  return facts.proxyOn(carrier).versions.length === 0 ? '' : ` · PROXY header optional (${versionsOf(facts, carrier)})`
}

function versionsOf(facts: ProbeFacts, carrier: Carrier): string {
  return facts
    .proxyOn(carrier)
    .versions.map((one) => `v${one}`)
    .join(' and ')
}

function leftOver(facts: ProbeFacts): Decision {
  for (const one of facts.find('silence', 'ws', 'plain', 'plain-5')) {
    const what = one.received === undefined ? undefined : recognise(one.received)
    if (what !== undefined) return decision('not-mqtt', `not MQTT: it sends ${what}`, `answer to ${one.attempt}`)
    if (one.attempt === 'ws' && one.outcome === 'not-mqtt') {
      return decision(
        'not-mqtt',
        `not MQTT: an HTTP server (${one.detail ?? 'no upgrade'})`,
        'answer to a WebSocket upgrade',
      )
    }
    if (one.received !== undefined)
      return decision('not-mqtt', 'not MQTT: it sends something else', `answer to ${one.attempt}`)
  }
  const silence = facts.get('silence')
  const others = facts.all.filter((one) => one.attempt !== 'silence' && one.stage !== 'connect')
  if (
    silence !== undefined &&
    ended(silence) &&
    others.length > 0 &&
    others.every((one) => ended(one) || one.outcome === 'tls')
  ) {
    const spread = others.every((one) => atSameTime(one.ms, silence.ms))
    if (spread) {
      return decision(
        'no-backend',
        'HAProxy frontend without a working backend (or a listener that refuses everyone)',
        `even a connection on which nothing was sent was closed, after ${silence.ms.toFixed(0)} ms as all others`,
      )
    }
  }
  // On a busy machine, or with a full backlog, some are not even connected in time.
  const tries = facts.all.filter((one) => one.attempt !== 'silence')
  if (tries.length > 0 && tries.every((one) => one.outcome === 'timeout')) {
    return decision(
      'silent',
      'accepts connections and never answers',
      `no byte within ${Math.max(...tries.map((one) => one.ms)).toFixed(0)} ms`,
    )
  }
  return decision(
    'unknown',
    'unknown: it accepts connections, but answered nothing that was tried',
    'no attempt was answered',
  )
}

function ended(one: Observation): boolean {
  return one.outcome === 'closed' || one.outcome === 'reset'
}
