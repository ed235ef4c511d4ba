import { brokerOf, type RunnableKind } from '../../brokers/index.js'
import type { DeriveOptions } from '../../scenarios/options.js'

/** How a scenario's files are written for this broker: in its dialect, and for its version where that matters. */
export function writtenFor(broker: {
  readonly kind: RunnableKind
  readonly version?: string | undefined
}): Pick<DeriveOptions, 'broker' | 'brokerVersion'> {
  const { kind, version } = broker
  const byVersion = brokerOf(kind).run?.writtenByVersion === true
  return { broker: kind, ...(byVersion && version !== undefined && { brokerVersion: version }) }
}
