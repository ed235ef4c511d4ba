import type { Relocated } from '../../check/sandbox/relocate.js'
import { isTold, leftOutText } from '../../config/left-out.js'
import type { LeftOutLine } from '../../kernel/result.js'

/** What the copies of the sandbox do not have, for reports. */
export function leftOutOf({ leftOut }: Pick<Relocated, 'leftOut'>): readonly LeftOutLine[] {
  return leftOut.map((one) => ({
    file: one.span.file,
    line: one.span.line,
    column: one.span.column,
    message: leftOutText(one),
    told: isTold(one),
  }))
}
