import { encode } from '../dist/proxy-header/index.js'

/** How the n-th client of a load comes to a server of `servers.mjs`: a v2 header with SSL and CN, and a source of its own. */
export function wayTo(port) {
  return (n) => ({
    target: { scheme: 'mqtt', host: '127.0.0.1', port, path: '' },
    timeoutMs: 5000,
    preface: [
      {
        pauseMs: 0,
        bytes: encode({
          version: 2,
          source: { address: `198.18.${(n >> 8) % 250}.${(n % 250) + 1}`, port: 1024 + (n % 60_000) },
          destination: { address: '127.0.0.1', port: 1884 },
          ssl: { client: 7, verify: 0, version: 'TLSv1.3', cn: `sensor-${n}` },
        }),
      },
    ],
  })
}

/** A load of the generator, once; see `src/host/load/run-load.ts`. */
export function options(port, load, pids = []) {
  return {
    load: {
      measure: 'messages',
      rate: 'max',
      durationMs: 1000,
      rampMs: 0,
      publishers: 1,
      subscribers: 1,
      topics: 1,
      split: false,
      qos: 0,
      payload: 100,
      shard: { index: 1, count: 1 },
      ...load,
    },
    way: wayTo(port),
    identity: { protocol: 4, prefix: `bench-${Math.random().toString(36).slice(2, 8)}`, keepalive: 60 },
    programs: pids.map((pid) => ({ name: 'server', pid })),
    settleMs: 1000,
    mostOpen: 2000,
    alignMs: 0,
    failOn: '',
    signal: new AbortController().signal,
  }
}
