import type { BindView, ServerView } from '../config/haproxy/view.js'
import { headerSize } from './header-size.js'
import type { BindAt, Carried, Hop, HopFacts, Layer, Trouble } from './model.js'
import { headerWanted } from './topology.js'

type Header = Extract<Layer, { readonly kind: 'header' }>

/** What comes out of a bind: the bytes that it did not read, and what HAProxy knows of the client now. */
export interface Taken {
  readonly layers: readonly Layer[]
  readonly facts: HopFacts
  readonly trouble: Trouble | undefined
  /** TLS has ended here or before: a client's own TLS is no longer inside. */
  readonly ended: boolean
}

/** At an entry the client brings what the bind wants. */
export function takeFromClient(at: BindAt): Taken {
  return { layers: [], facts: factsOf(at, 'client'), trouble: undefined, ended: at.bind.ssl !== undefined }
}

/**
 * At an inner bind: HAProxy reads a header only when told to, ends TLS only when told to, and passes on all the rest. Of
 * a header that it reads it keeps the address, never the TLVs (measured on 3.2.26).
 */
export function takeFromHop(at: BindAt, before: { readonly layers: readonly Layer[]; readonly ended: boolean }): Taken {
  const { wantsHeader, headerSpan } = headerWanted(at)
  let layers = before.layers
  let trouble: Trouble | undefined
  let address: HopFacts['address'] = 'previous hop'
  const [top] = layers
  if (top?.kind === 'header' && wantsHeader !== 'no') {
    address = top.addressless ? 'previous hop' : top.address
    layers = layers.slice(1)
  } else if (wantsHeader === 'always') trouble = { kind: 'no header', at: headerSpan ?? at.bind.span }
  const { ssl } = at.bind
  let ended = before.ended
  if (ssl !== undefined) {
    const [next] = layers
    if (next?.kind === 'tls') layers = layers.slice(1)
    else if (next?.kind === 'header') trouble ??= { kind: 'header before TLS', at: ssl }
    else if (ended) trouble ??= { kind: 'no TLS', at: ssl }
    ended = true
  }
  if (at.proxy.mode.value === 'http' && layers.some((one) => one.kind === 'header')) {
    trouble ??= { kind: 'header in HTTP', at: at.proxy.mode.span ?? at.bind.span }
  }
  return { layers, facts: factsOf(at, address), trouble, ended }
}

/** What a server line makes of it: its own header in front of its own TLS, and then what no bind read. */
export function send(hop: Hop, taken: Taken, idleMs: number | undefined): Carried {
  const { server } = hop
  const own: Layer[] = []
  if (server.header.version !== undefined) own.push(headerOf(hop, server.header.version, taken.facts))
  if (server.ssl !== undefined) own.push({ kind: 'tls', from: hop })
  return {
    layers: [...own, ...taken.layers],
    unreadHeaders: taken.layers.filter((one) => one.kind === 'header').length,
    tlsEnded: taken.ended || server.ssl !== undefined,
    protocol: hop.backend.mode.value === 'http' ? 'http' : 'any',
    idleMs,
  }
}

function headerOf(hop: Hop, version: 1 | 2, facts: HopFacts): Header {
  const { header } = hop.server
  const { certificate } = facts
  return {
    kind: 'header',
    version,
    addressless: facts.address === 'none',
    ssl: header.ssl ? facts.tls : 'absent',
    certificate: header.ssl ? certificate : 'unknown',
    cn: header.cn ? cnOf(certificate) : 'no',
    address: facts.address,
    size: headerSize(header),
    from: hop,
  }
}

function cnOf(certificate: HopFacts['certificate']): Header['cn'] {
  if (certificate === 'none') return 'no'
  return certificate === 'verified' || certificate === 'unverified' ? 'yes' : certificate
}

function factsOf({ bind, proxy, haproxy }: BindAt, address: HopFacts['address']): HopFacts {
  const bare = bind.endpoints.some((one) => one.kind === 'unix' || one.kind === 'abstract')
  const unnamed = bare && headerWanted({ bind, proxy, haproxy }).wantsHeader === 'no'
  return {
    tls: bind.ssl === undefined ? (isUnread(bind) ? 'unknown' : 'no') : 'yes',
    certificate: certificateOf(bind),
    address: unnamed ? 'none' : address,
  }
}

/** Where no bind of the files leads to a server. */
export const unknownFacts: HopFacts = { tls: 'unknown', certificate: 'unknown', address: 'unknown' }

/** A file descriptor, or an address with a variable: its target is not known. */
function isUnread(bind: BindView): boolean {
  return bind.endpoints.every((one) => one.kind === 'other')
}

/** What a bind knows of the client's certificate (configuration.txt 5.1: `verify` is `none` by itself). */
function certificateOf(bind: BindView): HopFacts['certificate'] {
  if (bind.ssl === undefined) return isUnread(bind) ? 'unknown' : 'none'
  if (bind.verify === undefined) {
    // A list may say more of each certificate, and a variable may hold the word.
    return bind.crtList !== undefined || bind.keywords.some((one) => one.name === 'verify') ? 'unknown' : 'none'
  }
  if (bind.verify.value === 'none') return bind.crtList === undefined ? 'none' : 'unknown'
  if (bind.ignoreErrors.length > 0) return 'unverified'
  return bind.verify.value === 'required' ? 'verified' : 'maybe'
}

export function isUp(server: ServerView): boolean {
  return !server.disabled
}
