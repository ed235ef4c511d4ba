import { Flags } from '@oclif/core'
import { EXIT } from '../../kernel/exit.js'
import type { Lines } from '../../report/generated.js'
import { BaseCommand } from '../base-command.js'

/** What the `gen` commands share. There are no bytes or logs to be verbose about. */
export abstract class GenerateCommand extends BaseCommand {
  static override baseFlags = {
    ...BaseCommand.baseFlags,
    quiet: Flags.boolean({ char: 'q', description: 'only what was asked for and what failed', helpGroup: 'GLOBAL' }),
  }

  /** The lines of a result, and its exit code. */
  protected tell({ out, progress }: Lines, ok: boolean): void {
    for (const text of out) this.out(text)
    for (const text of progress) this.progress(text)
    if (!ok) this.exitWith(EXIT.wrong)
  }
}
