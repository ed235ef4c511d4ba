import { Flags } from '@oclif/core'

/** Repeatable `--reporter NAME[=FILE]`, read by `parseReporters`. */
export const reporterFlag = Flags.string({
  multiple: true,
  helpValue: 'NAME[=FILE]',
  description: 'tty, json, junit, tap, github, markdown, sarif, checkstyle or html; several at once, each to a file',
})
