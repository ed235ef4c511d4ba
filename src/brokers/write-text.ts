import { type ConfigText, endsTls, isWebSocket, type WantedConfig } from './write.js'

/** What a writer needs to know that writes text from documentation: the broker was not run. */
export interface TextWanted extends WantedConfig {
  /** The listener is to take headers. */
  readonly proxied: boolean
  readonly webSocket: boolean
  readonly tls: boolean
}

/** @param traps what a reader of the file has to know of headers on this broker */
export function textWanted(wanted: WantedConfig, traps: readonly string[]): TextWanted {
  const head = [...wanted.head, ...(wanted.annotate ? notes(wanted, traps) : [])]
  return { ...wanted, head, proxied: wanted.header !== 'none', webSocket: isWebSocket(wanted), tls: endsTls(wanted) }
}

/** What such a broker cannot enforce of what is wanted, and its own traps. */
function notes({ header, enforces }: WantedConfig, traps: readonly string[]): string[] {
  const lines: string[] = []
  if (enforces.requireTls) {
    const what = enforces.requireCertificate ? 'TLS and a verified certificate' : 'TLS'
    lines.push(
      `It cannot insist on ${what} in the header: that rests on HAProxy, and on nobody else reaching this port.`,
    )
  }
  if (header !== 'none') lines.push(...traps)
  lines.push('Anonymous clients are accepted: for tests only.')
  return lines
}

export function hashComments(head: readonly string[]): string[] {
  return head.map((line) => `# ${line}`)
}

export function textFile(name: string, lines: readonly string[]): ConfigText {
  return { name, text: `${lines.join('\n')}\n` }
}
