/** How a report marks words. Injected, so that renderers stay pure; symbols say the same without colour. */
export interface Style {
  readonly bold: Mark
  readonly dim: Mark
  readonly good: Mark
  readonly bad: Mark
  readonly warn: Mark
  readonly name: Mark
}

type Mark = (text: string) => string

const same: Mark = (text) => text

export const plain: Style = { bold: same, dim: same, good: same, bad: same, warn: same, name: same }

/** What `chalk` offers, as far as it is used here. */
interface Chalk {
  bold: Mark
  dim: Mark
  green: Mark
  red: Mark
  yellow: Mark
  cyan: Mark
}

export function coloured(chalk: Chalk): Style {
  return {
    bold: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    warn: (text) => chalk.yellow(text),
    name: (text) => chalk.cyan(text),
  }
}
