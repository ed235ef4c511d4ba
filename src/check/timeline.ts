import type { RecordedConnection } from '../capture/pcapng.js'
import type { TimelineEvent } from '../kernel/result.js'
import { packetNames } from '../mqtt-wire/packet-types.js'
import { decode } from '../proxy-header/decode.js'

/** One leg of a recording: who its two ends are. */
export interface RecordedLeg {
  readonly client: TimelineEvent['from']
  readonly server: TimelineEvent['from']
  readonly connections: readonly RecordedConnection[]
  /** Connections of HAProxy's own. */
  readonly healthChecks?: boolean
}

/** What went over the legs, in the order of time; milliseconds from the first SYN. */
export function timelineOf(legs: readonly RecordedLeg[]): readonly TimelineEvent[] {
  const begin = Math.min(...legs.flatMap((leg) => leg.connections.map((one) => one.openedAt)))
  const events = legs.flatMap((leg) =>
    leg.connections.flatMap((one) => {
      const ends = { client: leg.client, server: leg.server }
      const other = { client: leg.server, server: leg.client }
      const event = (at: number, side: 'client' | 'server', label: string): TimelineEvent => ({
        ms: Math.round((at - begin) * 100) / 100,
        from: ends[side],
        to: other[side],
        label: leg.healthChecks ? `health check: ${label}` : label,
      })
      return [
        event(one.openedAt, 'client', 'TCP connect'),
        ...one.chunks.map((chunk) => event(chunk.at, chunk.from, labelOf(chunk.bytes))),
        event(one.closedAt, one.closedBy, one.reset ? 'RST' : 'FIN'),
      ]
    }),
  )
  return events.sort((a, b) => a.ms - b.ms)
}

/** The PROXY header that these connections begin with, hex; of the first one that has any. */
export function headerOf(connections: readonly RecordedConnection[]): string | undefined {
  for (const { chunks } of connections) {
    const first = chunks.find((chunk) => chunk.from === 'client')?.bytes
    const decoded = first === undefined ? undefined : decode(first)
    if (first === undefined || decoded?.status !== 'header') continue
    return Buffer.from(first.subarray(0, decoded.length)).toString('hex')
  }
  return undefined
}

const records: Readonly<Record<number, string>> = { 20: 'TLS', 21: 'TLS alert', 22: 'TLS handshake', 23: 'TLS data' }

function labelOf(bytes: Uint8Array): string {
  const size = `${bytes.length} B`
  const decoded = decode(bytes)
  if (decoded.status === 'header') {
    const rest = bytes.subarray(decoded.length)
    const head = `PROXY v${decoded.header.version} ${decoded.header.command}, ${decoded.length} B`
    return rest.length === 0 ? head : `${head}; ${labelOf(rest)}`
  }
  const [first = 0, second = 0] = bytes
  const record = records[first]
  if (record !== undefined && second === 3) return `${record}, ${size}`
  if (Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'GET ') return `HTTP upgrade, ${size}`
  if (Buffer.from(bytes.subarray(0, 5)).toString('latin1') === 'HTTP/') return `HTTP answer, ${size}`
  const name = packetNames[(first >> 4) - 1]
  return name ? `${name}, ${size}` : size
}
