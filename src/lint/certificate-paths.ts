import type { HaproxyView } from '../config/haproxy/view.js'
import type { Written } from '../config/sourced.js'
import type { Span } from '../config/span.js'

export interface NamedPath {
  readonly path: string
  readonly span: Span
}

/** The certificate files and folders of all `bind ... ssl crt`, with `crt-base` put before relative ones. */
export function bindCertificates(haproxy: HaproxyView): readonly NamedPath[] {
  const base = haproxy.global.crtBase?.value
  return haproxy.proxies.flatMap((proxy) =>
    proxy.binds.flatMap((bind) => (bind.ssl === undefined ? [] : bind.crt.flatMap((one) => named(one, base)))),
  )
}

/** The CA files with which `bind ... ssl verify` checks clients, with `ca-base` put before relative ones. */
export function bindAuthorities(haproxy: HaproxyView): readonly NamedPath[] {
  const base = haproxy.global.caBase?.value
  return haproxy.proxies.flatMap((proxy) =>
    proxy.binds.flatMap((bind) =>
      bind.ssl === undefined || bind.verify?.value === 'none' ? [] : named(bind.caFile, base),
    ),
  )
}

/** The lists of revoked certificates of all `bind ... ssl verify`, with `ca-base` put before relative ones. */
export function bindRevocations(haproxy: HaproxyView): readonly NamedPath[] {
  const base = haproxy.global.caBase?.value
  return haproxy.proxies.flatMap((proxy) =>
    proxy.binds.flatMap((bind) => {
      const word = bind.keywords.findLast((one) => one.name === 'crl-file')?.args[0]
      if (bind.ssl === undefined || word === undefined) return []
      return named({ value: word.text, span: word.span }, base)
    }),
  )
}

/** The CA files with which `server ... ssl verify required` checks brokers. */
export function serverAuthorities(haproxy: HaproxyView): readonly NamedPath[] {
  const base = haproxy.global.caBase?.value
  return haproxy.proxies.flatMap((proxy) =>
    proxy.servers.flatMap((server) => {
      const verify = server.keywords.findLast((one) => one.name === 'verify')?.args[0]?.text
      const word = server.keywords.findLast((one) => one.name === 'ca-file')?.args[0]
      if (server.ssl === undefined || verify === 'none' || word === undefined) return []
      return named({ value: word.text, span: word.span }, base)
    }),
  )
}

function named(path: Written<string> | undefined, base: string | undefined): readonly NamedPath[] {
  if (path === undefined || path.value.startsWith('@') || path.value.includes('$')) return []
  const folder = base === undefined || path.value.startsWith('/') ? '' : `${base.replace(/\/$/, '')}/`
  return [{ path: `${folder}${path.value}`, span: path.span }]
}
