import { withoutSecrets } from '../kernel/config-secrets.js'
import type { Span } from './span.js'

/** What a line of a stranger's file would do outside a sandbox. */
export type Reach =
  | 'runs a program'
  | 'loads code'
  | 'opens a file'
  | 'writes a file'
  | 'connects elsewhere'
  | 'belongs to its machine'
  | 'is not known to mqtt-proxy'

/** A part of the user's file that its copy in the sandbox does not have, or has in another form. */
export interface LeftOut {
  readonly span: Span
  /** The words of the file, shortened. */
  readonly what: string
  readonly reach: Reach
  /** The replacement. */
  readonly instead?: string
}

/** Reaches that `--allow-exec` takes back: the files' own code. */
export const executing: ReadonlySet<Reach> = new Set<Reach>(['runs a program', 'loads code'])

/** Whether it may bear on a verdict; a log server, a socket or a user of the original machine never does. */
export function isTold({ reach, instead }: Pick<LeftOut, 'reach' | 'instead'>): boolean {
  return executing.has(reach) || reach === 'is not known to mqtt-proxy' || instead !== undefined
}

export function leftOutText({ what, reach, instead }: LeftOut): string {
  const more = executing.has(reach) ? '; --allow-exec runs it' : ''
  return instead === undefined ? `${what} is left out: it ${reach}${more}` : `${what}: ${instead}`
}

const mostCharacters = 80

/** The beginning of a line as written in the file, without white space around it and without its secrets. */
export function shortened(text: string): string {
  const line = withoutSecrets(text).trim().replace(/\s+/g, ' ')
  return line.length <= mostCharacters ? line : `${line.slice(0, mostCharacters - 3)}...`
}

/** The words of a list that is written out as text. */
export function wordSet(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/))
}

/** Which words reach where, from one list a reach. */
export function reachTable(table: Readonly<Partial<Record<Reach, string>>>): ReadonlyMap<string, Reach> {
  return new Map(
    Object.entries(table).flatMap(([reach, names]) =>
      names.split(/\s+/).map((name) => [name, reach as Reach] as const),
    ),
  )
}
