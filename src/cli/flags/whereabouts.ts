import { Flags } from '@oclif/core'
import type { Whereabouts } from '../../host/files/whereabouts.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'

/** Flags that say where files lie here which the user's files name by the paths of another machine. */
export const whereaboutsFlags = (helpGroup?: string) => ({
  root: Flags.string({
    ...(helpGroup !== undefined && { helpGroup }),
    description: 'a folder to use as / of the machine that the files are from: certificates, lists, include_dir',
    helpValue: 'DIR',
  }),
  map: Flags.string({
    ...(helpGroup !== undefined && { helpGroup }),
    description: 'where a folder or file of that machine is here; repeatable: /etc/mosquitto=./mosquitto',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'FROM=TO',
  }),
})

export interface WhereaboutsValues {
  readonly root?: string | undefined
  readonly map?: string[] | undefined
}

/** @throws Fault MP-CHECK-OPTION (exit 2) for a map that says no two places */
export function whereaboutsOf({ root, map = [] }: WhereaboutsValues): Whereabouts {
  return { root, maps: map.map(parseMap) }
}

function parseMap(text: string): Whereabouts['maps'][number] {
  const at = text.indexOf('=')
  if (at > 0 && text.startsWith('/') && at < text.length - 1) return { from: text.slice(0, at), to: text.slice(at + 1) }
  throw new Fault('MP-CHECK-OPTION', `--map ${text} says no two places`, {
    exit: EXIT.usage,
    hints: ['write the path of the other machine first: --map /etc/mosquitto=./mosquitto'],
  })
}
