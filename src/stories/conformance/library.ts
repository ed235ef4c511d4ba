import { randomBytes } from 'node:crypto'
import { selectCases } from '../../conformance/catalogue.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { oneOf, onlyKnown, wholeNumber } from '../../kernel/known-names.js'
import type { CaseResult, RunResult } from '../../kernel/result.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import { parseTarget } from '../../kernel/target.js'
import type { SslSpec } from '../../proxy-header/index.js'
import { type ConformanceTarget, runConformance } from './conformance.js'

/** What `conformance` takes beside its targets; everything has a default. */
export interface ConformanceOptions {
  /** Cases and sections: `pp2`, `pp2/tlv`, `pp2/local/accepted`. Default: all. */
  readonly select?: readonly string[]
  /** What makes the run fail: a MUST (the default), or a SHOULD as well. */
  readonly level?: 'must' | 'should'
  /** Milliseconds that the receiver may take to answer. Default 1000. */
  readonly timeoutMs?: number
  /** What the good header says of TLS, for receivers that demand it. */
  readonly tlsFacts?: SslSpec
  /** Told every case that is over. */
  readonly onCase?: (target: ConformanceTarget, result: CaseResult) => void
  readonly signal?: AbortSignal
}

/**
 * Tests how receivers of PROXY headers read them, case by case, as `mqtt-proxy conformance` does. Test only what is yours.
 * @param targets `HOST:PORT` of an MQTT listener that wants a header, or targets of your own making
 * @throws Fault MP-TARGET, MP-OPTION (exit 2), MP-UNREACHABLE (exit 4), MP-NO-RECEIVER (exit 1) when a target accepts no
 *   good header
 */
export async function conformance(
  targets: string | ConformanceTarget | readonly (string | ConformanceTarget)[],
  options: ConformanceOptions = {},
): Promise<RunResult> {
  onlyKnown('conformance', options, ['select', 'level', 'timeoutMs', 'tlsFacts', 'onCase', 'signal'])
  oneOf('level', options.level, ['must', 'should'])
  wholeNumber('timeoutMs', options.timeoutMs, 1, 60_000)
  const { select = [], level = 'must', timeoutMs = 1000, tlsFacts, onCase, signal } = options
  const nothing = select.find((one) => selectCases([one]).length === 0)
  if (nothing !== undefined) {
    throw new Fault('MP-OPTION', `no case is called ${nothing}`, {
      exit: EXIT.usage,
      hints: ['see them all: mqtt-proxy conformance --list'],
    })
  }
  return await runConformance({
    targets: [targets].flat().map(targetOf),
    cases: selectCases(select),
    level,
    waitMs: timeoutMs,
    tag: randomBytes(3).toString('hex'),
    env: { node: process.version },
    ...(tlsFacts && { tlsFacts }),
    ...(onCase && { onCase }),
    ...(signal && { signal }),
  })
}

function targetOf(one: string | ConformanceTarget): ConformanceTarget {
  if (typeof one !== 'string') return one
  const { host, port } = parseTarget(one)
  return { name: formatSocketAddress({ host, port }), host, port }
}
