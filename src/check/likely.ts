import type { Span } from '../config/span.js'
import { formatEndpoint } from '../kernel/address.js'
import type { Likely } from '../kernel/result.js'
import type { HeaderKind, OutcomeRow, Scenario } from '../scenarios/types.js'
import { modelOf } from './model.js'
import type { Pair } from './pair.js'
import { meets, type Route } from './routes.js'

interface Suspicion {
  readonly at: Span
  readonly message: string
  readonly explains: (row: OutcomeRow) => boolean
}

/** What in the files can explain that a row of this scenario failed; most likely first, by line of the user's files. */
export function likelyOf(row: OutcomeRow, pair: Pair, route: Route | undefined, scenario: Scenario): readonly Likely[] {
  const known = route === undefined || !letsIn(row) ? [] : mismatchesOn(pair, route)
  // What cannot work at all explains everything on its way.
  if (known.some((one) => one.unusable))
    return known.filter((one) => one.unusable).map(({ at, message }) => toLikely({ at, message }))
  const all = route === undefined ? nowhere(pair) : [...known, ...suspicions(route, scenario)]
  const fitting = all.filter((one) => one.explains(row))
  const chosen = fitting.length > 0 ? fitting : route === undefined ? [] : nearby(row, route)
  const lines = new Set<string>()
  return chosen.map(toLikely).filter((one) => {
    const line = `${one.file}:${one.line}`
    return !lines.has(line) && lines.add(line)
  })
}

/** What the model of paths says of this way, and of no other: the words of lint. */
function mismatchesOn(pair: Pair, route: Route): (Suspicion & { readonly unusable: boolean })[] {
  return modelOf(pair).mismatches.flatMap(({ at, message, path, suffers, unusable, severity }) =>
    path?.entry?.bind !== route.bind || suffers.startsWith('nobody') || severity === 'info'
      ? []
      : [{ at, message, explains: letsIn, unusable }],
  )
}

/** Everything that looks wrong in the files, for when a program did not even start. */
export function everySuspicion(pair: Pair, route: Route | undefined, scenario: Scenario): readonly Likely[] {
  return (route === undefined ? nowhere(pair) : suspicions(route, scenario)).map(toLikely)
}

function toLikely({ at, message }: Pick<Suspicion, 'at' | 'message'>): Likely {
  return { file: at.file, line: at.line, column: at.column, message }
}

const letsIn = (row: OutcomeRow) => row.expect.outcome === 'accepted' && row.attempt.kind !== 'configs'
const through = (row: OutcomeRow) => letsIn(row) && !(row.attempt.kind === 'connect' && row.attempt.to !== 'frontend')
const named =
  (...ids: string[]) =>
  (row: OutcomeRow) =>
    ids.includes(row.id)
const either =
  (...tests: ((row: OutcomeRow) => boolean)[]) =>
  (row: OutcomeRow) =>
    tests.some((test) => test(row))

function nowhere(pair: Pair): Suspicion[] {
  const document = pair.haproxy[0]?.documents[0]
  const at = document?.sections[0]?.header.span
  return at === undefined ? [] : [{ at, message: 'no frontend or listen with a bind for MQTT', explains: () => true }]
}

function suspicions(route: Route, scenario: Scenario): Suspicion[] {
  return [...wayIn(route, scenario), ...wayOn(route), ...headers(route, scenario), ...broker(route, scenario)]
}

const certificateRows = named(
  'no-certificate',
  'expired-certificate',
  'not-yet-valid-certificate',
  'wrong-ca-certificate',
  'server-auth-certificate',
)

function wayIn({ bind }: Route, scenario: Scenario): Suspicion[] {
  if (scenario.client === 'as-is') {
    return bind.ssl === undefined
      ? []
      : [
          {
            at: bind.ssl,
            message: 'this bind ends TLS; clients are to be passed through as they are',
            explains: through,
          },
        ]
  }
  if (bind.ssl === undefined) {
    const explains = either(through, named('plain-client', 'untrusted-server'), certificateRows)
    return [{ at: bind.span, message: 'this bind has no "ssl crt ...": TLS does not end here', explains }]
  }
  if (scenario.client !== 'mtls') return []
  const explains = either(through, certificateRows, named('certificate-without-cn'))
  if (bind.caFile === undefined) {
    return [
      { at: bind.span, message: 'this bind asks for no client certificate: "verify required ca-file ..."', explains },
    ]
  }
  if (bind.verify?.value === 'required') {
    return bind.ignoreErrors.map((one) => ({
      at: one.span,
      message: 'errors of client certificates are ignored',
      explains,
    }))
  }
  const has = bind.verify === undefined ? 'no "verify required"' : `"verify ${bind.verify.value}"`
  const at = bind.verify?.span ?? bind.span
  return [{ at, message: `this bind has ${has}: clients without a certificate are let in`, explains }]
}

function wayOn(route: Route): Suspicion[] {
  const { proxy, backend, servers, listener } = route
  if (backend === undefined) {
    const message = `${proxy.kind} ${proxy.name} has no default_backend: every client is dropped (haproxy -c accepts this)`
    return [{ at: proxy.section.header.span, message, explains: through }]
  }
  const [server] = servers
  if (server === undefined) {
    return [{ at: backend.section.header.span, message: `backend ${backend.name} has no server`, explains: through }]
  }
  if (route.connected) return []
  const to = formatEndpoint(server.endpoint)
  const found: Suspicion[] = [
    {
      at: server.address.span,
      message: `server ${server.name} connects to ${to}, where no listener of the broker is`,
      explains: either(through, letsIn),
    },
  ]
  if (listener === undefined || meets(server.endpoint, listener.endpoint)) return found
  const message = `the broker listens on ${formatEndpoint(listener.endpoint)}`
  return [...found, { at: listener.span, message, explains: through }]
}

const words: Record<HeaderKind, string> = {
  none: 'no send-proxy',
  v1: 'send-proxy',
  v2: 'send-proxy-v2',
  'v2-ssl': 'send-proxy-v2-ssl',
  'v2-ssl-cn': 'send-proxy-v2-ssl-cn',
}

function headers({ servers }: Route, scenario: Scenario): Suspicion[] {
  const wanted = words[scenario.header]
  return servers.flatMap((server) => {
    const { kind, span } = server.header
    if (kind === scenario.header) return []
    // More than is needed does no harm to a receiver of the same version.
    if (kind.startsWith(scenario.header) && scenario.header.startsWith('v2')) return []
    const message = `server ${server.name} has ${words[kind]}; ${wanted} is needed here`
    return [{ at: span ?? server.span, message, explains: through }]
  })
}

function broker({ listener }: Route, scenario: Scenario): Suspicion[] {
  if (listener === undefined) return []
  const found: Suspicion[] = []
  const direct = (row: OutcomeRow) => row.attempt.kind === 'connect' && row.attempt.to === 'broker'
  const suspect = (at: Span | undefined, message: string, explains: Suspicion['explains']) =>
    found.push({ at: at ?? listener.span, message, explains })
  const version = scenario.header === 'none' ? 'off' : scenario.header === 'v1' ? 'v1' : 'v2'
  const { proxy, anonymous, passwords, requireTls, requireCertificate, cnAsUsername } = listener
  if (proxy.value !== version && proxy.value !== 'either') {
    const has = {
      off: 'reads no PROXY header',
      v1: 'reads version 1',
      v2: 'reads version 2',
      either: '',
      invalid: 'has no valid enable_proxy_protocol',
    }
    suspect(
      proxy.span,
      `this listener ${has[proxy.value]}; HAProxy should send ${words[scenario.header]}`,
      either(letsIn, direct),
    )
  }
  if (!anonymous.value && passwords === undefined) {
    suspect(anonymous.span, 'neither allow_anonymous true nor a password_file: everybody is refused', letsIn)
  }
  if (passwords !== undefined) suspect(passwords, 'clients need a username and a password of this file', letsIn)
  const { enforces } = scenario
  const miss = (wanted: boolean, is: boolean) => wanted && !is && proxy.value !== 'either'
  if (miss(enforces.requireTls, requireTls.value)) {
    suspect(requireTls.span, 'proxy_protocol_v2_require_tls true is missing', named('no-ssl-tlv', 'ssl-bit-zero'))
  }
  if (miss(enforces.requireCertificate, requireCertificate.value)) {
    const explains = named(
      'certificate-not-sent',
      'certificate-not-verified',
      'username-replaced',
      'connect-3.1.1',
      'connect-5.0',
    )
    suspect(requireCertificate.span, 'require_certificate true is missing', explains)
  }
  if (miss(enforces.cnAsUsername, cnAsUsername.value)) {
    const wants = (row: OutcomeRow) => 'saw' in row.expect && typeof row.expect.saw?.username === 'string'
    const explains = either(wants, named('certificate-without-cn', 'cn-not-sent'))
    suspect(cnAsUsername.span, 'use_identity_as_username true is missing', explains)
  }
  return found
}

/** Nothing in the files looks wrong: the lines that this row goes through. */
function nearby(row: OutcomeRow, route: Route): Suspicion[] {
  const [server] = route.servers
  const at = (span: Span, message: string): Suspicion => ({ at: span, message, explains: () => true })
  const ends = route.listener === undefined ? [] : [at(route.listener.span, 'the broker listens here')]
  if (row.attempt.kind === 'connect' && row.attempt.to === 'broker') return ends
  if (row.expect.outcome === 'refused') return [at(route.bind.span, 'clients come in here')]
  return [...(server === undefined ? [] : [at(server.span, 'HAProxy connects to the broker here')]), ...ends]
}
