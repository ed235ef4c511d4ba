import { parseAddress } from '../../config/haproxy/address.js'
import { type HaproxyLine, type HaproxyWord, word } from '../../config/haproxy/document.js'
import { bindArity, type Keyword, readKeywords } from '../../config/haproxy/keywords.js'
import type { LeftOut } from '../../config/left-out.js'
import type { Span } from '../../config/span.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import { certificateFiles } from '../../scenarios/certificates.js'
import { bindReach, keptBind } from './allowed.js'
import { certificate } from './certificates.js'
import { keptOrLeftOut } from './keyword.js'
import type { Relocation } from './relocation.js'
import { leave, remade } from './words.js'

export function bindLine(one: HaproxyLine, to: Relocation): readonly HaproxyLine[] {
  const address = one.words[1]
  if (address === undefined) return [one]
  const keywords = readKeywords(one.words.slice(2), bindArity)
  const six = keywords.some((each) => each.name === 'v6only')
  const moved = address.text.split(',').flatMap((part) => addressesOf(part, six, to))
  if (moved.length === 0) return leave(one, 'connects elsewhere', to, 'no TCP address that the sandbox could have')
  const words = keywords.flatMap((keyword): HaproxyWord[] => {
    const value = keyword.args[0]?.text ?? ''
    switch (keyword.name) {
      case 'crt':
      case 'default-crt':
        return [word('crt'), word(to.certificate(value, certificate('haproxy/')))]
      case 'crt-list':
        return [
          word('crt'),
          word(to.certificate(value, certificate('haproxy/'))),
          ...(to.options.purpose === 'run' ? asListed(to.options.read(value, one.span.file), keywords, to) : []),
        ]
      case 'ca-file':
      case 'ca-verify-file':
        return [keyword.word, word(to.certificate(value, certificate(certificateFiles.clientCa)))]
      case 'crl-file':
        if (to.options.stats === true) to.leaveOut(ownList(keyword.span, value))
        return [keyword.word, word(to.certificate(value, certificate(certificateFiles.revoked)))]
      // Both families were given addresses of their own.
      case 'v4v6':
        return []
    }
    return keptOrLeftOut(keyword, one, { kept: keptBind, reach: bindReach }, to)
  })
  return [remade(one, [...one.words.slice(0, 1), word([...new Set(moved)].join(',')), ...words])]
}

/**
 * What a list asks of clients for its certificates, asked by the bind: in the sandbox one certificate stands for all of
 * them. Where its lines differ the strictest counts.
 */
function asListed(list: string | undefined, keywords: readonly Keyword[], to: Relocation): readonly HaproxyWord[] {
  if (list === undefined || keywords.some((one) => one.name === 'verify')) return []
  const asked = [...list.matchAll(/^[^#\n[]*\[([^\]\n]*)\]/gm)].map(
    ([, options = '']) => /(?:^|\s)verify\s+(required|optional)(?:\s|$)/.exec(options)?.[1],
  )
  const verify = asked.includes('required') ? 'required' : asked.includes('optional') ? 'optional' : undefined
  if (verify === undefined) return []
  const authority = keywords.some((one) => one.name === 'ca-file')
    ? []
    : [word('ca-file'), word(to.certificate('', certificate(certificateFiles.clientCa)))]
  return [...authority, word('verify'), word(verify)]
}

/** The clients of the sandbox have certificates of a test CA, so the user's list says nothing of them. */
function ownList(span: Span, value: string): LeftOut {
  const instead = 'a list of the test CA takes its place, with a revoked client on it; this file itself was not tried'
  return { span, what: `crl-file ${value}`, reach: 'opens a file', instead }
}

/** Where the parts of an address stand in the sandbox: `::` without `v6only` takes both families. */
function addressesOf(part: string, sixOnly: boolean, to: Relocation): string[] {
  const endpoint = parseAddress(part)
  if (endpoint.kind === 'other' && !part.includes('$')) return []
  const all = endpoint.kind === 'tcp' && endpoint.host === undefined && endpoint.family === undefined
  const ends = !all
    ? [endpoint]
    : sixOnly
      ? [{ ...endpoint, family: 6 as const }]
      : [endpoint, { ...endpoint, family: 6 as const }]
  return ends.flatMap((end, index) => {
    if (index === 0 && ends.length > 1 && to.takenByIpv4(endpoint)) return []
    const place = to.place(end, 'haproxy')
    // Without a port HAProxy refuses it, as it would refuse the user's.
    if (place === undefined) return [to.host(endpoint.kind === 'tcp' ? endpoint.host : undefined)]
    if (index > 0 && !to.options.ipv6) return []
    return ['path' in place ? `unix@${place.path}` : formatSocketAddress(place)]
  })
}
