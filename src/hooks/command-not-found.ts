import type { Hook } from '@oclif/core'
import { EXIT } from '../exit.js'
import { nearest } from '../nearest.js'

/** oclif takes arguments for words of a command: what cannot be one ends it. */
function commandWords(words: readonly string[]): string {
  const end = words.findIndex((word, index) => index > 0 && !/^[a-z][a-z-]*$/i.test(word))
  return (end < 0 ? words : words.slice(0, end)).join(' ')
}

/** A mistyped command gets a suggestion without a terminal too, one document under `--json`, and exits 127. */
const hook: Hook<'command_not_found'> = async (options) => {
  const typed = commandWords(options.id.split(':'))
  const commands = options.config.commandIDs.map((id) => id.replaceAll(':', ' '))
  const near = nearest(typed, commands) ?? nearest(typed.split(' ')[0] ?? '', commands)
  const message = `there is no command "${typed}"`
  const hints = [...(near === undefined ? [] : [`did you mean: mqtt-proxy ${near}`]), 'mqtt-proxy --help lists them']
  if (process.argv.includes('--json')) {
    const error = { code: 'MP-COMMAND', message, hints }
    process.stdout.write(`${JSON.stringify({ schema: 1, ok: false, error }, undefined, 2)}\n`)
  } else {
    process.stderr.write(`${[`Error MP-COMMAND: ${message}`, ...hints.map((hint) => `  ${hint}`)].join('\n')}\n`)
  }
  process.exit(EXIT.unknownCommand)
}

export default hook
