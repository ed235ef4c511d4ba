import type { BrokerFacts, HaproxyFacts } from '../../host/types.js'
import { older } from '../../kernel/version.js'
import { oldestHaproxy } from '../../scenarios/possible.js'
import type { Scenario } from '../../scenarios/types.js'

/** Why these programs cannot run this scenario; `undefined`: they can. */
export function whyNot(scenario: Scenario, haproxy: HaproxyFacts, broker: BrokerFacts): string | undefined {
  const oldest = scenario.topology === 'sticky' ? oldestHaproxy.sticky : oldestHaproxy.plain
  if (older(haproxy.version, oldest)) return `HAProxy ${haproxy.version} is too old: ${oldest} or later is needed`
  if (scenario.client !== 'as-is' && !haproxy.openssl) return `HAProxy ${haproxy.version} was built without OpenSSL`
  const version = scenario.header === 'none' ? undefined : scenario.header === 'v1' ? 1 : 2
  if (version !== undefined && !broker.proxy.includes(version)) {
    return `${broker.kind} ${broker.version} cannot read PROXY protocol version ${version} (${broker.askedBy})`
  }
  return undefined
}
