import { comment, type HaproxyLine, line } from '../config/haproxy/document.js'
import { isLoopback } from '../kernel/address.js'
import { formatSocketAddress } from '../kernel/socket-address.js'
import type { HostPort, Settled } from './options.js'

/** Mozilla's server side TLS recommendations, for TLS 1.2 (intermediate); TLS 1.3 has its own suites. */
const intermediateCiphers = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
]
const tls13Suites = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']

export function deriveGlobal(settled: Settled): HaproxyLine[] {
  return [
    comment('To standard output, which works without root and in containers. For syslog: log /dev/log local0'),
    line('log', 'stdout', 'format', 'raw', 'local0'),
    comment('No user, group or daemon: they need root, and service managers bring their own.'),
    ...(settled.terminates ? tlsGlobal(settled) : []),
  ]
}

function tlsGlobal(settled: Settled): HaproxyLine[] {
  const oldest = settled.tlsProfile === 'modern' ? 'TLSv1.3' : 'TLSv1.2'
  return [
    comment('Relative paths below start at this file, wherever HAProxy is started.'),
    line('default-path', 'config'),
    comment(`Profile ${settled.tlsProfile} of Mozilla's server side TLS guidelines.`),
    ...(settled.tlsProfile === 'modern' ? [] : [line('ssl-default-bind-ciphers', intermediateCiphers.join(':'))]),
    line('ssl-default-bind-ciphersuites', tls13Suites.join(':')),
    line('ssl-default-bind-options', 'ssl-min-ver', oldest, 'no-tls-tickets'),
  ]
}

export function deriveDefaults(settled: Settled, role: 'only' | 'edge' | 'inner'): HaproxyLine[] {
  return [
    comment('MQTT is not HTTP.'),
    line('mode', 'tcp'),
    comment('Both are needed for one line a connection; log lines in the global section alone log no traffic.'),
    line('log', 'global'),
    line('option', 'tcplog'),
    ...(role === 'inner'
      ? [comment('Health checks of the edge say nothing; do not log them.'), line('option', 'dontlognull')]
      : []),
    comment('From HAProxy to the broker.'),
    line('timeout', 'connect', '5s'),
    ...idleLines(settled),
  ]
}

function idleLines(settled: Settled): HaproxyLine[] {
  const { clientTimeout, keepalive } = settled
  if (clientTimeout === undefined) {
    return [
      comment('Clients with keepalive 0 never ping, so an established session may be silent for a day; TCP keepalive'),
      comment('finds the dead ones.'),
      line('timeout', 'client', '60s'),
      line('timeout', 'server', '60s'),
      line('timeout', 'tunnel', '24h'),
      line('option', 'clitcpka'),
    ]
  }
  if (clientTimeout <= keepalive * 1.5) {
    return [
      comment(
        `WARNING: this cuts clients with a keepalive of ${keepalive} s; more than ${keepalive * 1.5} s would not.`,
      ),
      line('timeout', 'client', `${clientTimeout}s`),
      line('timeout', 'server', `${clientTimeout}s`),
    ]
  }
  return [
    comment(
      `Clients with a keepalive of ${keepalive} s ping once in that time, and the broker waits one and a half: HAProxy has to`,
    ),
    comment('wait longer. With 60s the usual keepalive of 60 was cut off every 60 seconds.'),
    line('timeout', 'client', `${clientTimeout}s`),
    line('timeout', 'server', `${clientTimeout}s`),
  ]
}

/** HAProxy's spelling: `*:1883`, `127.0.0.1:1883`, `[::1]:1883`. */
export function bindAddress(address: HostPort): string {
  return formatSocketAddress(address)
}

export function openness(listen: HostPort): HaproxyLine[] {
  if (isLoopback(listen.host)) {
    return [comment(`Reachable from this machine only. To open it: --listen '*:${listen.port}'`)]
  }
  return []
}
