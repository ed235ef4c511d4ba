// How long a probe takes: one target, and 200 of which some answer, some never do, some are closed.
// Run after `npm run build`: node bench/probe.mjs
import { createServer } from 'node:net'
import { main } from './outcome.mjs'

const timeoutMs = 1000
const many = 200

/** @returns milliseconds for one embedded broker, for 200 mixed targets, and the time-out that bounds those */
export async function run({ rounds = 5 } = {}) {
  const [{ probe }, { driverFor }, { endAll }, { freePort, freePorts }, { makeWorkdir }, { parseTarget }] =
    await Promise.all([
      import('../dist/stories/probe/probe.js'),
      import('../dist/host/brokers/index.js'),
      import('../dist/host/process/lifetime.js'),
      import('../dist/host/net/ports.js'),
      import('../dist/host/files/workdir.js'),
      import('../dist/kernel/target.js'),
    ])
  const { writeFile } = await import('node:fs/promises')
  const folder = (await makeWorkdir('bench')).path
  const [plain, proxy] = await freePorts(2)
  const configFile = `${folder}/mosquitto.conf`
  await writeFile(
    configFile,
    `allow_anonymous true\nlistener ${plain} 127.0.0.1\nlistener ${proxy} 127.0.0.1\nenable_proxy_protocol 2\n`,
  )
  const listeners = [plain, proxy].map((port) => ({ host: '127.0.0.1', port }))
  await (await driverFor('embedded')).start({ folder, configFile, listeners })
  const sockets = new Set()
  const silent = createServer((socket) => sockets.add(socket.on('error', () => {})))
  await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const closed = await freePort()
  const request = (targets, more) => ({
    targets: targets.map((port) => parseTarget(`127.0.0.1:${port}`)),
    tls: {},
    timeoutMs,
    gentle: false,
    concurrency: 256,
    rate: 2000,
    now: Date.now(),
    ...more,
  })
  try {
    const one = []
    for (let round = 0; round < rounds; round++) one.push((await probe(request([proxy]))).ms)
    one.sort((a, b) => a - b)
    const kinds = [plain, proxy, silent.address().port, closed]
    const mixed = await probe(request(Array.from({ length: many }, (_, index) => kinds[index % kinds.length])))
    const sum = mixed.probed.reduce((total, { ms }) => total + ms, 0)
    return {
      one,
      oneMs: one[one.length >> 1],
      many,
      manyMs: mixed.ms,
      timeoutMs,
      each: mixed.probed.map(({ ms }) => ms),
      slowestMs: Math.max(...mixed.probed.map(({ ms }) => ms)),
      sumMs: sum,
      connections: mixed.connections,
    }
  } finally {
    for (const socket of sockets) socket.destroy()
    silent.close()
    await endAll()
  }
}

export function format(result) {
  const ms = (value) => `${value.toFixed(0)} ms`
  return [
    `one target                ${ms(result.oneMs)}   (goal: under 500 ms)`,
    `${result.many} targets, a quarter silent  ${ms(result.manyMs)}   slowest ${ms(result.slowestMs)}, time-out ${ms(result.timeoutMs)}, sum ${ms(result.sumMs)}, ${result.connections} connections`,
  ].join('\n')
}

export function judge({ one, oneMs, each, manyMs, sumMs }) {
  const ms = (value) => `${value.toFixed(0)} ms`
  return {
    targets: [
      {
        id: 'one-target',
        title: 'one target takes less than half a second',
        ok: oneMs < 500,
        expected: 'less than 500 ms',
        actual: ms(oneMs),
      },
      {
        id: 'many-targets',
        title: `${many} targets are bounded by the slowest, not by their sum`,
        ok: manyMs < sumMs / 10,
        expected: `less than a tenth of the sum, ${ms(sumMs / 10)}`,
        actual: ms(manyMs),
      },
    ],
    latencies: { 'one target': one, [`each of ${many} targets, a quarter silent`]: each },
  }
}

await main(import.meta.url, { name: 'probe', title: 'How long a probe takes', run, format, judge })
