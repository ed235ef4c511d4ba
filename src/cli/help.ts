import { type Command, CommandHelp, Help, type Interfaces } from '@oclif/core'
import { widest, wrapText } from '../report/wrap.js'

/** A command's help: the summary once, flags in groups, a usage line that names what must be given. */
class OwnCommandHelp extends CommandHelp {
  /** The summary stands above the usage already. */
  protected override description(): string | undefined {
    const { description } = this.command
    return description === undefined ? undefined : this.wrap(description)
  }

  protected override defaultUsage(): string {
    const { id, args, flags } = this.command
    const named = Object.values(args ?? {}).filter((one) => !one.hidden)
    const rest = this.command.strict === false ? '...' : ''
    const words = named.map(({ name, required }) =>
      required ? `${name.toUpperCase()}${rest}` : `[${name.toUpperCase()}${rest}]`,
    )
    const must = Object.values(flags ?? {}).flatMap((flag) => {
      if (flag.type !== 'option' || flag.required !== true) return []
      const { helpValue = 'VALUE' } = flag
      return [`${flag.char === undefined ? `--${flag.name}` : `-${flag.char}`} ${helpValue}`]
    })
    return [id, ...words, ...must, '[FLAGS]'].join(' ')
  }

  /** What every command has comes last. */
  protected override groupFlags(flags: Command.Flag.Any[]) {
    const { mainFlags, flagGroups } = super.groupFlags(flags)
    const { GLOBAL = [], ...groups } = flagGroups
    return { mainFlags, flagGroups: GLOBAL.length === 0 ? groups : { ...groups, GLOBAL } }
  }

  override wrap(body: string, spacing = this.indentSpacing): string {
    return wrapHelp(this.render(body), this.opts.maxWidth - spacing)
  }
}

export default class OwnHelp extends Help {
  protected override CommandHelpClass = OwnCommandHelp

  constructor(config: Interfaces.Config, opts: Partial<Interfaces.HelpOptions> = {}) {
    super(config, opts)
    // Piped help is not broken at all, so that grep finds its lines; see bin/run.js.
    if (this.opts.maxWidth < 1000) this.opts.maxWidth = Math.min(this.opts.maxWidth, widest)
  }

  override wrap(body: string, spacing = this.indentSpacing): string {
    return wrapHelp(this.render(body), this.opts.maxWidth - spacing)
  }
}

/** Never inside a word; the frame of the help does the hanging itself. */
function wrapHelp(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) =>
      wrapText(line, width)
        .split('\n')
        .map((part, at) => (at === 0 ? part : part.trimStart())),
    )
    .join('\n')
}
