import type { Hook } from '@oclif/core'
import { EXIT } from '../exit.js'
import { nearest } from '../nearest.js'

/** A mistyped command gets a suggestion without a terminal too, and exits 127. */
const hook: Hook<'command_not_found'> = async (options) => {
  const typed = options.id.replaceAll(':', ' ')
  const commands = options.config.commandIDs.map((id) => id.replaceAll(':', ' '))
  const near = nearest(typed, commands)
  const lines = [`Error MP-COMMAND: there is no command "${typed}"`]
  if (near !== undefined) lines.push(`  did you mean: mqtt-proxy ${near}`)
  lines.push('  mqtt-proxy --help lists them')
  process.stderr.write(`${lines.join('\n')}\n`)
  process.exit(EXIT.unknownCommand)
}

export default hook
