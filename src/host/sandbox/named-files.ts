import { readdirSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { IncludedText, ReadInclude } from '../../brokers/broker.js'
import { largestConfigBytes, readIncluded } from '../files/config-files.js'
import { readBounded } from '../files/read-bounded.js'

/** Where files are looked for that the user's files name by the paths of another machine. */
export interface Whereabouts {
  /** A folder that stands for that machine's `/`. */
  readonly root: string | undefined
  /** Beginnings of paths, and what stands for them here. */
  readonly maps: readonly { readonly from: string; readonly to: string }[]
}

export const thisMachine: Whereabouts = { root: undefined, maps: [] }

/** The places where a path of the files may lie here, the likeliest first. */
function candidates(path: string, from: string, { root, maps }: Whereabouts): readonly string[] {
  if (!isAbsolute(path)) return [...new Set([join(dirname(from), path), path])]
  const mapped = maps.flatMap((one) =>
    path === one.from || path.startsWith(`${one.from.replace(/\/$/, '')}/`)
      ? [join(one.to, path.slice(one.from.replace(/\/$/, '').length))]
      : [],
  )
  return [...mapped, ...(root === undefined ? [] : [join(root, path)]), path]
}

/**
 * The text of a file that the user's files name; `undefined` when it is not here. Only plain files are read: a pipe or a
 * device would hold everything up.
 */
export function readNamed(path: string, from: string, where: Whereabouts): string | undefined {
  for (const one of candidates(path, from, where)) {
    try {
      if (!statSync(one).isFile()) continue
      return Buffer.from(readBounded(one, largestConfigBytes)).toString('utf8')
    } catch {
      // Not here, or not for us: the next place.
    }
  }
  return undefined
}

/** A file or folder of the user's files that is here, as an absolute path. */
export function findNamed(path: string, from: string, where: Whereabouts): string | undefined {
  for (const one of candidates(path, from, where)) {
    try {
      const found = statSync(one)
      if (found.isFile() || (found.isDirectory() && readdirSync(one).length > 0)) return resolve(one)
    } catch {
      // The next place.
    }
  }
  return undefined
}

/** The folders of `include_dir`, wherever they lie here. */
export function includesNamed(where: Whereabouts): ReadInclude {
  return (dir, from): readonly IncludedText[] | undefined => {
    for (const folder of candidates(dir, from, where)) {
      const found = readIncluded(folder)
      if (found !== undefined) return found
    }
    return undefined
  }
}
