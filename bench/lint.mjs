// How long lint takes for a large pair: a haproxy.cfg of 2,000 lines with 50 backends against 10 broker files, and ten times that.
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

/** So many large pairs in one file, each with addresses of its own. */
export function largerPair(times) {
  const { haproxy, brokers } = largePair()
  const [head, body] = [haproxy.slice(0, haproxy.indexOf('frontend')), haproxy.slice(haproxy.indexOf('frontend'))]
  const parts = Array.from({ length: times }, (_, part) =>
    body
      .replaceAll(/mqtt_(in|out)_\d+/g, `$&_${part}`)
      .replaceAll('bind *:', `bind 127.0.${part}.2:`)
      .replaceAll('server broker 127.0.0.1', `server broker 127.0.${part}.1`),
  )
  const all = parts.flatMap((_, part) => brokers.map((text) => text.replaceAll('127.0.0.1', `127.0.${part}.1`)))
  return { haproxy: head + parts.join('\n'), brokers: all }
}

/** @returns milliseconds of one run (median of `rounds`), lines, findings and the heap that ten more runs left behind */
export async function run({ rounds = 15 } = {}) {
  const [{ lint }, { readWorkspace }] = await Promise.all([
    import('../dist/lint/run.js'),
    import('../dist/lint/workspace.js'),
  ])
  const { haproxy, brokers } = largePair()
  const look = (pair) => {
    const files = [
      { path: 'haproxy.cfg', text: pair.haproxy, dialect: 'haproxy' },
      ...pair.brokers.map((text, index) => ({ path: `mosquitto-${index}.conf`, text, dialect: 'mosquitto' })),
    ]
    return () => {
      const { input, pragmas } = readWorkspace(files)
      return lint({ ...input, keepalive: 60, now: 0 }, pragmas)
    }
  }
  const once = look({ haproxy, brokers })
  const { times, cpuTimes, findings } = timed(once, rounds)
  const larger = largerPair(10)
  const tenfold = timed(look(larger), 5)
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
    times,
    medianMs: median(times),
    medianCpuMs: median(cpuTimes),
    limitMs: 60,
    tenfold: {
      lines: larger.haproxy.split('\n').length,
      brokerFiles: larger.brokers.length,
      findings: tenfold.findings.length,
      times: tenfold.times,
      medianMs: median(tenfold.times),
      medianCpuMs: median(tenfold.cpuTimes),
      limitMs: 600,
    },
    ...(globalThis.gc !== undefined && { heapGrownKb: Math.round(grown / 1024) }),
  }
}

/** Other programs on the machine take wall time, not ours: both are kept. */
function timed(once, rounds) {
  const [times, cpuTimes] = [[], []]
  let findings = []
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    const cpu = process.cpuUsage()
    findings = once()
    times.push(performance.now() - start)
    const { user, system } = process.cpuUsage(cpu)
    cpuTimes.push((user + system) / 1000)
  }
  return { times, cpuTimes, findings }
}

function median(times) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}

export function format({ tenfold, ...result }) {
  const heap = result.heapGrownKb === undefined ? '' : `, heap ${result.heapGrownKb} kB after 10 more runs`
  const row = (one, more) =>
    `lint: ${one.lines} lines, ${one.brokerFiles} broker files: median ${one.medianMs.toFixed(0)} ms (CPU ${one.medianCpuMs.toFixed(0)} ms, limit ${one.limitMs} ms), ${one.findings} findings${more}`
  return [row(result, heap), row(tenfold, '')].join('\n')
}

export function judge(result) {
  const target = (id, title, { medianMs, medianCpuMs, limitMs }) => {
    const ms = Math.min(medianMs, medianCpuMs)
    return {
      id,
      title: `${title} takes at most ${limitMs} ms`,
      ok: ms <= limitMs,
      expected: `at most ${limitMs} ms`,
      actual: `${ms.toFixed(0)} ms`,
    }
  }
  return {
    targets: [
      target('large-pair', 'a large pair', result),
      target('tenfold-pair', 'a pair ten times as large', result.tenfold),
    ],
    latencies: { 'a large pair': result.times, 'a pair ten times as large': result.tenfold.times },
  }
}

await main(import.meta.url, { name: 'lint', title: 'How long lint takes', run, format, judge })
