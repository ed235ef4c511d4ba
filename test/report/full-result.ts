import { type CaseGroup, type CaseResult, type RunResult, statsOf } from '../../src/kernel/result.js'
import { encode } from '../../src/proxy-header/encode.js'

const header = encode({
  version: 2,
  source: { address: '203.0.113.7', port: 56324 },
  destination: { address: '127.0.0.1', port: 8883 },
  ssl: { version: 'TLSv1.3', cn: 'sensor-17', client: 7, verify: 0 },
})

const haproxyConfig = [
  'global',
  '    log stdout format raw local0',
  '',
  'frontend mqtt_frontend',
  '    mode tcp',
  '    option tcplog',
  '    bind 127.0.0.1:18883 ssl crt certs/server.pem ca-file certs/client-ca.crt verify optional',
  '    default_backend mqtt_backend',
  '',
  'backend mqtt_backend',
  '    server broker1 127.0.0.1:11884 send-proxy-v2-ssl-cn',
].join('\n')

const brokerConfig = ['listener 11884 127.0.0.1', 'enable_proxy_protocol 2', 'use_identity_as_username true'].join('\n')

const good: CaseResult = {
  id: 'proxy-mtls-cn/connect',
  title: 'a client with a certificate is accepted, and its CN is the username',
  status: 'passed',
  level: 'must',
  requirement: { text: 'The common name becomes the MQTT username.', ref: 'scenario 7' },
  expected: 'accepted; the broker sees the client address and username "sensor-17"',
  actual: 'accepted; 127.0.0.1:48010, username "sensor-17"',
  client: '127.0.0.1:48010',
  durationMs: 14,
  headerHex: Buffer.from(header).toString('hex'),
  out: '127.0.0.1:40404',
  secondRun: {
    client: '127.0.0.2:50001',
    out: '127.0.0.1:50002',
    recorder: '127.0.0.1:50003',
    logs: { haproxy: ['127.0.0.2:50001 <again>'], broker: ['a line that names nobody'] },
  },
  timeline: [
    { ms: 0, from: 'client', to: 'haproxy', label: 'TCP connect, TLS ClientHello' },
    { ms: 6.2, from: 'haproxy', to: 'client', label: 'TLSv1.3 finished' },
    { ms: 6.9, from: 'client', to: 'haproxy', label: 'CONNECT id=check-1 v5' },
    { ms: 7.1, from: 'haproxy', to: 'broker', label: 'PROXY v2 + SSL + CN, CONNECT' },
    { ms: 8.4, from: 'broker', to: 'haproxy', label: 'CONNACK 0' },
    { ms: 8.6, from: 'haproxy', to: 'client', label: 'CONNACK 0' },
  ],
}

const bad: CaseResult = {
  ...good,
  id: 'proxy-mtls-cn/no-certificate',
  title: 'a client without a certificate is refused <by TLS> & "quoted"',
  status: 'failed',
  expected: 'refused by TLS',
  actual: 'CONNACK 0 (accepted)',
  client: '127.0.0.1:48014',
  likely: [
    { file: 'lab/haproxy.cfg', line: 7, column: 71, message: 'verify optional lets clients without a certificate in' },
  ],
  logs: {
    haproxy: [
      '127.0.0.1:48014 [21/Nov/2026:05:12:01.123] mqtt_frontend~ mqtt_backend/<NOSRV> -1/-1/0 0 SC 1/1/0/0/0 0/0',
    ],
    broker: ['#9 127.0.0.1:48014 tls cert=no'],
  },
  timeline: [
    { ms: 0, from: 'client', to: 'haproxy', label: 'TLS ClientHello, no certificate' },
    { ms: 5.1, from: 'haproxy', to: 'broker', label: 'PROXY v2, CONNECT' },
    { ms: 6, from: 'broker', to: 'haproxy', label: 'CONNACK 0' },
    { ms: 6.3, from: 'client', to: 'client', label: 'connection closed by us' },
  ],
  again: 'mqtt-proxy check proxy-mtls-cn/no-certificate -v',
  artifacts: ['.mqtt-proxy/last/proxy-mtls-cn-no-certificate/haproxy.cfg'],
}

function group(id: string, haproxy: string, cases: readonly CaseResult[]): CaseGroup {
  return {
    id,
    title: id,
    durationMs: 181,
    dims: { haproxy, broker: 'mosquitto 2.1.2' },
    cases,
    files: [
      { name: 'haproxy.cfg', kind: 'haproxy', text: haproxyConfig },
      { name: 'mosquitto.conf', kind: 'broker', text: brokerConfig },
    ],
  }
}

const skipped: CaseResult = { id: 'x/skipped', title: 'needs more', status: 'skipped', reason: 'mosquitto is too old' }
const flaky: CaseResult = { ...good, id: 'x/flaky', title: 'passed late', attempts: 2 }
const deviation: CaseResult = {
  ...good,
  id: 'x/known',
  title: 'tests the TLV only',
  status: 'deviation',
  reason: 'known',
}

export function resultOf(groups: readonly CaseGroup[]): RunResult {
  const stats = statsOf(groups, 1214)
  const env = { haproxy: '3.2.26, 2.6.12', broker: 'mosquitto 2.1.2', node: 'v20.20.2' }
  return { schema: 1, command: 'check', ok: stats.failed === 0, env, stats, groups, findings: [] }
}

/** Everything a report can hold. */
export const fullResult: RunResult = resultOf([
  group('tcp', '3.2.26', [good, skipped]),
  group('proxy-mtls-cn', '3.2.26', [good, bad, flaky, deviation]),
  group('tcp', '2.6.12', [good, good]),
  group('proxy-mtls-cn', '2.6.12', [good, good, good, deviation]),
])

/** Every scenario on four HAProxies and three brokers, and one failure at the very end. */
export const hugeResult: RunResult = resultOf(
  Array.from({ length: 132 }, (_, at) => {
    const cases = Array.from({ length: 12 }, (_, n) => ({ ...good, id: `scenario-${at % 11}/case-${n}` }))
    const one = group(`scenario-${at % 11}`, `3.${at % 4}.0`, at === 131 ? [...cases, bad] : cases)
    return { ...one, dims: { haproxy: `3.${at % 4}.0`, broker: `broker ${at % 3}` } }
  }),
)
