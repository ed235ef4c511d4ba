import { Flags } from '@oclif/core'
import { caseReporterNames, reporterNames } from '../../report/reporter-names.js'

/** Repeatable `--reporter NAME[=FILE]`, read by `parseReporters`. */
export const reporterFlag = flagOf(reporterNames)

/** The same where there are cases and no findings. */
export const caseReporterFlag = flagOf(caseReporterNames)

function flagOf(names: readonly string[]) {
  const known = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
  return Flags.string({
    multiple: true,
    helpValue: 'NAME[=FILE]',
    description: `${known}; several at once, each to a file`,
  })
}
