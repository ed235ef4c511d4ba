import { parseTrafficLine } from '../../explain/traffic-line.js'
import { endOf } from '../runtime/sessions.js'

/** What a log of HAProxy's adds about a client: `log-format` decides, so each fact may be missing. */
export interface LoggedFacts {
  /** When HAProxy accepted the connection, in milliseconds: `27/Nov/2026:02:46:24.490`. */
  readonly accepted: string | undefined
  readonly tls: string | undefined
  readonly cipher: string | undefined
  readonly cn: string | undefined
}

export interface HaproxyLog {
  readonly lines: number
  /** Lines about connections; 0 of many lines: another program's log. */
  readonly traffic: number
  /** By the client's end; the newest line counts, ports are used again. */
  readonly facts: ReadonlyMap<string, LoggedFacts>
}

const most = 200_000

/** Reads HAProxy's traffic lines for the TLS facts of clients; the oldest clients are forgotten first. */
export class HaproxyLogReader {
  #lines = 0
  #traffic = 0
  readonly #facts = new Map<string, LoggedFacts>()

  push(line: string): void {
    if (line.trim() === '') return
    this.#lines++
    const client = clientOf(line)
    if (client === undefined) return
    this.#traffic++
    this.#facts.delete(client)
    this.#facts.set(client, {
      accepted: /\[(\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d\.\d{3})\]/.exec(line)?.[1],
      tls: /\bTLSv1(?:\.\d)?\b/.exec(line)?.[0],
      cipher: /\b(?:TLS_[A-Z0-9_]{8,}|(?:ECDHE|DHE|RSA|AES\d+)-[A-Z0-9-]{6,})\b/.exec(line)?.[0],
      cn: /\bCN=((?:[^\s/",}|\\]|\\.)+)/.exec(line)?.[1],
    })
    if (this.#facts.size > most) for (const [oldest] of this.#facts) return void this.#facts.delete(oldest)
  }

  result(): HaproxyLog {
    return { lines: this.#lines, traffic: this.#traffic, facts: this.#facts }
  }
}

/** Of a line in one of HAProxy's own formats, or of any format that begins with the client's end as `%ci:%cp`. */
function clientOf(line: string): string | undefined {
  const text = parseTrafficLine(line)?.client ?? /(?:^|\s)(\S+:\d+) \[[^\]]{10,40}\] /.exec(line)?.[1]
  const [, host, port] = /^\[?(.+?)\]?:(\d+)$/.exec(text ?? '') ?? []
  return host === undefined ? undefined : endOf(host, Number(port))
}
