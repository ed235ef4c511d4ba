import { blank, comment, type HaproxyDocument, type HaproxyLine, line, section } from '../config/haproxy/document.js'
import { formatSocketAddress } from '../kernel/socket-address.js'
import { older } from '../kernel/version.js'
import { commandLine } from './command-line.js'
import type { HaproxyFile } from './derived.js'
import { bindAddress, deriveDefaults, deriveGlobal, openness } from './haproxy-common.js'
import type { Settled } from './options.js'
import { oldestHaproxyRun } from './possible.js'
import { stickySections } from './sticky.js'
import type { Scenario } from './types.js'

export type HaproxyPart = Omit<HaproxyFile, 'text'>

/** One file a HAProxy process. */
export function deriveHaproxy(scenario: Scenario, settled: Settled): readonly HaproxyPart[] {
  const make = (name: string, role: HaproxyPart['role'], sections: HaproxyDocument['sections']): HaproxyPart => ({
    name,
    role,
    document: {
      file: name,
      preamble: preamble(scenario, settled, role),
      sections: spaced([
        section('global', undefined, noted(settled, deriveGlobal(settled))),
        section('defaults', undefined, noted(settled, deriveDefaults(settled, role))),
        ...sections.map((one) => ({ ...one, lines: noted(settled, one.lines) })),
      ]),
    },
  })
  switch (scenario.topology) {
    case 'single':
      return [make('haproxy.cfg', 'only', [frontend(scenario, settled), backend(scenario, settled)])]
    case 'sticky':
      return [make('haproxy.cfg', 'only', stickySections(settled))]
    case 'chain':
    case 'acl':
      return [
        make('haproxy.cfg', 'edge', edgeSections(settled)),
        make('haproxy-inner.cfg', 'inner', [innerFrontend(scenario, settled), backend(scenario, settled)]),
      ]
  }
}

function preamble(scenario: Scenario, settled: Settled, role: HaproxyPart['role']): HaproxyLine[] {
  const number = scenario.number === undefined ? '' : ` ${scenario.number},`
  const which = { only: '', edge: ' The edge: clients come here.', inner: ' The inner one: only the edge comes here.' }
  return [
    comment(commandLine('haproxy', scenario, settled, role === 'inner' ? ['--role', 'inner'] : []), ''),
    ...noted(settled, [
      comment(`Scenario${number} ${scenario.id}: ${scenario.title}.${which[role]}`, ''),
      comment(scenario.summary, ''),
      ...untested(settled),
    ]),
    blank(),
  ]
}

function untested({ haproxyVersion }: Settled): HaproxyLine[] {
  if (!older(haproxyVersion, oldestHaproxyRun)) return []
  return [comment(`UNTESTED on HAProxy ${haproxyVersion}: the oldest that this was run on is ${oldestHaproxyRun}.`, '')]
}

function frontend(scenario: Scenario, settled: Settled): HaproxyDocument['sections'][number] {
  const tls = settled.terminates
  return section('frontend', tls ? 'mqtts_frontend' : 'mqtt_frontend', [
    ...openness(settled.listen),
    ...(tls ? tlsNotes(scenario, settled) : []),
    line('bind', bindAddress(settled.listen), ...tlsWords(scenario, settled)),
    ...(tls
      ? [comment('Without this line every client is cut off after its handshake, and haproxy -c says nothing.')]
      : []),
    line('default_backend', 'mqtt_backend'),
  ])
}

function tlsWords(scenario: Scenario, settled: Settled): string[] {
  if (!settled.terminates) return []
  const words = ['ssl', 'crt', `${settled.certs}/haproxy/`]
  if (scenario.client !== 'mtls') return words
  const revoked = settled.crl ? ['crl-file', `${settled.certs}/client-ca.crl`] : []
  return [...words, 'verify', 'required', 'ca-file', `${settled.certs}/client-ca.crt`, ...revoked]
}

function tlsNotes(scenario: Scenario, settled: Settled): HaproxyLine[] {
  const notes = [
    comment(
      `Every file in ${settled.certs}/haproxy/ is loaded: one .pem with certificate and key, nothing else beside it.`,
    ),
  ]
  if (scenario.client !== 'mtls') return notes
  return [...notes, comment('Clients need a certificate of this CA; "verify optional" would accept those without.')]
}

function backend(scenario: Scenario, settled: Settled): HaproxyDocument['sections'][number] {
  const target = settled.socket === undefined ? formatSocketAddress(settled.server) : `unix@${settled.socket}`
  return section('backend', 'mqtt_backend', [
    ...serverNotes(scenario, settled),
    line('server', 'broker1', target, 'check', 'on-marked-down', 'shutdown-sessions', ...sendProxy(scenario)),
  ])
}

function serverNotes(scenario: Scenario, settled: Settled): HaproxyLine[] {
  const notes: HaproxyLine[] = []
  if (settled.socket !== undefined) {
    notes.push(comment('A unix socket has no port to spoof: only who may open the file can send a header.'))
  } else {
    notes.push(comment("The same address and port as in the broker's listener."))
  }
  if (scenario.header !== 'none') {
    notes.push(
      comment('check proves that the port is open, no more: a header mismatch stays UP while every client is refused.'),
    )
  }
  if (scenario.header === 'v2-ssl' || scenario.header === 'v2-ssl-cn') {
    notes.push(
      comment(
        'Keep frontends without TLS away from this backend: Mosquitto 2.1.2 looks for the SSL TLV, not at its bit,',
      ),
      comment('and HAProxy sends the TLV for them as well.'),
    )
  }
  if (scenario.header === 'v1') notes.push(comment('Version 1 carries addresses only, no TLS facts and no CN.'))
  return notes
}

/** HAProxy's words for a header kind. */
function sendProxy(scenario: Pick<Scenario, 'header'>): string[] {
  const words = {
    none: [],
    v1: ['send-proxy'],
    v2: ['send-proxy-v2'],
    'v2-ssl': ['send-proxy-v2-ssl'],
    'v2-ssl-cn': ['send-proxy-v2-ssl-cn'],
  }
  return words[scenario.header]
}

function edgeSections(settled: Settled): HaproxyDocument['sections'] {
  return [
    section('frontend', 'mqtt_edge', [
      ...openness(settled.listen),
      line('bind', bindAddress(settled.listen)),
      line('default_backend', 'inner_haproxy'),
    ]),
    section('backend', 'inner_haproxy', [
      comment('The inner HAProxy reads this header (accept-proxy) and tells the broker the same address.'),
      line(
        'server',
        'inner1',
        formatSocketAddress(settled.inner),
        'check',
        'on-marked-down',
        'shutdown-sessions',
        'send-proxy-v2',
      ),
    ]),
  ]
}

function innerFrontend(scenario: Scenario, settled: Settled): HaproxyDocument['sections'][number] {
  return section('frontend', 'mqtt_inner', [
    comment('Every connection must start with a header, which is trusted: allow only the edge to reach this port.'),
    line('bind', bindAddress(settled.inner), 'accept-proxy'),
    ...(scenario.topology === 'acl' ? denyLines(settled) : []),
    line('default_backend', 'mqtt_backend'),
  ])
}

function denyLines(settled: Settled): HaproxyLine[] {
  return [
    comment(
      'src is the address in the header. "tcp-request connection" would come too early: it runs before the header is',
    ),
    comment('read and sees the edge. "tcp-request session" would do, but leaves no line in the log; this one says PR.'),
    line('acl', 'denied', 'src', ...settled.deny),
    line('tcp-request', 'content', 'reject', 'if', 'denied'),
  ]
}

/** Without annotations comments go, but for the first line. */
function noted(settled: Settled, lines: readonly HaproxyLine[]): HaproxyLine[] {
  return lines.filter((one) => settled.annotate || one.words.length > 0)
}

function spaced(sections: HaproxyDocument['sections']): HaproxyDocument['sections'] {
  return sections.map((one, index) =>
    index === sections.length - 1 ? one : { ...one, lines: [...one.lines, blank()] },
  )
}
