import { interrupted } from '../../host/process/lifetime.js'
import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { machineFault } from '../../kernel/machine-fault.js'
import type { CaseResult } from '../../kernel/result.js'
import type { GroupRun } from './group.js'
import type { GroupOptions } from './group-options.js'
import { headOf } from './rows.js'
import type { Subject } from './sources.js'

/**
 * What is left of a group that came to no end. Another program took a port, the disk is full: that is about this machine.
 * An error that nobody expected fails the group. Either way the other groups go on, and what they found is not lost.
 * @throws Fault that is about what was asked for or what the machine lacks, and the reason of an interruption
 */
export function brokenGroup(
  error: unknown,
  subject: Subject,
  { only, onCase, again }: Pick<GroupOptions, 'only' | 'onCase' | 'again'>,
): GroupRun {
  interrupted.throwIfAborted()
  const nothing = { files: [], kept: undefined, leftOut: [], recordings: new Map() }
  if (error instanceof Fault) {
    if (error.exit !== EXIT.environment) throw error
    return { ...nothing, cases: [], cannot: error.message }
  }
  // What the machine lacks, every group lacks.
  const lacks = machineFault(error)
  if (lacks !== undefined) throw lacks
  const rows = subject.scenario.outcomes.filter((row) => only?.has(row.id) ?? true)
  const [first] = rows
  const cases = rows.map((row) => {
    const head = headOf(subject, row)
    const result: CaseResult =
      row === first
        ? {
            ...head,
            status: 'failed',
            expected: 'the programs of this group start and are asked',
            actual: `MP-BUG: ${messageOf(error)}`,
            again: again(row),
          }
        : { ...head, status: 'skipped', reason: `an error that nobody expected, see ${subject.id}/${first?.id}` }
    return onCase(result, row)
  })
  return { ...nothing, cases }
}
