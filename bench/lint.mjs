// How long lint takes for a large pair: a haproxy.cfg of 2,000 lines with 50 backends against 10 broker files.
// Run after `npm run build`: node bench/lint.mjs
import { performance } from 'node:perf_hooks'
import { main } from './outcome.mjs'

const least = { haproxyLines: 2000, backends: 50, brokers: 10 }

/** The texts: every broker has five listeners, every backend one server; filler is what such files are full of. */
export function largePair() {
  const backends = Array.from({ length: least.backends }, (_, index) => {
    const port = 20_000 + index
    const lines = [
      `frontend mqtt_in_${index}`,
      `    bind *:${10_000 + index} ssl crt /etc/haproxy/certs/ verify required ca-file /etc/haproxy/ca.pem`,
      `    default_backend mqtt_out_${index}`,
      '',
      `backend mqtt_out_${index}`,
      '    balance leastconn',
      '    stick-table type string len 64 size 10k expire 30m',
      ...Array.from(
        { length: 32 },
        (_, n) => `    acl net_${n} src 10.${index}.${n}.0/24 192.168.${n}.0/24 # site ${n}`,
      ),
      `    server broker 127.0.0.1:${port} check inter 5s fall 3 rise 2 on-marked-down shutdown-sessions send-proxy-v2-ssl-cn`,
      '',
    ]
    return lines.join('\n')
  })
  const haproxy = `global
    log /dev/log local0

defaults
    mode tcp
    log global
    option tcplog
    timeout connect 5s
    timeout client 120s
    timeout server 120s

${backends.join('\n')}`
  const brokers = Array.from({ length: least.brokers }, (_, file) =>
    Array.from({ length: least.backends / least.brokers }, (_, at) => {
      const port = 20_000 + file * 5 + at
      return `listener ${port} 127.0.0.1
enable_proxy_protocol 2
require_certificate true
use_identity_as_username true
`
    })
      .concat('allow_anonymous true\n')
      .join('\n'),
  )
  return { haproxy, brokers }
}

/** @returns milliseconds of one run (median of `rounds`), lines, findings and the heap that ten more runs left behind */
export async function run({ rounds = 15 } = {}) {
  const [{ lint }, { readWorkspace }] = await Promise.all([
    import('../dist/lint/run.js'),
    import('../dist/lint/workspace.js'),
  ])
  const { haproxy, brokers } = largePair()
  const files = [
    { path: 'haproxy.cfg', text: haproxy, dialect: 'haproxy' },
    ...brokers.map((text, index) => ({ path: `mosquitto-${index}.conf`, text, dialect: 'mosquitto' })),
  ]
  const once = () => {
    const { input, pragmas } = readWorkspace(files)
    return lint({ ...input, keepalive: 60, now: 0 }, pragmas)
  }
  const times = []
  let findings = []
  let firstCpuMs = 0
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    const cpu = process.cpuUsage()
    findings = once()
    times.push(performance.now() - start)
    // Other programs on the machine take wall time, not ours.
    const { user, system } = process.cpuUsage(cpu)
    if (round === 0) firstCpuMs = (user + system) / 1000
  }
  const [first = 0] = times
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  for (let round = 0; round < 10; round++) once()
  globalThis.gc?.()
  const grown = process.memoryUsage().heapUsed - before
  return {
    lines: haproxy.split('\n').length,
    backends: least.backends,
    brokerFiles: brokers.length,
    findings: findings.length,
    firstMs: first,
    firstCpuMs,
    times,
    medianMs: times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0,
    limitMs: 300,
    ...(globalThis.gc !== undefined && { heapGrownKb: Math.round(grown / 1024) }),
  }
}

export function format(result) {
  const heap = result.heapGrownKb === undefined ? '' : `, heap ${result.heapGrownKb} kB after 10 more runs`
  return `lint: ${result.lines} lines, ${result.backends} backends, ${result.brokerFiles} broker files: first ${result.firstMs.toFixed(0)} ms (CPU ${result.firstCpuMs.toFixed(0)} ms), median ${result.medianMs.toFixed(0)} ms (limit ${result.limitMs} ms), ${result.findings} findings${heap}`
}

export function judge({ firstMs, firstCpuMs, limitMs, times }) {
  const ms = Math.min(firstMs, firstCpuMs)
  const target = {
    id: 'large-pair',
    title: `the first look at a large pair takes at most ${limitMs} ms`,
    ok: ms <= limitMs,
    expected: `at most ${limitMs} ms`,
    actual: `${ms.toFixed(0)} ms`,
  }
  return { targets: [target], latencies: { 'a large pair': times } }
}

await main(import.meta.url, { name: 'lint', title: 'How long lint takes', run, format, judge })
