import { addWords, insertBelow, replaceAt } from '../edits.js'
import type { CheckEnd } from '../health/expectation.js'
import type { CheckConnection, CheckTalk } from '../health/health-check.js'
import type { CheckRefusal } from '../health/reply.js'
import type { FoundMismatch, Judge, Remedy } from '../mismatch.js'
import { atListener, listenerName, serverName } from '../say.js'

export const checkSendsLocal: Judge = {
  evidence:
    'HAProxy 2.6 to 3.4 and Mosquitto 2.1.2: "TCPCHK got an empty response" or ECONNRESET; with pp2-never-send-local the server is UP.',
  *find({ checks }) {
    for (const { hop, listener, stops, sends, expects } of checks) {
      const { server, haproxy } = hop
      if (!stops.includes('local') || sends.length === 0 || expects.length === 0) continue
      const global = haproxy.global.sections[0]
      yield {
        at: server.check.enabled ?? server.span,
        suffers: 'every client',
        message: `the checks of ${serverName(hop)} speak MQTT behind a LOCAL header, which ${listener.brokerName} drops: the server is never UP`,
        related: [atListener(listener)],
        remedy: {
          text: 'pp2-never-send-local in the global section',
          ...(global !== undefined && { edits: [insertBelow(global.header.span, '    pp2-never-send-local')] }),
        },
        listener,
      }
    }
  },
}

export const checkWithoutHeader: Judge = {
  evidence: 'HAProxy 2.6, 3.2 and 3.4: "check port N", "check addr A" and a bare "tcp-check connect" send no header.',
  *find({ checks }) {
    for (const check of checks) {
      const { hop, listener, connect, stops, expects, moved } = check
      if (!stops.includes('header missing')) continue
      const { server } = hop
      const wants = { span: listener.header.span ?? listener.span, message: 'the listener wants a header' }
      if (connect !== undefined && !connect.asServer) {
        const never = expects.length > 0
        const word =
          server.header.version !== undefined && !moved && connect.port === undefined ? 'default' : 'send-proxy'
        yield {
          at: connect.line.span,
          suffers: 'every client',
          severity: never ? 'error' : 'warning',
          message: `this tcp-check connect sends no PROXY header to ${serverName(hop)}${never ? ': the server is never UP' : ''}`,
          related: [wants],
          remedy: { text: `tcp-check connect ${word}`, edits: [addWords(connect.line, word)] },
          listener,
        }
        continue
      }
      const at = server.check.port ?? server.check.addr
      if (at === undefined) continue
      const never = expects.length > 0
      yield {
        at: at.span,
        suffers: 'every client',
        severity: never ? 'error' : 'warning',
        message: `checks of ${serverName(hop)} with "${server.check.port === undefined ? 'addr' : 'port'}" send no PROXY header to a listener that wants one${never ? ': the server is never UP' : ''}`,
        related: [wants],
        remedy: { text: 'check-send-proxy', edits: [addWords(server.line, 'check-send-proxy')] },
        listener,
      }
    }
  },
}

const never: ReadonlySet<CheckEnd> = new Set(['timeout', 'empty', 'mismatch'])

export const checkNeverUp: Judge = {
  evidence:
    'HAProxy 2.6, 3.2 and 3.4 with Mosquitto 2.1.2: a length of one too many "Layer7 timeout"; one too few, a wrong name, a reserved flag, PINGREQ first "got an empty response"; level 6, no client id, no login, MQTT 5.0 with "expect binary 20020000" "did not match content".',
  *find({ checks }) {
    for (const check of checks) {
      const { talk, listener, stops } = check
      const stop = stops.find(
        (one) => one === 'certificate' || one === 'tls facts' || one === 'tls' || ofCheck(one, check),
      )
      if (stop !== undefined && check.expects.length > 0) {
        yield neverUp(check, reasons[stop], placeOf(check), remedies[stop])
        continue
      }
      if (talk === undefined || !talk.ends.every((one) => never.has(one))) continue
      const { answer, packet } = talk
      if (answer.refusal !== undefined) {
        yield neverUp(check, says(talk), placeOf(check), remedyOf(check, talk))
        continue
      }
      const [expect] = check.expects
      if (expect === undefined) continue
      if (packet === undefined) {
        yield neverUp(
          check,
          'it expects bytes before it sends any, and a broker does not speak first',
          expect.line.span,
          {
            text: 'tcp-check send-binary above it, with a CONNECT',
          },
        )
        continue
      }
      const text = said(expect.line.words.slice(2).map((one) => one.text))
      if (answer.session === true) {
        const why = `its CONNECT keeps a session (clean session 0), so that from the second check on the CONNACK is 20020100, which "${text}" does not match`
        yield neverUp(check, why, expect.line.span, { text: 'the clean session bit in the CONNECT (flags 02)' })
        continue
      }
      const five = packet.kind === 'connect' && packet.connect.level === 5
      const begins = five ? 'a CONNACK of MQTT 5.0, of 5 bytes and more (20 .. 00 00 ..)' : 'CONNACK 20020000'
      const better = five ? 'rbinary ^20..0000' : 'binary 20020000'
      yield neverUp(
        check,
        `${listenerName(listener)} answers with ${begins}, which "${text}" does not match`,
        expect.line.span,
        {
          text: `tcp-check expect ${better}`,
          ...(check.expects.length === 1 && {
            edits: [replaceAt(wordsSpan(expect.line.words.slice(1)), `expect ${better}`)],
          }),
        },
      )
    }
  },
}

/** A header that only the check sends. */
function ofCheck(stop: CheckRefusal, { hop, listener }: CheckConnection): boolean {
  if (stop !== 'header not read' && stop !== 'header version') return false
  return (
    !hop.targets.some((one) => one.kind === 'listener' && one.listener === listener) ||
    hop.server.header.version === undefined
  )
}

export const checkProvesNothing: Judge = {
  evidence:
    'HAProxy 2.6, 3.2 and 3.4 with Mosquitto 2.1.2: UP for a CONNECT of which the broker waits for the rest, without expect; UP for one that it refuses (CONNACK 5) with "expect binary 2002", "binary 20020005" or "! binary 20020000".',
  *find({ checks }) {
    for (const check of checks) {
      const { talk, sends, expects, stops } = check
      if (talk === undefined || sends.length === 0 || stops.includes('header missing')) continue
      if (!talk.endsAsSent.every((one) => one === 'passed')) continue
      const why =
        stops[0] !== undefined ? reasons[stops[0]] : talk.answer.refusal === undefined ? undefined : says(talk)
      if (why === undefined && expects.length > 0) continue
      const [expect] = expects
      const last = sends.at(-1)
      if (last === undefined) continue
      const unread = 'no "tcp-check expect" reads the answer'
      const because = why === undefined ? unread : expect === undefined ? `${why}, and ${unread}` : why
      yield {
        at: expect?.line.span ?? last.word.span,
        suffers: 'nobody yet: a broken broker stays UP',
        message: `the health check of ${serverName(check.hop)} is UP whatever the broker answers: ${because}`,
        related: [atListener(check.listener)],
        remedy: greenRemedy(check, talk, why === undefined),
        listener: check.listener,
      }
    }
  },
}

function greenRemedy({ expects, sends }: CheckConnection, talk: CheckTalk, sound: boolean): Remedy {
  const five = talk.packet?.kind === 'connect' && talk.packet.connect.level === 5
  const text = `tcp-check expect ${five ? 'rbinary ^20..0000' : 'binary 20020000'}`
  const last = sends.at(-1)
  if (!sound || expects.length > 0 || last === undefined)
    return { text: `${text}, behind a CONNECT that the broker accepts` }
  // Rules of a backend take the place of those of its defaults: the line belongs to the others, wherever they are.
  return { text, edits: [insertBelow(last.line.span, `${last.line.indent}${text}`)] }
}

function neverUp(
  { hop, listener }: CheckConnection,
  why: string,
  at: FoundMismatch['at'],
  remedy: Remedy | undefined,
): FoundMismatch {
  return {
    at,
    suffers: 'every client',
    message: `the health check of ${serverName(hop)} is never UP: ${why}`,
    related: [atListener(listener)],
    ...(remedy !== undefined && { remedy }),
    listener,
  }
}

function placeOf({ sends, expects, hop }: CheckConnection): FoundMismatch['at'] {
  return sends[0]?.word.span ?? expects[0]?.line.span ?? hop.server.check.enabled ?? hop.server.span
}

/** What is wrong with the bytes. */
function says({ packet, answer: { refusal } }: CheckTalk): string {
  if (packet?.kind === 'unfinished') {
    return packet.promised === 0
      ? 'its CONNECT ends inside its length, and the broker waits for the rest'
      : `its CONNECT promises ${packet.promised} bytes behind the length and has ${packet.there}, and the broker waits for the rest`
  }
  if (packet?.kind === 'malformed')
    return `its CONNECT is malformed (${packet.why}), and the broker closes the connection`
  if (packet?.kind === 'other') {
    const what = packet.first === undefined ? 'no MQTT' : `${packet.first}, no CONNECT`
    return `what it sends first is ${what}, and the broker closes the connection`
  }
  return refusal === undefined ? '' : reasons[refusal]
}

const reasons: Readonly<Record<CheckRefusal, string>> = {
  unfinished: 'its CONNECT is not whole',
  malformed: 'its CONNECT is malformed',
  'no connect': 'the first thing it sends is not a CONNECT',
  websocket: 'it sends MQTT without WebSocket, and the listener speaks WebSocket',
  level: 'the protocol name and level of its CONNECT are of no version of MQTT, and the broker refuses it (CONNACK 1)',
  'client id': 'its CONNECT has no client id, and the broker refuses that without the clean session bit (CONNACK 2)',
  login: 'its CONNECT has no username and password, and the listener wants them (CONNACK 5)',
  keepalive: 'the keepalive of its CONNECT is 0 or over max_keepalive, and the broker refuses it (CONNACK 2)',
  certificate: 'the listener insists on a client certificate, and a health check has none',
  'tls facts': 'the listener insists on TLS facts, which the header of the check does not have',
  'header not read': 'it sends a PROXY header, which the listener does not read',
  'header missing': 'it sends no PROXY header, and the listener wants one',
  'header version': 'it sends a PROXY header of a version that the listener does not read',
  local: 'its header is LOCAL, and the broker closes the connection',
  tls: 'it speaks without TLS, and the listener ends TLS itself',
}

const aside = 'check port N, with a plain listener on loopback for the checks'

const remedies: Readonly<Partial<Record<CheckRefusal, Remedy>>> = {
  websocket: { text: 'option httpchk, or a check of a listener for MQTT (check port N)' },
  level: { text: 'MQTT 3.1.1: the name MQTT and the level 04' },
  'client id': { text: 'a client id, or the clean session bit (flags 02)' },
  login: { text: `a username and password in the CONNECT (flags c2), or ${aside}` },
  keepalive: { text: 'a keepalive between 1 and max_keepalive' },
  certificate: { text: aside },
  'tls facts': { text: `send-proxy-v2-ssl, or ${aside}` },
  'header not read': { text: 'no check-send-proxy' },
  'header version': { text: 'the version of the header that the listener reads' },
  tls: { text: 'check-ssl verify none on the server line, or a plain listener for the checks (check port N)' },
  'no connect': { text: 'a CONNECT first: tcp-check send-binary 10…' },
  malformed: { text: 'a well-formed CONNECT' },
  unfinished: { text: 'the length byte as long as what follows it' },
}

/** Where all fields are there and only the length is wrong, the length is written. */
function remedyOf({ sends }: CheckConnection, { packet, answer }: CheckTalk): Remedy | undefined {
  const text = remedies[answer.refusal ?? 'malformed']
  const [send, ...others] = sends
  const fixable =
    (packet?.kind === 'unfinished' || packet?.kind === 'malformed') && packet.exact && packet.promised < 128
  if (!fixable || send?.bytes === undefined || others.length > 0 || !send.hex) return text
  const length = send.bytes.length - 2
  if (length > 127 || send.word.raw !== send.word.text) return text
  const right = `${send.word.text.slice(0, 2)}${length.toString(16).padStart(2, '0')}${send.word.text.slice(4)}`
  return { text: `${right.slice(0, 4)}… (${length} bytes follow)`, edits: [replaceAt(send.word.span, right)] }
}

function said(words: readonly string[]): string {
  return `expect ${words.join(' ')}`
}

function wordsSpan(words: readonly { readonly span: FoundMismatch['at'] }[]): FoundMismatch['at'] {
  const [first] = words
  const last = words.at(-1)
  if (first === undefined || last === undefined) throw new Error('a rule without words')
  return { ...first.span, endLine: last.span.endLine, endColumn: last.span.endColumn }
}
