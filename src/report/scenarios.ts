import { formatSocketAddress } from '../kernel/socket-address.js'
import type { Derived } from '../scenarios/derived.js'
import type { ScenarioDetail, ScenarioSummary } from '../scenarios/described.js'

/** The table of `mqtt-proxy scenarios`. */
export function scenarioTable(all: readonly ScenarioSummary[]): readonly string[] {
  const judged = all.some((one) => one.cannot !== undefined)
  const rows = all.map((one) => [
    String(one.n ?? '-'),
    one.id,
    clientLeg(one),
    brokerLeg(one),
    learns(one),
    ...(judged ? [one.cannot ?? 'yes'] : []),
  ])
  const head = [
    '#',
    'NAME',
    'CLIENT -> HAPROXY',
    'HAPROXY -> BROKER',
    'BROKER LEARNS',
    ...(judged ? ['BROKER CAN'] : []),
  ]
  const widths = head.map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column] ?? '')].map((t) => t.length)),
  )
  const format = (row: readonly string[]) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [head, ...rows].map(format)
}

/** One scenario: picture, files, checks, common mistakes, needs. */
export function scenarioPage(one: ScenarioDetail): readonly string[] {
  const needs = Object.entries(one.requires).map(([program, version]) => `${program} ${version}`)
  return [
    `${one.id}${one.n === null ? '' : ` (${one.n})`}: ${one.title}`,
    one.summary,
    '',
    ...diagram(one.derived),
    '',
    `Broker learns  ${learns(one)}`,
    `Needs          ${needs.join(', ')}`,
    `Transports     ${one.transports.join(', ')}`,
    ...one.files.flatMap((file) => ['', `--- ${file.name}`, ...file.text.trimEnd().split('\n')]),
    '',
    `Checks (mqtt-proxy check ${one.id})`,
    ...one.checks.map((check, index) => `  ${String(index + 1).padStart(2)}  ${check.id}  ${check.title}`),
    '',
    'Common mistakes',
    ...one.traps.flatMap((trap) => [`  wrong: ${trap.says}`, `  right: ${trap.works}`]),
  ]
}

/** Who connects to whom, with the real ports. */
function diagram({ scenario, options, haproxy, brokers }: Derived): string[] {
  const server = options.socket ?? formatSocketAddress(options.server)
  const front = `client --[ ${clientWords(scenario.client, options.transport)} ]--> HAProxy ${formatSocketAddress(options.listen)}`
  const header = scenario.header === 'none' ? 'no header' : headerWords[scenario.header]
  if (haproxy.length > 1) {
    return [
      `${front} (edge)`,
      `    --[ PROXY v2 ]--> HAProxy ${formatSocketAddress(options.inner)} (inner, accept-proxy)`,
      `    --[ ${header} ]--> broker ${server}`,
    ]
  }
  if (brokers.length > 1) {
    return [
      front,
      `    --[ ${header} ]--> broker 1 ${server}`,
      `    --[ ${header} ]--> broker 2 ${formatSocketAddress(options.server2)}`,
    ]
  }
  return [`${front} --[ ${header} ]--> broker ${server}`]
}

const headerWords = { v1: 'PROXY v1', v2: 'PROXY v2', 'v2-ssl': 'PROXY v2 + TLS', 'v2-ssl-cn': 'PROXY v2 + TLS + CN' }

function clientWords(client: ScenarioSummary['client'], transport: string): string {
  if (client === 'as-is') return transport === 'tcp' ? 'MQTT' : transport
  return client === 'tls' ? 'TLS' : 'TLS + client certificate'
}

function clientLeg(one: ScenarioSummary): string {
  if (one.client !== 'as-is') return clientWords(one.client, 'tcp')
  return one.transports.includes('tls') ? 'as is (TLS passed through)' : 'as is'
}

function brokerLeg(one: ScenarioSummary): string {
  const words = {
    none: 'no header',
    v1: 'send-proxy',
    v2: 'send-proxy-v2',
    'v2-ssl': 'send-proxy-v2-ssl',
    'v2-ssl-cn': 'send-proxy-v2-ssl-cn',
  }
  return words[one.sendProxy]
}

function learns(one: ScenarioSummary): string {
  if (one.learns.address === 'haproxy') return "HAProxy's address"
  const facts = ['client address']
  if (one.learns.tls) facts.push('TLS')
  if (one.learns.certificate) facts.push('certificate verified')
  if (one.learns.username) facts.push('username = CN')
  return facts.join(', ')
}
