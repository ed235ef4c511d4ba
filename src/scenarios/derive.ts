import { renderHaproxy } from '../config/haproxy/render.js'
import { deriveBrokers } from './derive-broker.js'
import { deriveHaproxy } from './derive-haproxy.js'
import type { Derived, Frontend } from './derived.js'
import { type DeriveOptions, passesThrough, type Settled, settle } from './options.js'
import type { Scenario } from './types.js'

/**
 * HAProxy's files and the broker's from one row of the table. The same input gives the same bytes.
 * @throws Fault MP-GEN-UNSUPPORTED (exit 3), MP-GEN-OPTION (exit 2)
 */
export function derive(scenario: Scenario, options: DeriveOptions = {}): Derived {
  const settled = settle(scenario, options)
  return {
    scenario,
    options: settled,
    haproxy: deriveHaproxy(scenario, settled).map((file) => ({ ...file, text: renderHaproxy(file.document) })),
    brokers: deriveBrokers(scenario, settled),
    frontends: frontendsOf(scenario, settled),
    certificates: { haproxy: settled.terminates, clientCa: scenario.client === 'mtls', broker: passesThrough(settled) },
  }
}

function frontendsOf(scenario: Scenario, settled: Settled): Frontend[] {
  const front = {
    tls: settled.terminates || passesThrough(settled),
    certificate: scenario.client === 'mtls',
    webSocket: settled.transport === 'ws' || settled.transport === 'wss',
  }
  const frontends: Frontend[] = [{ id: 'main', ...settled.listen, ...front }]
  if (scenario.topology === 'sticky') frontends.push({ id: 'by-source', ...settled.listenBySource, ...front })
  if (scenario.topology === 'chain' || scenario.topology === 'acl') {
    frontends.push({ id: 'inner', ...settled.inner, ...front })
  }
  return frontends
}
