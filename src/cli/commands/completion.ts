import { Args } from '@oclif/core'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { BaseCommand, exitCodesHelp } from '../base-command.js'

const known = ['bash', 'zsh', 'fish'] as const

export default class Completion extends BaseCommand {
  static override summary = 'Print a completion script: commands, flags, scenarios, rule codes'
  static override description = `Put the line for your shell into its startup file. Completion starts no program.

${exitCodesHelp}`
  static override examples = [
    { description: 'in ~/.bashrc', command: 'source <(<%= config.bin %> completion bash)' },
    { description: 'in ~/.zshrc, after compinit', command: 'source <(<%= config.bin %> completion zsh)' },
    { description: 'in ~/.config/fish/config.fish', command: '<%= config.bin %> completion fish | source' },
  ]
  static override args = { shell: Args.string({ description: known.join(', '), required: true }) }

  async run() {
    const { args } = await this.parse(Completion)
    const shell = known.find((one) => one === args.shell)
    if (shell === undefined) {
      throw new Fault('MP-USAGE', `there is no completion for "${args.shell}"`, {
        exit: EXIT.usage,
        hints: [`known: ${known.join(', ')}`],
      })
    }
    const { completionScript } = await import('../../stories/completion/completion.js')
    const script = completionScript(shell, this.config.commands)
    this.outVerbatim(script.trimEnd())
    return { schema: 1, ok: true, shell, script }
  }
}
