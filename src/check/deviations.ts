import type { Deviation } from '../brokers/broker.js'
import { type BrokerKind, brokerOf } from '../brokers/index.js'
import type { ClientTransport } from '../brokers/write.js'
import type { CaseResult } from '../kernel/result.js'
import { older } from '../kernel/version.js'

/** The deviation that speaks of this case on this broker. */
function deviationOf(
  caseId: string,
  broker: BrokerKind,
  version: string,
  transport: ClientTransport = 'tcp',
  own = false,
): Deviation | undefined {
  const [, row = ''] = caseId.split('/')
  return brokerOf(broker).deviations?.find(
    (one) =>
      !older(version, one.since) &&
      (one.until === undefined || !older(one.until, version)) &&
      (one.transports?.includes(transport) ?? true) &&
      one.cases.some((id) => id === caseId || id === `*/${row}` || (own && id.endsWith(`/${row}`))),
  )
}

/**
 * A failure that is known becomes a deviation; a deviation that is gone becomes a failure. `own`: of the user's own files,
 * whose rows are those of no scenario in particular, and where one that does not show proves nothing.
 */
export function withDeviation(
  result: CaseResult,
  broker: BrokerKind,
  version: string,
  transport?: ClientTransport,
  own = false,
): CaseResult {
  const known = deviationOf(result.id.replace(/#\d+$/, ''), broker, version, transport, own)
  if (known === undefined) return result
  const range = `${broker} ${known.since}${known.until === undefined ? ' and later' : ` to ${known.until}`}`
  if (result.status === 'failed') {
    const { likely: _, ...rest } = result
    return { ...rest, status: 'deviation', reason: `${known.what} (${range}: ${known.evidence})` }
  }
  if (result.status !== 'passed' || known.slow || own) return result
  return {
    ...result,
    status: 'failed',
    reason: `a known deviation of ${range} is gone: ${known.what}. Take it out of the list.`,
  }
}
