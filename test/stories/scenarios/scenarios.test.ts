import { describe, expect, it } from 'vitest'
import { scenarioPage, scenarioTable } from '../../../src/report/scenarios.js'
import { showScenario } from '../../../src/stories/scenarios/detail.js'
import { listScenarios } from '../../../src/stories/scenarios/scenarios.js'

describe('scenarios', () => {
  it('lists every scenario in columns, with its number or a dash', () => {
    const lines = scenarioTable(listScenarios())
    expect(lines).toHaveLength(12)
    expect(lines[7]).toMatch(
      /^7 {2}proxy-mtls-cn +TLS \+ client certificate +send-proxy-v2-ssl-cn +client address, .*username = CN$/,
    )
    expect(lines[8]).toMatch(/^- {2}proxy-v1 /)
  })

  it('says of a broker which scenarios it can do, and why not', () => {
    const lines = scenarioTable(listScenarios('hivemq-ce'))
    expect(lines[1]).toMatch(/yes$/)
    expect(lines[4]).toContain('reads no PROXY headers')
  })

  it('shows one with its picture, both files, checks and common mistakes', () => {
    const text = scenarioPage(showScenario('7', 'mosquitto')).join('\n')
    expect(text).toContain(
      'client --[ TLS + client certificate ]--> HAProxy 127.0.0.1:8883 --[ PROXY v2 + TLS + CN ]--> broker 127.0.0.1:1884',
    )
    for (const part of [
      '--- haproxy.cfg',
      '--- mosquitto.conf',
      'proxy-mtls-cn/no-certificate',
      'mosquitto >=2.1',
      'Common mistakes',
      'wrong: use_identity_as_username true alone',
    ]) {
      expect(text).toContain(part)
    }
  })

  it('shows both HAProxies of a chain and both brokers of a sticky pair', () => {
    const chain = scenarioPage(showScenario('chain', 'mosquitto')).join('\n')
    expect(chain).toContain('(inner, accept-proxy)')
    expect(chain).toContain('--- haproxy-inner.cfg')
    const sticky = scenarioPage(showScenario('sticky', 'vernemq')).join('\n')
    expect(sticky).toContain('broker 2 127.0.0.1:1885')
    expect(sticky).toContain('--- vernemq-2.conf')
  })
})
