import type { Span } from '../span.js'
import type { Keyword } from './keywords.js'

/** HAProxy's own `send-proxy*` suffixes. */
type SendProxy = 'none' | 'v1' | 'v2' | 'v2-ssl' | 'v2-ssl-cn'

/** What a server line makes HAProxy send, after `default-server`, `no-send-proxy*` and `proxy-v2-options`. */
export interface SentHeader {
  readonly kind: SendProxy
  readonly version: 1 | 2 | undefined
  /** An SSL TLV is sent. On a plain frontend it is there too, with all bits clear. */
  readonly ssl: boolean
  /** The CN of the client certificate is in it. */
  readonly cn: boolean
  /** The keyword that decided it; `undefined` when nothing was said. */
  readonly span: Span | undefined
  /** The `send-proxy*` words that count, in order. */
  readonly keywords: readonly Keyword[]
  /** `proxy-v2-options` in effect, one by one. */
  readonly options: readonly string[]
  readonly optionsSpan: Span | undefined
  /** `set-proxy-v2-tlv-fmt`. */
  readonly tlvs: readonly Keyword[]
}

const flags: Readonly<Record<string, readonly string[]>> = {
  'send-proxy': ['v1'],
  'send-proxy-v2': ['v2'],
  'send-proxy-v2-ssl': ['v2', 'ssl'],
  'send-proxy-v2-ssl-cn': ['v2', 'ssl', 'cn'],
}

const optionFlags: Readonly<Record<string, readonly string[]>> = {
  ssl: ['ssl'],
  'cert-cn': ['ssl', 'cn'],
  'cert-key': ['ssl'],
  'cert-sig': ['ssl'],
  'ssl-cipher': ['ssl'],
}

/**
 * Bits are set and cleared in the order written (server.c, srv_parse_send_proxy*): v2 beats v1, a later weaker keyword
 * takes nothing away, `no-send-proxy*` clears. `proxy-v2-options` alone send no version 2 header.
 */
export function resolveSendProxy(keywords: readonly Keyword[]): SentHeader {
  const set = new Map<string, Keyword>()
  const options: string[] = []
  let optionsSpan: Span | undefined
  let senders: Keyword[] = []
  for (const word of keywords) {
    const bits = flags[word.name]
    const cleared = word.name.startsWith('no-') ? flags[word.name.slice(3)] : undefined
    if (bits !== undefined) {
      for (const bit of bits) set.set(bit, word)
      senders.push(word)
    } else if (cleared !== undefined) {
      for (const bit of cleared) set.delete(bit)
      senders = senders.filter((one) => flags[one.name]?.some((bit) => set.has(bit)))
    } else if (word.name === 'proxy-v2-options') {
      optionsSpan = word.span
      for (const option of word.args[0]?.text.split(',') ?? []) {
        options.push(option)
        for (const bit of optionFlags[option] ?? []) set.set(bit, word)
      }
    }
  }
  const version = set.has('v2') ? 2 : set.has('v1') ? 1 : undefined
  const ssl = version === 2 && set.has('ssl')
  const cn = version === 2 && set.has('cn')
  const kind: SendProxy =
    version === undefined ? 'none' : version === 1 ? 'v1' : cn ? 'v2-ssl-cn' : ssl ? 'v2-ssl' : 'v2'
  const decided = version === 2 ? set.get(cn ? 'cn' : ssl ? 'ssl' : 'v2') : set.get('v1')
  const tlvs = keywords.filter((word) => word.name === 'set-proxy-v2-tlv-fmt')
  return { kind, version, ssl, cn, span: decided?.span, keywords: senders, options, optionsSpan, tlvs }
}
