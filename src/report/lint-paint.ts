import { type LintPaint, plain } from './lint-text.js'

/** The colours of findings; without colour the text as it is. */
export async function lintPaint(colour: boolean): Promise<LintPaint> {
  if (!colour) return plain
  const { Chalk } = await import('chalk')
  const chalk = new Chalk({ level: 1 })
  const colours = {
    error: chalk.red.bold,
    warning: chalk.yellow.bold,
    info: chalk.cyan,
    style: chalk.magenta,
    code: chalk.bold,
    place: chalk.underline,
    dim: chalk.dim,
    fix: chalk.green,
  }
  return (what, text) => colours[what](text)
}
