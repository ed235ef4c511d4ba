import type { Hook } from '@oclif/core'
import { EXIT } from '../../kernel/exit.js'
import { nearest } from '../../kernel/nearest.js'

/** oclif takes arguments for words of a command: what cannot be one ends it. */
function commandWords(words: readonly string[]): string {
  const end = words.findIndex((word, index) => index > 0 && !/^[a-z][a-z-]*$/i.test(word))
  return (end < 0 ? words : words.slice(0, end)).join(' ')
}

/** What follows a command of two words, or of one, may be its arguments: `gen al proxy` is near to `gen all`. */
function nearestCommand(typed: readonly string[], commands: readonly string[]): string | undefined {
  for (const length of [2, 1]) {
    const alike = commands.filter((command) => command.split(' ').length === length)
    const near = typed.length < length ? undefined : nearest(typed.slice(0, length).join(' '), alike)
    if (near !== undefined) return near
  }
  return nearest(typed.join(' '), commands)
}

/** A mistyped command gets a suggestion without a terminal too, one document under `--json`, and exits 127. */
const hook: Hook<'command_not_found'> = async (options) => {
  const typed = commandWords(options.id.split(':'))
  const commands = options.config.commandIDs.map((id) => id.replaceAll(':', ' '))
  const near = nearestCommand(typed.split(' '), commands)
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
