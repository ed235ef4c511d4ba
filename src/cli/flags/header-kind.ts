import type { HeaderFlagValues, ProxyKind } from '../../stories/header/spec.js'
import { headerFlags } from './header.js'

/** The header that was asked for: named, as curl names it, or implied by any flag that says what stands in one. */
export function headerKind(
  flags: HeaderFlagValues & {
    readonly 'proxy-protocol'?: ProxyKind | undefined
    readonly 'haproxy-protocol'?: boolean | undefined
  },
): ProxyKind {
  if (flags['haproxy-protocol']) return 'v1'
  if (flags['proxy-protocol'] !== undefined) return flags['proxy-protocol']
  const values: Readonly<Record<string, unknown>> = { ...flags }
  return Object.keys(headerFlags).some((name) => values[name] !== undefined && values[name] !== false) ? 'v2' : 'none'
}
