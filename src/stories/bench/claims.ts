import { isIP } from 'node:net'
import { claimedSources } from '../../bench/claimed.js'
import type { LoadShard } from '../../bench/shard.js'
import { encode } from '../../proxy-header/encode.js'
import type { HeaderSpec } from '../../proxy-header/types.js'
import type { WritePlan } from '../../proxy-header/write-plan.js'
import type { ProxyKind } from '../header/spec.js'

/** The common name that a claimed certificate has. */
const claimedName = 'bench'

/** Addresses that are set aside for benchmarks (RFC 2544, RFC 5180). */
export const usualNetwork = { 4: '198.18.0.0/15', 6: '2001:2::/48' } as const

/**
 * A header like this, sent by nobody yet: its source is claimed later.
 * @param certified the client has shown a certificate; with a common name it always has
 */
export function headerOf(kind: Exclude<ProxyKind, 'none'>, certified = false): HeaderSpec {
  if (kind === 'v1') return { version: 1 }
  if (kind === 'v2') return { version: 2 }
  const cn = kind === 'v2-ssl-cn'
  return {
    version: 2,
    ssl: { client: cn || certified ? 0x07 : 0x01, verify: 0, version: 'TLSv1.3', ...(cn && { cn: claimedName }) },
  }
}

/** The bytes of the n-th connection's header: like `spec`, from a source of its own. */
export function claiming(spec: HeaderSpec, network: string, shard: LoadShard): (n: number) => WritePlan {
  const sources = claimedSources(network, shard)
  const six = isIP(network.split('/')[0] ?? '') === 6
  const destination = { address: six ? '2001:2::1' : '198.18.0.1', port: 1883 }
  return (n) => [{ bytes: encode({ ...spec, source: sources(n), destination }), pauseMs: 0 }]
}
