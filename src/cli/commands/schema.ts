import { Args } from '@oclif/core'
import { schemaNames, schemaText } from '../../stories/schema/schema.js'
import { BaseCommand, exitCodesHelp } from '../base-command.js'

export default class Schema extends BaseCommand {
  static override strict = false
  static override summary = 'Print the JSON Schema of what a command prints with --json'
  static override description =
    `Without an argument it lists the commands. docs/json.md lists what stays stable between versions.

${exitCodesHelp}`
  static override examples = [
    '<%= config.bin %> schema',
    '<%= config.bin %> schema check > check.schema.json',
    '<%= config.bin %> schema gen all',
  ]
  static override args = { command: Args.string({ description: 'a command: check, gen all' }) }

  async run() {
    const { argv } = await this.parse(Schema)
    const command = argv.map(String).join(' ')
    if (command === '') {
      const commands = await schemaNames()
      for (const name of commands) this.out(name)
      return { schema: 1 as const, ok: true as const, commands }
    }
    const text = await schemaText(command)
    this.outVerbatim(text.trimEnd())
    const document: Readonly<Record<string, unknown>> = JSON.parse(text)
    return { schema: 1 as const, ok: true as const, command, document }
  }
}
