import { type CaseGroup, type CaseResult, type Finding, type RunResult, statsOf } from '../../src/kernel/result.js'
import { encode } from '../../src/proxy-header/encode.js'

/** Results in which every field is used, and every field is missing somewhere. */

const verify = {
  file: 'lab/haproxy.cfg',
  line: 3,
  column: 12,
  message: 'verify optional lets clients without a certificate in',
}

const failed: CaseResult = {
  id: 'mtls/no-certificate',
  title: 'a client without a certificate is <refused>',
  status: 'failed',
  level: 'must',
  requirement: { text: 'Only clients with a certificate come through.', ref: 'scenario 6' },
  expected: 'refused by TLS',
  actual: 'CONNACK 0 (accepted)',
  durationMs: 1234.5,
  client: '127.0.0.2:48014',
  out: '127.0.0.1:40404',
  likely: [verify],
  logs: { haproxy: ['127.0.0.2:48014 f2~ b2/<NOSRV> -1/-1/0 0 SC'], broker: [], client: ['the client waits'] },
  explained: ['SC: HAProxy could not connect to the server'],
  secondRun: {
    client: '127.0.0.2:50001',
    out: '127.0.0.1:50002',
    recorder: '127.0.0.1:50003',
    logs: { haproxy: ['second <haproxy>'], broker: ['second broker'] },
  },
  headerHex: Buffer.from(
    encode({
      version: 2,
      source: { address: '203.0.113.7', port: 56324 },
      destination: { address: '127.0.0.1', port: 8883 },
      ssl: { version: 'TLSv1.3', cn: 'sensor-17', client: 7, verify: 0 },
    }),
  ).toString('hex'),
  timeline: [
    { ms: 0, from: 'client', to: 'haproxy', label: 'TLS ClientHello' },
    { ms: 123.4, from: 'haproxy', to: 'broker', label: 'CONNECT' },
    { ms: 130, from: 'broker', to: 'client', label: 'CONNACK 0' },
    { ms: 131, from: 'client', to: 'client', label: 'connection closed by us' },
  ],
  again: 'mqtt-proxy check mtls/no-certificate -v',
  artifacts: ['.mqtt-proxy/last/mtls/haproxy.cfg', '.mqtt-proxy/last/mtls/broker.log', '.mqtt-proxy/last/more/x'],
  files: [{ name: 'mosquitto.conf', kind: 'broker', text: 'listener 1884\n' }],
}

const mtls: CaseGroup = {
  id: 'mtls',
  title: 'Client certificates',
  durationMs: 2345.6,
  dims: { haproxy: '3.2.26', broker: 'mosquitto 2.1.2' },
  cases: [
    failed,
    {
      id: 'mtls/forged',
      title: 'a forged name is refused',
      status: 'failed',
      level: 'should',
      actual: 'accepted\nas "admin"',
      likely: [verify, { file: 'lab/mosquitto.conf', line: 1, message: 'no require_certificate' }],
    },
    { id: 'mtls/alone', title: 'nothing else is known', status: 'failed', likely: [{ file: 'x.cfg', message: 'x' }] },
    { id: 'mtls/lost', title: 'could not tell', status: 'unknown', reason: 'the broker says nothing' },
    { id: 'mtls/known', title: 'require_tls', status: 'deviation', reason: 'tests the TLV, not its bit' },
    { id: 'mtls/loose', title: 'a long header', status: 'non-strict', durationMs: 3 },
    { id: 'mtls/late', title: 'connects', status: 'passed', attempts: 3, durationMs: 14 },
    { id: 'mtls/good', title: 'connects again', status: 'passed', durationMs: 14, actual: 'accepted' },
  ],
  files: [
    { name: 'haproxy.cfg', kind: 'haproxy', text: 'frontend f\n  mode tcp\n  bind :8883 ssl verify optional\n' },
    { name: 'broker.log', kind: 'log', text: 'one line' },
  ],
  leftOut: [
    { file: 'lab/haproxy.cfg', line: 1, message: 'user haproxy', told: false },
    { file: 'lab/haproxy.cfg', line: 9, message: 'the peers section', told: true },
  ],
}

const tcp: CaseGroup = {
  id: 'tcp',
  title: 'tcp',
  durationMs: 139.4,
  cases: [
    { id: 'tcp/connect', title: 'connects', status: 'passed' },
    { id: 'tcp/skipped', title: 'needs more', status: 'skipped', reason: 'mosquitto 2.0.11 is older than 2.1 #1' },
  ],
  leftOut: [
    { file: 'lab/haproxy.cfg', line: 1, message: 'user haproxy', told: false },
    { file: 'lab/haproxy.cfg', line: 2, message: 'group haproxy', told: false },
  ],
}

const cannot: CaseGroup = {
  id: 'wss',
  title: 'WebSocket',
  durationMs: 0,
  dims: { haproxy: '2.6.12', broker: 'mosquitto 2.1.2' },
  cannot: 'port 8084 is taken',
  cases: [{ id: 'wss/connect', title: 'connects', status: 'skipped', reason: 'port 8084 is taken' }],
}

const section: CaseGroup = {
  id: 'b1:4.1',
  title: 'Section 4.1',
  durationMs: 5,
  dims: { target: 'b1' },
  cases: [],
}

export const run = {
  at: '2026-11-27T03:12:00.123Z',
  host: 'ci-7',
  os: 'Linux 6.1.0 x64',
  command: 'mqtt-proxy check all',
  version: '0.1.0',
  node: 'v20.20.2',
  commit: '0123456789abcdef0123',
}

const groups = [mtls, tcp, cannot, section]

export const checked: RunResult = {
  schema: 1,
  command: 'check',
  ok: false,
  env: { haproxy: '3.2.26, 2.6.12', broker: 'mosquitto 2.1.2' },
  stats: statsOf(groups, 12_345),
  groups,
  findings: [],
  unread: [
    { what: 'include', name: 'more.conf', why: 'the file is not here', at: { file: 'lab/mosquitto.conf', line: 4 } },
  ],
  run,
}

const place = { file: 'conf/my haproxy.cfg', line: 11, column: 24, endLine: 12, endColumn: 38 }

export const linted: RunResult = {
  schema: 1,
  command: 'lint',
  ok: false,
  env: { haproxy: '3.2.26' },
  stats: statsOf([], 3),
  groups: [],
  failOn: 'warning',
  findings: [
    {
      code: 'MP401',
      severity: 'error',
      message: 'server1 connects to 127.0.0.1:1884, but no listener uses it.',
      at: place,
      related: [
        { file: 'mosquitto.conf', line: 1, column: 1, message: 'listener 1883' },
        { file: 'other.conf', message: 'nothing <here>' },
      ],
      fix: {
        text: 'listener 1884\nin both files',
        edits: [
          { file: 'mosquitto.conf', line: 1, column: 10, endLine: 1, endColumn: 14, newText: '1884' },
          { file: '/etc/other.conf', line: 3, column: 1, endLine: 4, endColumn: 1, newText: '' },
          { file: 'mosquitto.conf', line: 2, column: 1, endLine: 2, endColumn: 1, newText: 'x\n' },
        ],
      },
      evidence: ['haproxy -c: "fine"', '1 < 2'],
      ref: 'configuration manual, 5.2',
    },
    { code: 'MP108', severity: 'info', message: 'no log', at: { file: 'conf/my haproxy.cfg' } },
    { code: 'MP002', severity: 'style', message: 'a comment', at: { file: 'm.conf', line: 2 }, fix: { text: 'away' } },
    {
      code: 'MP407',
      severity: 'warning',
      message: 'anyone: can, come 100 %',
      at: { file: 'm.conf', line: 1, column: 2 },
    },
    { code: 'MP407', severity: 'warning', message: 'another one', at: { file: 'm.conf', line: 5 } },
  ],
}

const severities: readonly Finding['severity'][] = ['INFO', 'OK', 'LOW', 'WARN', 'MEDIUM', 'CRITICAL', 'HIGH']

export const probed: RunResult = {
  schema: 1,
  command: 'probe',
  ok: false,
  env: {},
  stats: statsOf([], 40),
  groups: [],
  failOn: 'HIGH',
  findings: severities.map((severity, at) => ({
    code: `MP-P${at}01`,
    severity,
    message: `found ${severity}`,
    at: { file: '127.0.0.1:1884' },
    ...(severity === 'HIGH' && { evidence: ['the broker says 203.0.113.7'], fix: { text: 'accept HAProxy alone' } }),
  })),
}

export const nothing: RunResult = { ...checked, groups: [], ok: true, env: {}, stats: statsOf([], 0), unread: [] }
export const allGood: RunResult = {
  ...checked,
  ok: true,
  groups: [{ ...tcp, cases: tcp.cases.slice(0, 1), leftOut: [] }],
  stats: statsOf([{ ...tcp, cases: tcp.cases.slice(0, 1) }], 999),
  unread: [],
}
