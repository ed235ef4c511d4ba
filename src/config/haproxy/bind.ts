import type { ConfigEndpoint } from '../../kernel/address.js'
import type { Written } from '../sourced.js'
import type { Span } from '../span.js'
import { parseBindAddresses } from './address.js'
import type { HaproxyLine, HaproxyWord } from './document.js'
import { bindArity, type Keyword, lastKeyword, readKeywords } from './keywords.js'

/** A `bind` line. Every setting carries its span; what we do not name is in `keywords`. */
export interface BindView {
  readonly line: HaproxyLine
  readonly span: Span
  /** The address word: where to edit it. */
  readonly address: HaproxyWord
  readonly endpoints: readonly ConfigEndpoint[]
  readonly ssl: Span | undefined
  readonly crt: readonly Written<string>[]
  readonly crtList: Written<string> | undefined
  readonly caFile: Written<string> | undefined
  readonly verify: Written<'none' | 'optional' | 'required'> | undefined
  /** `ca-ignore-err` and `crt-ignore-err`. */
  readonly ignoreErrors: readonly Written<string>[]
  readonly acceptProxy: Span | undefined
  readonly alpn: Written<string> | undefined
  readonly mode: Written<string> | undefined
  readonly keywords: readonly Keyword[]
}

/** @returns `undefined` for a `bind` without an address. */
export function readBind(line: HaproxyLine): BindView | undefined {
  const address = line.words[1]
  if (address === undefined) return undefined
  const keywords = readKeywords(line.words.slice(2), bindArity)
  const one = (name: string) => written(lastKeyword(keywords, name))
  const all = (...names: string[]) =>
    keywords.filter((word) => names.includes(word.name)).flatMap((word) => written(word) ?? [])
  const verify = one('verify')
  const endpoints = parseBindAddresses(address)
  return {
    line,
    span: line.span,
    address,
    endpoints: keywords.some((word) => word.name === 'v6only') ? endpoints.map(sixOnly) : endpoints,
    ssl: lastKeyword(keywords, 'ssl')?.span,
    crt: all('crt', 'default-crt'),
    crtList: one('crt-list'),
    caFile: one('ca-file'),
    verify: verify !== undefined && isVerify(verify.value) ? { value: verify.value, span: verify.span } : undefined,
    ignoreErrors: all('ca-ignore-err', 'crt-ignore-err'),
    acceptProxy: lastKeyword(keywords, 'accept-proxy')?.span,
    alpn: one('alpn'),
    mode: one('mode'),
    keywords,
  }
}

/** `v6only`: `::` takes no IPv4. */
function sixOnly(endpoint: ConfigEndpoint): ConfigEndpoint {
  const all = endpoint.kind === 'tcp' && endpoint.host === undefined && endpoint.family === undefined
  return all ? { ...endpoint, family: 6 } : endpoint
}

export function written(keyword: Keyword | undefined): Written<string> | undefined {
  const value = keyword?.args[0]
  return keyword === undefined || value === undefined ? undefined : { value: value.text, span: keyword.span }
}

function isVerify(text: string): text is 'none' | 'optional' | 'required' {
  return text === 'none' || text === 'optional' || text === 'required'
}
