import { isIP } from 'node:net'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import type { HostPort } from '../../scenarios/options.js'

/**
 * `HOST:PORT`, `[::1]:PORT`, `*:PORT`, `:PORT` (every address).
 * @throws Fault MP-PLACE (exit 2)
 */
export function parseHostPort(text: string): HostPort {
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  const host = match?.[1] ?? (match?.[2] === '' ? '*' : match?.[2])
  const valid = host !== undefined && port >= 1 && port <= 65_535 && (match?.[1] === undefined || isIP(host) === 6)
  if (valid) return { host, port }
  throw new Fault('MP-PLACE', `"${text}" is not HOST:PORT`, {
    exit: EXIT.usage,
    hints: ["write 127.0.0.1:1884, [::1]:1884 or '*:8883'; ports are 1 to 65535"],
  })
}

const units = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 } as const

/**
 * Whole seconds from `90`, `90s`, `5m`, `1h`, `1d`; at least 1.
 * @throws Fault MP-TIME (exit 2)
 */
export function parseSeconds(text: string): number {
  const match = /^(\d{1,7})([smhd]?)$/.exec(text)
  const unit = match?.[2]
  const seconds = Number(match?.[1]) * (isUnit(unit) ? units[unit] : Number.NaN)
  // HAProxy's timers end at 24 days.
  if (seconds >= 1 && seconds <= 24 * 86_400) return seconds
  throw new Fault('MP-TIME', `"${text}" is not a valid time`, {
    exit: EXIT.usage,
    hints: ['write 90s, 5m or 1h; at most 24d'],
  })
}

function isUnit(text: string | undefined): text is keyof typeof units {
  return text !== undefined && Object.hasOwn(units, text)
}

const milliseconds = { ms: 1, s: 1000, '': 1000, m: 60_000 } as const

/**
 * Milliseconds from `500ms`, `5s`, `5` (seconds, as the MQTT clients have it), `1m`; up to an hour.
 * @throws Fault MP-TIME (exit 2)
 */
export function parseMilliseconds(text: string): number {
  const match = /^(\d{1,7}(?:\.\d{1,3})?)(ms|s|m|)$/.exec(text)
  const unit = match?.[2]
  const value =
    unit === 'ms' || unit === 's' || unit === 'm' || unit === '' ? Number(match?.[1]) * milliseconds[unit] : -1
  if (value >= 0 && value <= 3_600_000) return Math.round(value)
  throw new Fault('MP-TIME', `"${text}" is not a valid time`, { exit: EXIT.usage, hints: ['write 500ms, 5s or 1m'] })
}

/**
 * An address or a network: `192.0.2.1`, `10.0.0.0/8`, `2001:db8::/32`.
 * @throws Fault MP-NETWORK (exit 2)
 */
export function parseNetwork(text: string): string {
  const [address = '', prefix, ...rest] = text.split('/')
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  const length = prefix === undefined ? 0 : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN
  if (rest.length === 0 && length <= bits) return text
  throw new Fault('MP-NETWORK', `"${text}" is neither an address nor a network`, {
    exit: EXIT.usage,
    hints: ['write 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32'],
  })
}

/**
 * A path as it can stand in every configuration file.
 * @throws Fault MP-PATH (exit 2)
 */
export function parsePath(text: string): string {
  if (text !== '' && !/[\u0000-\u001f\u007f]/.test(text)) return text
  throw new Fault('MP-PATH', 'an empty path, or one with control characters, cannot be written', { exit: EXIT.usage })
}

/**
 * A path for a unix socket: what the system takes (107 bytes), in one word, since Mosquitto reads words.
 * @throws Fault MP-PATH (exit 2)
 */
export function parseSocket(text: string): string {
  const path = parsePath(text)
  if (Buffer.byteLength(path) <= 107 && !/\s/.test(path)) return path
  throw new Fault('MP-PATH', `"${path}" is not a valid path for a unix socket`, {
    exit: EXIT.usage,
    hints: ['at most 107 bytes, and no blank'],
  })
}
