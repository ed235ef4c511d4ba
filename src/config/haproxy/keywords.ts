import type { Span } from '../span.js'
import type { HaproxyWord } from './document.js'

/** One keyword of a `bind` or `server` line with the arguments that belong to it. */
export interface Keyword {
  readonly name: string
  readonly args: readonly HaproxyWord[]
  readonly word: HaproxyWord
  /** From the keyword to its last argument. */
  readonly span: Span
}

type Arity = ReadonlyMap<string, number>

function arity(zero: string, one: string): Arity {
  return new Map([
    ...zero.split(/\s+/).map((name) => [name, 0] as const),
    ...one.split(/\s+/).map((name) => [name, 1] as const),
  ])
}

/** Keywords of `bind` (configuration.txt 5.1) that take an argument; every other one takes none. */
export const bindArity: Arity = arity(
  'accept-proxy',
  `alpn backlog ca-file ca-ignore-err ca-sign-file ca-sign-pass ca-verify-file cc ciphers ciphersuites client-sigalgs
  crl-file crt crt-ignore-err crt-list curves default-crt ecdhe gid group guid-prefix id idle-ping interface ktls label
  level maxconn mode mss name namespace nice npn ocsp-update proto severity-output shards sigalgs ssl-max-ver ssl-min-ver
  tcp-ut tcp-md5sig thread tls-ticket-keys uid user verify`,
)

/** Keywords of `server` (configuration.txt 5.2) that take an argument. */
export const serverArity: Arity = arity(
  'check',
  `addr agent-addr agent-inter agent-port agent-send alpn ca-file cc check-alpn check-pool-conn-name check-proto
  check-reuse-pool check-sni ciphers ciphersuites client-sigalgs cookie crl-file crt curves downinter error-limit fall
  fastinter guid hash-key id init-addr init-state inter log-bufsize log-proto max-reuse maxconn maxqueue minconn
  namespace npn observe on-error on-marked-down on-marked-up pool-conn-name pool-idle-timeout
  pool-low-conn pool-max-conn pool-purge-delay port proto proxy-v2-options redir resolve-net resolve-opts
  resolve-prefer resolvers rise set-proxy-v2-tlv-fmt sigalgs slowstart sni socks4 source srv-id ssl-max-ver ssl-min-ver
  tcp-md5sig tcp-ut track usesrc verify verifyhost weight ws`,
)

/** Walks the words after the address. `set-proxy-v2-tlv-fmt(0x20) FMT` counts under its name without the parentheses. */
export function readKeywords(words: readonly HaproxyWord[], known: Arity): readonly Keyword[] {
  const keywords: Keyword[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at]
    if (word === undefined) break
    const name = word.text.split('(')[0] ?? word.text
    const count = known.get(name) ?? 0
    const args = words.slice(at + 1, at + 1 + count)
    const end = (args.at(-1) ?? word).span
    keywords.push({ name, args, word, span: { ...word.span, endLine: end.endLine, endColumn: end.endColumn } })
    at += count
  }
  return keywords
}

export function lastKeyword(keywords: readonly Keyword[], ...names: readonly string[]): Keyword | undefined {
  return keywords.findLast((one) => names.includes(one.name))
}
