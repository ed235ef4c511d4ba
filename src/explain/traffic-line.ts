/** What HAProxy's line about a connection says (`option tcplog` and `option httplog`, configuration.txt 8.2). */
export interface TrafficLine {
  /** The client as HAProxy saw it: `127.0.0.2:48014`. */
  readonly client: string
  readonly frontend: string
  readonly backend: string
  /** `<NOSRV>` where none was chosen. */
  readonly server: string
  readonly bytes: number
  readonly termination: string
  /** Milliseconds to the end of the connection. */
  readonly total: number
  /** Attempts to connect to a server that failed. */
  readonly retries: number
  /** Mode http: the status that HAProxy answered or passed on. */
  readonly status: number | undefined
  /** HAProxy's end of its connection to the server, where the line has it (` out=127.0.0.1:40404`) and there was one. */
  readonly out: string | undefined
}

const start = /(?:^|\s)(\S+:\d+) \[[^\]]{1,40}\] (\S+) ([^\s/]+)\/(\S+) /
const tcp = /^-?\d+\/-?\d+\/\+?(\d+) \+?(\d+) ([A-Za-z-]{2}(?:[A-Za-z-]{2})?)(?=\s|$)/
const http = /^-?\d+\/-?\d+\/-?\d+\/-?\d+\/\+?(\d+) (-?\d+) \+?(\d+) \S+ \S+ ([A-Za-z-]{4})(?=\s|$)/
const connections = /^\s+\d+\/\d+\/\d+\/\d+\/\+?(\d+)/

/** `undefined` where the line is neither. */
export function parseTrafficLine(line: string): TrafficLine | undefined {
  const head = start.exec(line)
  const [whole, client, frontend, backend, server] = head ?? []
  if (head === null || whole === undefined || client === undefined || frontend === undefined) return undefined
  if (backend === undefined || server === undefined) return undefined
  const rest = line.slice(head.index + whole.length)
  const out = /\sout=(\S+:[1-9]\d*)\s*$/.exec(rest)?.[1]
  const known = { client, frontend, backend, server, out }
  const asTcp = tcp.exec(rest)
  if (asTcp !== null) {
    const [text, total, bytes, termination = ''] = asTcp
    return {
      ...known,
      total: Number(total),
      bytes: Number(bytes),
      termination,
      retries: retriesIn(rest, text),
      status: undefined,
    }
  }
  const asHttp = http.exec(rest)
  if (asHttp === null) return undefined
  const [text, total, status, bytes, termination = ''] = asHttp
  return {
    ...known,
    total: Number(total),
    bytes: Number(bytes),
    termination,
    retries: retriesIn(rest, text),
    status: Number(status),
  }
}

function retriesIn(rest: string, before: string): number {
  return Number(connections.exec(rest.slice(before.length))?.[1] ?? 0)
}
