import type { LoadShard } from '../../bench/shard.js'
import type { DialOptions } from '../../host/types.js'
import { isLoopback } from '../../kernel/address.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { formatTarget } from '../../kernel/target.js'
import type { ProxyKind } from '../header/spec.js'
import { claiming, headerOf, usualNetwork } from './claims.js'
import type { LoadSide } from './sides.js'

export interface TargetSideOptions {
  readonly dial: DialOptions
  readonly header: ProxyKind
  /** Network that sources are claimed of. */
  readonly network: string | undefined
  readonly shard: LoadShard
  readonly mayTest: boolean
}

/**
 * A host of the user's own.
 * @throws Fault MP-NOT-YOURS (exit 2) off loopback without the leave that `--yes-i-may-test-this-host` is
 */
export function targetSide({ dial, header, network, shard, mayTest }: TargetSideOptions): LoadSide {
  const { target, socketPath } = dial
  if (!mayTest && socketPath === undefined && !isLoopback(target.host)) {
    throw new Fault('MP-NOT-YOURS', `${target.host} is not this machine, and this is load`, {
      exit: EXIT.usage,
      hints: ['if you may put load on that host: --yes-i-may-test-this-host'],
    })
  }
  const preface = header === 'none' ? undefined : claiming(headerOf(header), network ?? usualNetwork[4], shard)
  const way = preface === undefined ? () => dial : (n: number) => ({ ...dial, preface: preface(n) })
  return {
    name: socketPath ?? formatTarget(target),
    open: async () => ({ way, programs: [], close: async () => {} }),
  }
}
