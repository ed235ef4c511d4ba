import { createServer } from 'node:http'
import { changesCounter, gauges } from '../../live/watch/metrics.js'
import type { Change, WatchReading } from '../../live/watch/reading.js'
import { own } from '../process/lifetime.js'
import { listenFault } from './listen-fault.js'

export interface MetricsServer {
  readonly at: { readonly host: string; readonly port: number }
  /** Replaces what was measured of every target. */
  set(readings: readonly WatchReading[]): void
  changed(change: Change): void
  stop(): Promise<void>
}

/**
 * `GET /metrics` for Prometheus; nothing else is answered.
 * @param port 0: any
 * @throws Fault MP-PORT-TAKEN, MP-LISTEN (exit 3)
 */
export async function startMetrics(host: string, port: number): Promise<MetricsServer> {
  const { Counter, Gauge, Registry } = await import('prom-client')
  const registry = new Registry()
  const registers = [registry]
  const made = gauges.map(({ name, help, labels, of }) => ({
    of,
    gauge: new Gauge({ name, help, labelNames: [...labels], registers }),
  }))
  const { name, help, labels } = changesCounter
  const changes = new Counter({ name, help, labelNames: [...labels], registers })
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0]
    request.resume()
    if (path !== '/metrics' || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(path === '/metrics' ? 405 : 404, { 'content-type': 'text/plain' }).end('see /metrics\n')
      return
    }
    void registry.metrics().then((text) => {
      response.writeHead(200, { 'content-type': registry.contentType }).end(request.method === 'HEAD' ? '' : text)
    })
  })
  // A scraper asks in one packet; connections that do not are not kept.
  server.headersTimeout = 5000
  server.requestTimeout = 5000
  server.maxConnections = 64
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenFault({ host, port }, error)))
    server.listen({ host, port, exclusive: true }, () => resolve())
  })
  const address = server.address()
  const at = { host, port: typeof address === 'object' && address !== null ? address.port : port }
  const stop = own('the metrics', async () => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })
  return {
    at,
    stop,
    set: (readings) => {
      for (const { gauge, of } of made) {
        gauge.reset()
        for (const one of readings) for (const { labels: values, value } of of(one)) gauge.set({ ...values }, value)
      }
    },
    changed: ({ target, what }) => changes.inc({ target, what }),
  }
}
