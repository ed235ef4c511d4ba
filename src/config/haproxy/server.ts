import type { ConfigEndpoint } from '../../kernel/address.js'
import type { Written } from '../sourced.js'
import type { Span } from '../span.js'
import { parseServerAddress } from './address.js'
import { written } from './bind.js'
import type { HaproxyLine, HaproxyWord } from './document.js'
import { type Keyword, lastKeyword, readKeywords, serverArity } from './keywords.js'
import { resolveSendProxy, type SentHeader } from './send-proxy.js'

/** A `server` (or `server-template`) line after the `default-server` lines above it. */
export interface ServerView {
  readonly name: string
  readonly line: HaproxyLine
  readonly span: Span
  /** The address word: where to edit it. */
  readonly address: HaproxyWord
  readonly endpoint: ConfigEndpoint
  readonly header: SentHeader
  readonly check: CheckView
  /** TLS from HAProxy to the broker. */
  readonly ssl: Span | undefined
  readonly onMarkedDown: Written<string> | undefined
  readonly backup: boolean
  /** No new client is led to it: `disabled`, or `weight 0` without a `use-server` that names it. */
  readonly disabled: boolean
  /** What makes it so. */
  readonly disabledBy: Span | undefined
  readonly maxconn: Written<string> | undefined
  readonly resolvers: Written<string> | undefined
  /** Those of `default-server` first, then the line's own. */
  readonly keywords: readonly Keyword[]
  /** Only those written on the line itself. */
  readonly own: readonly Keyword[]
}

/** The health check of a `server` line. */
interface CheckView {
  /** `check`, unless `no-check` came later. */
  readonly enabled: Span | undefined
  readonly port: Written<string> | undefined
  readonly addr: Written<string> | undefined
  readonly sendProxy: Span | undefined
  readonly inter: Written<string> | undefined
  readonly rise: Written<string> | undefined
  readonly fall: Written<string> | undefined
}

/** @returns `undefined` for a `server` without a name and an address. */
export function readServer(
  line: HaproxyLine,
  defaults: readonly Keyword[],
  used: ReadonlySet<string> = new Set(),
): ServerView | undefined {
  const template = line.words[0]?.text === 'server-template'
  const name = line.words[1]
  const address = line.words[template ? 3 : 2]
  if (name === undefined || address === undefined) return undefined
  const own = readKeywords(line.words.slice(template ? 4 : 3), serverArity)
  const keywords = [...defaults, ...own]
  const one = (key: string) => written(lastKeyword(keywords, key))
  const disabledBy = unusedBy(keywords, used.has(name.text))
  return {
    name: name.text,
    line,
    span: line.span,
    address,
    endpoint: parseServerAddress(address),
    header: resolveSendProxy(keywords),
    check: {
      enabled: toggled(keywords, 'check'),
      port: one('port'),
      addr: one('addr'),
      sendProxy: toggled(keywords, 'check-send-proxy'),
      inter: one('inter'),
      rise: one('rise'),
      fall: one('fall'),
    },
    ssl: toggled(keywords, 'ssl'),
    onMarkedDown: one('on-marked-down'),
    backup: toggled(keywords, 'backup') !== undefined,
    disabled: disabledBy !== undefined,
    disabledBy,
    maxconn: one('maxconn'),
    resolvers: one('resolvers'),
    keywords,
    own,
  }
}

/** Of a server with weight 0 the load balancing takes no notice; a rule that names it does. */
function unusedBy(keywords: readonly Keyword[], named: boolean): Span | undefined {
  const state = lastKeyword(keywords, 'disabled', 'enabled')
  if (state?.name === 'disabled') return state.span
  const weight = lastKeyword(keywords, 'weight')
  return weight?.args[0]?.text === '0' && !named ? weight.span : undefined
}

/** A switch and its `no-` form: the later one counts. */
function toggled(keywords: readonly Keyword[], name: string): Span | undefined {
  const last = lastKeyword(keywords, name, `no-${name}`)
  return last?.name === name ? last.span : undefined
}
