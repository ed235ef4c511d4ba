import type { Fact } from '../facts.js'

/** What is known of FlashMQ. Measured elsewhere on 1.26.2; no FlashMQ was run here. */
export const facts: readonly Fact[] = [
  {
    id: 'version-2-only',
    what: 'haproxy on reads version 2 only; a version 1 line is not refused, it waits for the time-out',
    source: 'measured on 1.26.2',
    date: '2026-11-26',
  },
  {
    id: 'local-closed',
    what: 'LOCAL headers, as health checks send them, are closed',
    source: 'measured on 1.26.2',
    date: '2026-11-26',
  },
  {
    id: 'client-verification',
    what: 'haproxy client_verification (since 1.25.0) demands a CN in the header and makes it the username; verify bits are not looked at',
    source: 'second-hand, from https://www.flashmq.org/man/flashmq.conf.5.html',
    date: '2026-11-27',
    since: '1.25',
  },
]
