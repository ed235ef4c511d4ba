import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Interfaces } from '@oclif/core'

/** Written by the build: of each command, by its id, what it takes to find and load it. */
interface Starts {
  readonly commands: Readonly<Record<string, object>>
}

/**
 * How the command framework begins: our package.json, so that it is not looked for, and no plugins of users. The manifest
 * of all commands, with every sentence of their help, takes longer to read than most commands take: one that is started
 * without its help gets what it needs to be found.
 * @param root the folder of the package
 */
export function startOptions(root: string, args: readonly string[]): Interfaces.LoadOptions {
  const pjson = json<Interfaces.PJSON>(join(root, 'package.json'))
  const starts = json<Starts>(join(root, 'dist/program/starts.json'))
  const manifest = needsHelp(args, starts.commands) ? undefined : starts
  return {
    root,
    pjson: { ...pjson, oclif: { ...pjson.oclif, ...(manifest && { manifest }) } },
    userPlugins: false,
    devPlugins: false,
  }
}

/** Everything that is no command by itself (a topic, a wrong word), and what is told of all commands. */
function needsHelp(args: readonly string[], commands: object): boolean {
  const id = [args.slice(0, 2).join(':'), args[0] ?? ''].find((one) => Object.hasOwn(commands, one))
  return id === undefined || id === 'completion' || args.includes('--help')
}

function json<Contents>(file: string): Contents {
  return JSON.parse(readFileSync(file, 'utf8'))
}
