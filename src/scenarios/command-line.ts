import { usualBroker } from '../brokers/index.js'
import { formatSocketAddress } from '../kernel/socket-address.js'
import { type HostPort, passesThrough, type Settled, settle } from './options.js'
import type { Scenario } from './types.js'

/**
 * The command that makes a file again: the first line of everything generated. Options that have their default value
 * are left out, so that equal input gives an equal line.
 */
export function commandLine(
  what: 'haproxy' | 'broker',
  scenario: Scenario,
  settled: Settled,
  which: readonly string[] = [],
): string {
  const plain = settle(scenario, { ip: settled.ip, transport: settled.transport })
  const words = ['mqtt-proxy', 'gen', what, scenario.id, ...which]
  const add = (flag: string, value: string | undefined, usual?: string) => {
    if (value !== undefined && value !== usual) words.push(flag, quote(value))
  }
  const addAt = (flag: string, value: HostPort, usual: HostPort) =>
    add(flag, formatSocketAddress(value), formatSocketAddress(usual))

  if (what === 'broker') {
    add('--broker', settled.broker, usualBroker)
    add('--broker-version', settled.brokerVersion)
  }
  add('--transport', settled.transport, 'tcp')
  if (settled.ip === 6) words.push('--ip', '6')
  if (what === 'haproxy') addAt('--listen', settled.listen, plain.listen)
  if (settled.socket === undefined) addAt('--server', settled.server, plain.server)
  else add('--socket', settled.socket)
  if (scenario.topology === 'sticky') addAt('--server2', settled.server2, plain.server2)
  if (what === 'haproxy') {
    if (scenario.topology === 'sticky') addAt('--listen-by-source', settled.listenBySource, plain.listenBySource)
    if (scenario.topology === 'chain' || scenario.topology === 'acl') addAt('--inner', settled.inner, plain.inner)
    if (settled.deny.join() !== plain.deny.join()) for (const one of settled.deny) add('--deny', one)
    add('--haproxy-version', settled.haproxyVersion, plain.haproxyVersion)
    add('--keepalive', String(settled.keepalive), String(plain.keepalive))
    const implied = settle(scenario, { keepalive: settled.keepalive }).clientTimeout
    if (settled.clientTimeout !== implied) add('--client-timeout', `${settled.clientTimeout}s`)
    add('--tls-profile', settled.tlsProfile, plain.tlsProfile)
  }
  if (settled.brokerBind !== settled.server.host && settled.socket === undefined && what === 'broker') {
    add('--bind', settled.brokerBind)
  }
  const certified = what === 'haproxy' ? settled.terminates : passesThrough(settled)
  if (certified) add('--certs', settled.certs, plain.certs)
  if (what === 'haproxy' && settled.crl) words.push('--crl')
  if (!settled.annotate) words.push('--no-annotate')
  return words.join(' ')
}

/** For a POSIX shell. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
