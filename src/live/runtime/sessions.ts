import { canonicalHost } from '../../kernel/address.js'

/** One session of `show sess all`; measured on HAProxy 2.6, 3.0, 3.2 and 3.4, which all write these fields. */
export interface LiveSession {
  readonly id: string
  /** In HAProxy's time zone: `27/Nov/2026:02:45:48.372808`. */
  readonly since: string
  readonly ageSeconds: number | undefined
  /** The client as HAProxy knows it: behind `accept-proxy` what the header claims. `203.0.113.7:40954`. */
  readonly client: string
  readonly frontend: string
  /** Where the client came in; `undefined` where HAProxy does not say. */
  readonly entry: string | undefined
  /** Whether HAProxy ends TLS for the client. */
  readonly tls: boolean
  readonly backend: string | undefined
  readonly server: string | undefined
  readonly serverAddress: string | undefined
  /** HAProxy's own end towards the server. */
  readonly own: string | undefined
  readonly clientSide: Idle
  readonly serverSide: Idle
}

/** Milliseconds, in steps of a second as HAProxy writes them. */
export interface Idle {
  /** The timeout of that side; HAProxy says it since 3.0. */
  readonly timeoutMs: number | undefined
  /** What is left of it. */
  readonly leftMs: number | undefined
}

/** Sessions of clients; those of HAProxy's own command line are left out. */
export function parseSessions(text: string): readonly LiveSession[] {
  return text
    .split(/^(?=0x[0-9a-f]+: \[)/m)
    .flatMap((block) => session(block) ?? [])
    .filter(({ frontend }) => frontend !== 'GLOBAL' && frontend !== 'MASTER')
}

function session(block: string): LiveSession | undefined {
  const head = /^(0x[0-9a-f]+): \[([^\]]+)\] .*\bsource=(\S+)/.exec(block)
  const front = /^ {2}frontend=(\S+) .*?(?:\baddr=(\S+))?$/m.exec(block)
  if (head === null || front === null) return undefined
  const [, id = '', since = '', source = ''] = head
  const [near = '', far = ''] = block.split(/^ {2}scb=/m)
  const backend = /^ {2}backend=(\S+) .*?(?:\baddr=(\S+))?$/m.exec(block)
  const server = /^ {2}server=(\S+) .*?(?:\baddr=(\S+))?$/m.exec(block)
  return {
    id,
    since,
    ageSeconds: seconds(/\bage=(\w+)\)/.exec(block)?.[1]),
    client: end(source) ?? source,
    frontend: front[1] ?? '',
    entry: end(front[2]),
    tls: /\bco0=.* xprt=SSL\b/.test(near),
    backend: named(backend?.[1]),
    server: named(server?.[1]),
    serverAddress: end(server?.[2]),
    own: end(backend?.[2]),
    clientSide: idle(near, block, 'req'),
    serverSide: idle(far, block, 'res'),
  }
}

/** Since 3.0 both times stand on the line of the side; before, what is left stood on the channel that it reads into. */
function idle(side: string, block: string, channel: 'req' | 'res'): Idle {
  const timeout = /\bioto=(\w+)/.exec(side)?.[1]
  const ownLine = timeout === undefined ? undefined : /\bioto=.*\brex=(\S+)/.exec(side)?.[1]
  const inChannel = new RegExp(`^ {2}${channel}=[^\\n]*\\n[^\\n]*\\brex=(\\S+)`, 'm').exec(block)?.[1]
  return { timeoutMs: milliseconds(timeout), leftMs: milliseconds(ownLine ?? inChannel) }
}

function named(name: string | undefined): string | undefined {
  return name === undefined || /^<none>$/i.test(name) ? undefined : name
}

/** `127.0.0.1:40954`, `::1:40954`, `unix:2`: the port stands behind the last colon. */
function end(text: string | undefined): string | undefined {
  const match = /^(.+):(\d+)$/.exec(text ?? '')
  const [, host, port] = match ?? []
  if (host === undefined || port === undefined) return undefined
  return endOf(host, Number(port))
}

/** The one spelling in which two programs' views of an end are compared. */
export function endOf(host: string, port: number): string {
  const one = canonicalHost(host)
  return one.includes(':') ? `[${one}]:${port}` : `${one}:${port}`
}

function seconds(text: string | undefined): number | undefined {
  const ms = milliseconds(text)
  return ms === undefined ? undefined : ms / 1000
}

const units: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 }

/** `1m38s`, `10s`, `2h5m`, `<NEVER>` (`undefined`). */
function milliseconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:\d+(?:ms|[dhms]))+$/.test(text)) return undefined
  return [...text.matchAll(/(\d+)(ms|[dhms])/g)].reduce(
    (sum, [, n, unit = '']) => sum + Number(n) * (units[unit] ?? 0),
    0,
  )
}
