import { type CaseGroup, type CaseResult, type Finding, type RunResult, statsOf } from '../../src/kernel/result.js'

const failed: CaseResult = {
  id: 'proxy-mtls/no-certificate',
  title: 'a client without a certificate is refused',
  status: 'failed',
  level: 'must',
  requirement: { text: 'Only clients with a certificate come through.', ref: 'scenario 6' },
  expected: 'refused by TLS',
  actual: 'CONNACK 0 (accepted)',
  durationMs: 12,
  client: '127.0.0.2:48014',
  likely: [{ file: 'lab/haproxy.cfg', line: 12, column: 5, message: 'verify optional: nothing <is> required & "so"' }],
  logs: { haproxy: ['f2~ b2/s1 5/1/6 4 --', 'a control \u0007 character'], broker: ['#9 tls cert=no'] },
  again: 'mqtt-proxy check proxy-mtls/no-certificate -v',
  artifacts: ['.mqtt-proxy/last/proxy-mtls-no-certificate/haproxy.cfg'],
}

const groups: readonly CaseGroup[] = [
  {
    id: 'tcp',
    title: 'Direct',
    durationMs: 139,
    cases: [
      { id: 'tcp/connect-5.0', title: 'connects', status: 'passed' },
      { id: 'tcp/connect-3.1.1', title: 'connects', status: 'passed', attempts: 2 },
    ],
  },
  {
    id: 'proxy-mtls',
    title: 'mTLS',
    durationMs: 181,
    dims: { haproxy: '3.2.26', broker: 'mosquitto 2.1.2' },
    cases: [
      failed,
      {
        id: 'proxy-mtls/skipped',
        title: 'needs more',
        status: 'skipped',
        reason: 'mosquitto 2.0.11 is older than 2.1 #1',
      },
      { id: 'proxy-mtls/known', title: 'require_tls', status: 'deviation', reason: 'tests the TLV, not its bit' },
      { id: 'proxy-mtls/lost', title: 'could not tell', status: 'unknown', reason: 'the broker says nothing' },
    ],
  },
]

export const checkResult: RunResult = {
  schema: 1,
  command: 'check',
  ok: false,
  env: { haproxy: '3.2.26', broker: 'mosquitto 2.1.2', node: 'v20.20.2' },
  stats: statsOf(groups, 1214),
  groups,
  findings: [],
}

export const finding: Finding = {
  code: 'MP401',
  severity: 'error',
  message: 'server1 connects to 127.0.0.1:1884, but no listener uses port 1884',
  at: { file: 'conf/my haproxy.cfg', line: 11, column: 24, endLine: 11, endColumn: 38 },
  related: [{ file: 'mosquitto.conf', line: 1, column: 1, message: 'listener 1883' }],
  fix: {
    text: 'listener 1884',
    edits: [{ file: 'mosquitto.conf', line: 1, column: 10, endLine: 1, endColumn: 14, newText: '1884' }],
  },
}

export function lintResult(findings: readonly Finding[]): RunResult {
  const ok = findings.length === 0
  return { schema: 1, command: 'lint', ok, env: {}, stats: statsOf([], 3), groups: [], findings }
}
